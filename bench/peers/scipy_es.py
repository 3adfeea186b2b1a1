"""Expected shortfall of sparse portfolios over a dense P&L matrix, in blocks of rows, whole run: read, multiply, select, write."""
import argparse
import json
import math
import platform
import sys
import time

import numpy as np
import scipy
from scipy.sparse import csr_matrix

BLOCK_ROWS = 200


def read_csv(path, names):
    """Columns account_id, instrument, quantity of a CSV sorted by account, as CSR arrays."""
    index = {name: row for row, name in enumerate(names)}
    offsets, columns, quantities = [], [], []
    last = None
    with open(path, encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            account, instrument, quantity, _ = line.split(",", 3)
            if account != last:
                offsets.append(len(columns))
                last = account
            columns.append(index[instrument])
            quantities.append(float(quantity))
    offsets.append(len(columns))
    return np.array(offsets), np.array(columns, dtype=np.int32), np.array(quantities)


def read_columns(folder):
    return (np.load(f"{folder}/offsets.npy"), np.load(f"{folder}/instrument.npy"), np.load(f"{folder}/quantity.npy"))


def expected_shortfall(block, confidence):
    """Mean loss of the worst (1 - confidence) of each row; the boundary scenario counts with the fraction that is left."""
    mass = round(block.shape[1] * (1 - confidence), 9)
    whole = math.floor(mass)
    if whole == 0:
        return -block.min(axis=1)
    rest = mass - whole
    block.partition(whole if rest > 0 else whole - 1, axis=1)
    total = block[:, :whole].sum(axis=1)
    if rest > 0:
        total += rest * block[:, whole]
    return -total / mass


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--csv")
    arguments.add_argument("--columns")
    arguments.add_argument("--names", required=True)
    arguments.add_argument("--pnl", required=True, help="float64 .npy, instruments x scenarios")
    arguments.add_argument("--confidence", type=float, required=True)
    arguments.add_argument("--out", required=True)
    options = arguments.parse_args()

    started = time.perf_counter()
    with open(options.names, encoding="utf-8") as lines:
        names = lines.read().splitlines()
    offsets, columns, quantities = read_csv(options.csv, names) if options.csv else read_columns(options.columns)
    pnl = np.load(options.pnl)
    read = time.perf_counter()

    count = len(offsets) - 1
    books = csr_matrix((quantities, columns, offsets), shape=(count, pnl.shape[0]))
    shortfalls = np.empty(count)
    multiply = select = 0.0
    for first in range(0, count, BLOCK_ROWS):
        before = time.perf_counter()
        block = books[first : first + BLOCK_ROWS] @ pnl
        between = time.perf_counter()
        shortfalls[first : first + BLOCK_ROWS] = expected_shortfall(block, options.confidence)
        multiply += between - before
        select += time.perf_counter() - between

    writing = time.perf_counter()
    np.save(options.out, shortfalls)
    ended = time.perf_counter()
    print(
        json.dumps(
            {
                "versions": f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}",
                "seconds": {
                    "read": read - started,
                    "aggregate": multiply,
                    "tail": select,
                    "write": ended - writing,
                    "total": ended - started,
                },
            }
        )
    )


if __name__ == "__main__":
    sys.exit(main())
