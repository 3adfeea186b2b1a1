/** The last hours of an expiry: what is left when a hedge is gone, and what an average still moves. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { SECONDS_PER_DAY, SETTLEMENT_WINDOW_SECONDS } from '../../src/domain/time.js';
import { black76Price } from '../../src/kernel/reference/black76.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { marginsOn, model } from '../support/margins.js';
import { book, NOW_MS } from '../support/sample-market.js';

const { reportOf } = marginsOn(loadKernels());

const PRICE = 100_000;
const VOLATILITY = 0.6;
const STRIKE = 90_000;
const LINEAR = {
  underlying: 'BTC',
  settlement: 'LINEAR',
  settlementCurrency: 'USDC',
  contractSize: 1,
} as const;

/** A perpetual, and a future and a call that expire in so many seconds; inside the window a part of their price is fixed. */
function marketBefore(seconds: number): Market {
  const expiryMs = NOW_MS + seconds * 1_000;
  const known = Math.max(0, 1 - seconds / SETTLEMENT_WINDOW_SECONDS);
  const years = seconds / (365 * SECONDS_PER_DAY);
  return unwrap(
    resolveMarket({
      epoch: 1,
      timeMs: NOW_MS,
      venue: 'window',
      underlyings: [{ name: 'BTC', indexPrice: PRICE, confidence: 1 }],
      assets: [{ asset: 'USDC', priceUsd: 1, confidence: 1 }],
      expiries: [
        {
          ...{ underlying: 'BTC', expiryMs, forward: PRICE, forwardConfidence: 1 },
          ...{ rate: 0, rateConfidence: 1, volatilityConfidence: 1 },
          ...(known > 0 ? { fixedForward: known * PRICE } : {}),
        },
      ],
      instruments: [
        {
          instrument: { ...LINEAR, name: 'PERPETUAL', kind: 'PERPETUAL' },
          ...{ markPrice: PRICE, priceConfidence: 1 },
        },
        {
          instrument: { ...LINEAR, name: 'FUTURE', kind: 'FUTURE', expiryMs },
          ...{ markPrice: PRICE, priceConfidence: 1 },
        },
        {
          instrument: {
            ...LINEAR,
            name: 'CALL',
            kind: 'OPTION',
            expiryMs,
            strike: STRIKE,
            optionType: 'CALL',
          },
          markPrice: black76Price(true, PRICE, STRIKE, VOLATILITY, years),
          ...{ markVolatility: VOLATILITY, volatilityConfidence: 1 },
        },
      ],
    }),
  );
}

function initialRisk(report: MarginReport): number {
  return report.components.find(({ name }) => name === 'initial_risk')?.initial ?? NaN;
}

describe('a hedge that expires first', () => {
  const house = model('house', { draws: { count: 1_000 } });
  const short: Position = { instrument: 'PERPETUAL', quantity: -1 };

  it.each([
    ['FUTURE', 1],
    ['FUTURE', 600],
    ['FUTURE', 40_000],
    ['CALL', 1],
    ['CALL', 40_000],
  ])('hides nothing: a %s %d seconds before its end', (instrument, seconds) => {
    const market = marketBefore(seconds);
    const alone = initialRisk(reportOf(market, house, book([short])));
    const hedged = initialRisk(reportOf(market, house, book([short, { instrument, quantity: 1 }])));
    expect(alone).toBeGreaterThan(10_000);
    expect(hedged).toBeGreaterThanOrEqual((1 - seconds / SECONDS_PER_DAY) * alone * (1 - 1e-12));
  });
});

describe('an option inside its settlement window', () => {
  const es = model('es', { draws: { count: 4_000 } });
  const shortfallBefore = (seconds: number): number =>
    reportOf(marketBefore(seconds), es, book([{ instrument: 'CALL', quantity: -1 }])).initialMargin;

  it('risks less and less until its end, and never nothing', () => {
    const left = [3_600, 1_800, 1_500, 1_200, 600, 60].map(shortfallBefore);
    for (const [at, risk] of left.entries()) {
      expect(risk).toBeGreaterThan(0);
      if (at > 0) expect(risk).toBeLessThan(left[at - 1]!);
    }
  });

  it('risks what the average of what is left can move, and no step where the window begins', () => {
    expect(shortfallBefore(1_799) / shortfallBefore(1_801)).toBeCloseTo(1, 2);
    // The share that still moves grows with the time, its deviation with the root of it.
    expect(shortfallBefore(1_200) / shortfallBefore(600)).toBeCloseTo(2 ** 1.5, 1);
  });
});
