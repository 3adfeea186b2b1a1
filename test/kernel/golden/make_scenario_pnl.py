"""Writes scenario_pnl.json: P&L of single cells with 50 decimal digits, rounded to double. Needs mpmath.

    python3 test/kernel/golden/make_scenario_pnl.py

Each row is one option in one scenario: forward, strike, volatility, time, spot factor, volatility shock (a fraction of the
volatility), and the P&L per unit, linear (quote currency) or inverse (coins at the forward of the scenario).
"""

import json
import pathlib
import random

from mpmath import erfc, log, mp, mpf, sqrt

mp.dps = 50


def normal_cdf(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def price(is_call, forward, strike, volatility, years):
    total = volatility * sqrt(years)
    if total == 0:
        return max(forward - strike if is_call else strike - forward, mpf(0))
    d1 = log(forward / strike) / total + total / 2
    d2 = d1 - total
    if is_call:
        return forward * normal_cdf(d1) - strike * normal_cdf(d2)
    return strike * normal_cdf(-d2) - forward * normal_cdf(-d1)


def row(is_call, inverse, forward, fixed, strike, volatility, years, factor, shock):
    f0 = mpf(fixed) + mpf(forward)
    f1 = mpf(fixed) + mpf(forward) * mpf(factor)
    v1 = mpf(volatility) * max(mpf(0), 1 + mpf(shock))
    before = price(is_call, f0, mpf(strike), mpf(volatility), mpf(years))
    after = price(is_call, f1, mpf(strike), v1, mpf(years))
    pnl = after / f1 - before / f0 if inverse else after - before
    return {
        "isCall": is_call, "inverse": inverse, "forward": forward, "fixedForward": fixed, "strike": strike,
        "volatility": volatility, "timeToExpiryYears": years, "spotFactor": factor, "volShock": shock,
        "pnl": float(pnl),
    }


def main():
    rng = random.Random(20240607)
    rows = []
    for i in range(400):
        forward = float(round(10 ** rng.uniform(-4, 6), 8))
        moneyness = rng.uniform(-0.5, 0.5) if i % 4 else rng.uniform(-6.9, 6.9)
        strike = forward * float(mp.exp(moneyness))
        volatility = rng.choice([0.0, 1e-9, 0.01, 10.0]) if i % 8 == 0 else rng.uniform(0.1, 3)
        years = rng.choice([0.0, 1e-12, 1 / 8760, 5.0]) if i % 10 == 0 else rng.uniform(1 / 365, 1.5)
        factor = rng.choice([0.01, 10.0, 1.0]) if i % 6 == 0 else rng.uniform(0.5, 1.6)
        shock = rng.choice([-1.5, 5.0, 0.0]) if i % 7 == 0 else rng.uniform(-0.6, 1)
        fixed = forward * rng.uniform(0, 2) if i % 5 == 0 else 0.0
        rows.append(row(bool(i & 1), bool(i & 2), forward, fixed, strike, volatility, years, factor, shock))
    target = pathlib.Path(__file__).with_name("scenario_pnl.json")
    lines = ",\n".join("    " + json.dumps(r) for r in rows)
    target.write_text('{\n  "about": "P&L of single cells, 50 digits rounded to double; see make_scenario_pnl.py",\n'
                      f'  "rows": [\n{lines}\n  ]\n}}\n')


main()
