#!/usr/bin/env python3
"""Margins of the sample accounts, asked of a running server: `npm start` in one terminal, this in another.

Prints a table of the margins, then what the server says about the accounts that the model refuses.
"""

import argparse
import json
import pathlib
import sys

import grpc
from contract import Contract

CALCULATE = "margincube.v1.MarginService/CalculateMargin"
SAMPLE_ACCOUNTS = pathlib.Path(__file__).with_name("portfolios.json")


def main():
    arguments = read_arguments()
    portfolios = json.loads(arguments.portfolios.read_text())["portfolios"]
    metadata = bearer(arguments.token_file)
    refused = []
    with channel_to(arguments.server, arguments.ca_file) as channel:
        # The contract of errors is not imported by any service, so it is asked for by name.
        try:
            contract = Contract(channel, "margincube.v1.MarginService", "google.rpc.ErrorInfo")
        except grpc.RpcError as error:
            sys.exit(f"{arguments.server}: {error.code().name}: {error.details()}")
        print_row("account", "ccy", "initial margin", "maintenance", "quality")
        for portfolio in portfolios:
            request = {"calculation": {"model": {"name": arguments.model}}, "portfolio": portfolio}
            try:
                print_report(contract.call(CALCULATE, request, metadata=metadata)["report"])
            except grpc.RpcError as error:
                details = contract.details_of(error)
                if "BadRequest" not in details:
                    sys.exit(f"{error.code().name}: {error.details()}")
                refused.append((portfolio["accountId"], error, details))
    for account, error, details in refused:
        print_refusal(account, error, details)


def read_arguments():
    parser = argparse.ArgumentParser(description="Margins of accounts, calculated by a margincube server.")
    parser.add_argument("--server", default="127.0.0.1:50051", metavar="HOST:PORT")
    parser.add_argument("--model", default="derive-pm2")
    parser.add_argument("--portfolios", type=pathlib.Path, default=SAMPLE_ACCOUNTS, metavar="FILE")
    parser.add_argument("--ca-file", type=pathlib.Path, metavar="FILE", help="authority of the server: TLS")
    parser.add_argument("--token-file", type=pathlib.Path, metavar="FILE", help="bearer token; needs TLS")
    return parser.parse_args()


def channel_to(server, ca_file):
    if ca_file is None:
        return grpc.insecure_channel(server)
    return grpc.secure_channel(server, grpc.ssl_channel_credentials(ca_file.read_bytes()))


def bearer(token_file):
    return () if token_file is None else (("authorization", f"Bearer {token_file.read_text().strip()}"),)


def print_report(report):
    # proto3 JSON leaves out numbers that are 0.
    print_row(
        report["accountId"],
        report["currency"],
        f"{report.get('initialMargin', 0):,.6f}",
        f"{report.get('maintenanceMargin', 0):,.6f}",
        report["quality"].removeprefix("QUALITY_").lower(),
    )


def print_row(account, currency, initial, maintenance, quality):
    print(f"{account:<22}{currency:<5}{initial:>16}{maintenance:>16}  {quality}")


def print_refusal(account, error, details):
    violation = details["BadRequest"]["fieldViolations"][0]
    print(f"\n{account}: {error.code().name}, {details['ErrorInfo']['reason']}")
    print(f"  {violation['field']}: {violation['description']}")
    print(f"  in the server's log as {details['RequestInfo']['requestId']}")


if __name__ == "__main__":
    main()
