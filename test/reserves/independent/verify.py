"""Verifier of PMPOL1 written from docs/reserve-audit.md alone; section numbers are those of that page.

Reads a JSON object per line from standard input and answers a JSON array per line: the names of the checks that failed, none when
all is well.
    {"proof": PROOF FILE, "account": ID, "balances": {ASSET: UNITS}, "key": HEX, "previous": ATTESTATION (optional)}
    {"reserves": ATTESTATION}
    {"forked": [ATTESTATION, ATTESTATION]}     fails nothing when the two prove that the venue told two stories
"""

import base64
import binascii
import json
import re
import sys
from datetime import datetime, timezone
from hashlib import sha256

import ed25519

DEPTH = 64
LARGEST_SUM = 2**127 - 1
ZEROS = bytes(32)


class Refused(Exception):
    """The input is not of the form that the specification gives; the text names the field."""


def digest(*parts):
    return sha256(b"".join(parts)).digest()


def octets(value, field, length=32):
    try:
        decoded = base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Refused(field) from None
    if len(decoded) != length:
        raise Refused(field)
    return decoded


def optional_hash(value, field):
    return ZEROS if not value else octets(value, field)


def natural(value, field, limit):
    value = "0" if value is None else value
    if not isinstance(value, str) or not re.fullmatch("0|[1-9][0-9]{0,38}", value) or int(value) > limit:
        raise Refused(field)
    return int(value)


def u64(value, field):
    return natural(value, field, 2**64 - 1).to_bytes(8, "big")


def units_of(amounts, field):
    return [natural(amount.get("units"), field, LARGEST_SUM) for amount in amounts]


def assets_of(amounts):
    return [(amount["asset"], amount.get("decimals", 0)) for amount in amounts]


def sums(values):
    return b"".join(value.to_bytes(16, "big") for value in values)


def milliseconds(text):
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", text):
        raise Refused("time")
    moment = datetime.fromisoformat(text[:-1]).replace(tzinfo=timezone.utc)
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    return (since.days * 86400 + since.seconds) * 1000 + since.microseconds // 1000


def header_bytes(header):
    """Section 4."""
    assets = assets_of(header["liabilities"])
    if not assets or len(set(name for name, _ in assets)) != len(assets) or header["depth"] != DEPTH:
        raise Refused("assets or depth")
    if assets_of(header["negativeEquity"]) != assets:
        raise Refused("assets of debts")
    return b"".join(
        [
            b"PMPOL1H2",
            u64(header.get("sequence"), "sequence"),
            u64(header.get("epoch"), "epoch"),
            milliseconds(header["time"]).to_bytes(8, "big"),
            u64(header.get("saltEpoch"), "saltEpoch"),
            len(assets).to_bytes(2, "big"),
            *(bytes([len(name)]) + name.encode("ascii") + bytes([decimals]) for name, decimals in assets),
            bytes([DEPTH]),
            u64(header.get("accountCount"), "accountCount"),
            octets(header["padSeed"], "padSeed"),
            octets(header["liabilitiesRoot"], "liabilitiesRoot"),
            sums(units_of(header["liabilities"], "liabilities")),
            u64(header.get("negativeAccountCount"), "negativeAccountCount"),
            sums(units_of(header["negativeEquity"], "negativeEquity")),
            *(optional_hash(header.get(name), name) for name in ("reservesRoot", "priceHash", "surfaceHash")),
            *(optional_hash(header.get(name), name) for name in ("parameterHash", "openInterestHash", "previousHash")),
        ]
    )


def node(left, right):
    """Section 2: hash and sums of the parent of two children, each a pair of hash and sums."""
    parent = [a + b for a, b in zip(left[1], right[1], strict=True)]
    if any(value > LARGEST_SUM for value in parent):
        raise Refused("sum out of range")
    return digest(b"\x01PMPOL1", left[0], sums(left[1]), right[0], sums(right[1])), parent


def climb(proof, header):
    """Section 3: hash and sums at the top."""
    account = sha256(proof["accountId"].encode()).digest()
    balances = units_of(proof["balances"], "balances")
    current = digest(b"\x00PMPOL1", octets(proof["salt"], "salt"), account, sums(balances)), balances
    empty = digest(b"\x02PMPOL1", octets(header["padSeed"], "padSeed")), [0] * len(balances)
    index = natural(proof.get("leafIndex"), "leafIndex", 2**64 - 1)
    empty_levels = natural(proof.get("emptyLevels"), "emptyLevels", 2**DEPTH - 1)
    siblings = iter(proof.get("siblings", []))
    for level in range(DEPTH):
        if empty_levels >> level & 1:
            other = empty
        else:
            sibling = next(siblings, None)
            if sibling is None or assets_of(sibling["sums"]) != assets_of(header["liabilities"]):
                raise Refused("siblings")
            other = octets(sibling["hash"], "sibling"), units_of(sibling["sums"], "sibling sums")
        current = node(other, current) if index >> level & 1 else node(current, other)
        empty = node(empty, empty)
    if next(siblings, None) is not None:
        raise Refused("siblings left over")
    return current


def follows(later, earlier):
    """Section 4: whether a header is the next of another."""
    order = ("epoch", "saltEpoch")
    return (
        int(later.get("sequence", 0)) == int(earlier.get("sequence", 0)) + 1
        and optional_hash(later.get("previousHash"), "previousHash") == digest(header_bytes(earlier))
        and milliseconds(later["time"]) >= milliseconds(earlier["time"])
        and all(int(later.get(name, 0)) >= int(earlier.get(name, 0)) for name in order)
    )


def signed(attestation):
    encoded = header_bytes(attestation["header"])
    key, signature = octets(attestation["publicKey"], "publicKey"), octets(attestation["signature"], "signature", 64)
    return ed25519.verify(key, encoded, signature)


def checks_of_proof(case):
    """Section 6: name and result of every check."""
    proof, attestation = case["proof"]["proof"], case["proof"]["attestation"]
    header = attestation["header"]
    encoded = header_bytes(header)
    stated = {amount["asset"]: amount.get("units", "0") for amount in proof["balances"]}
    place = sha256(proof["accountId"].encode()).digest()[:8]
    yield "format", header["format"] == "PMPOL1"
    yield "header hash", octets(attestation["headerHash"], "headerHash") == digest(encoded)
    yield "signature", signed(attestation)
    yield "key", octets(attestation["publicKey"], "publicKey").hex() == case["key"]
    yield "account", proof["accountId"] == case["account"]
    yield "balances", stated == {asset: case["balances"].get(asset, "0") for asset in stated}
    yield "balances", set(case["balances"]) <= set(stated)
    yield "assets", assets_of(proof["balances"]) == assets_of(header["liabilities"])
    yield "place", u64(proof.get("leafIndex"), "leafIndex") == place
    root, total = climb(proof, header)
    yield "root", root == octets(header["liabilitiesRoot"], "liabilitiesRoot")
    yield "sums", total == units_of(header["liabilities"], "liabilities")
    if "previous" in case:
        yield "chain", follows(header, case["previous"]["header"]) and signed(case["previous"])
        yield "chain", attestation["publicKey"] == case["previous"]["publicKey"]


def checks_of_reserves(case):
    """Section 5: the list that came with a header is the one that the header commits to."""

    def text(value):
        return len(value.encode()).to_bytes(8, "big") + value.encode()

    def claim(reserve):
        holder = reserve["holder"]
        wallet = holder.lower() if reserve["chain"] == "ethereum" else holder
        amount = reserve["balance"]
        order = b"\x00".join(part.encode() for part in (reserve["chain"], wallet, amount["asset"]))
        units = natural(amount.get("units"), "reserve units", LARGEST_SUM).to_bytes(16, "big")
        seen = b"\x01" if reserve.get("watched", False) else b"\x00"
        return order, digest(
            text(reserve["chain"]), text(holder), text(amount["asset"]), units, u64(reserve.get("height"), "height"), seen
        )

    claims = [claim(reserve) for reserve in case["reserves"].get("reserves", [])]
    yield "counted twice", len({order for order, _ in claims}) == len(claims)
    yield "order", [order for order, _ in claims] == sorted(order for order, _ in claims)
    root = ZEROS
    for _, hashed in claims:
        root = digest(b"\x03PMPOL1", root, hashed)
    yield "reserves root", root == optional_hash(case["reserves"]["header"].get("reservesRoot"), "reservesRoot")


def checks_of_fork(case):
    """Section 4: two headers of one key that cannot both be honest."""
    first, second = case["forked"]
    yield "signature", signed(first) and signed(second)
    yield "key", first["publicKey"] == second["publicKey"]
    yield "different", header_bytes(first["header"]) != header_bytes(second["header"])
    yield "same step", any(first["header"].get(name, "") == second["header"].get(name, "") for name in ("sequence", "previousHash"))


def failures(case):
    checks = checks_of_proof if "proof" in case else checks_of_reserves if "reserves" in case else checks_of_fork
    failed = []
    try:
        for name, passed in checks(case):
            if not passed and name not in failed:
                failed.append(name)
    except Refused as refused:
        failed.append(f"refused: {refused}")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as malformed:
        failed.append(f"malformed: {malformed}")
    return failed


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(failures(json.loads(line))), flush=True)
