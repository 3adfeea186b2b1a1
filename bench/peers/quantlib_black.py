"""Black-76 values by QuantLib from Python: one call for each option and scenario."""
import json
import platform
import random
import time

import QuantLib as ql

OPTIONS = 1_000
SCENARIOS = 100
FORWARD = 100_000.0


def main():
    draw = random.Random(1)
    options = [
        (ql.Option.Call if i % 2 == 0 else ql.Option.Put, FORWARD * 2 ** (2 * draw.random() - 1), 0.3 + draw.random(), 1 / 365 + draw.random())
        for i in range(OPTIONS)
    ]
    moves = [(0.84 + 0.32 * draw.random(), 0.6 + 0.8 * draw.random()) for _ in range(SCENARIOS)]
    formula = ql.blackFormula
    started = time.perf_counter()
    total = 0.0
    for kind, strike, volatility, years in options:
        root = volatility * years**0.5
        for spot, vol in moves:
            total += formula(kind, strike, FORWARD * spot, root * vol)
    seconds = time.perf_counter() - started
    print(
        json.dumps(
            {
                "versions": f"QuantLib {ql.__version__}, Python {platform.python_version()}",
                "cellsPerSecond": OPTIONS * SCENARIOS / seconds,
                "checksum": total,
            }
        )
    )


main()
