import { describe, expect, it } from 'vitest';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { DataUncertainty } from '../../src/domain/report.js';
import { withDoubtfulPrices, withDoubtfulVolatilities } from '../../src/market/snapshot/doubtful-market.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { model, reportOf } from '../support/margins.js';
import { book, cash, optionName, sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const pm2 = model('derive-pm2');
const market = sampleMarket();
const straddle = book(
  [
    { instrument: optionName(30, 100_000, 'CALL', true), quantity: -1 },
    { instrument: optionName(30, 100_000, 'PUT', true), quantity: -1 },
  ],
  [cash('USDC', 60_000)],
);

function uncertaintyOf(on: Market, portfolio: Portfolio, by = pm2): DataUncertainty {
  const { dataUncertainty } = reportOf(on, by, portfolio, { includeDataUncertainty: true });
  if (dataUncertainty === undefined) throw new Error('no data uncertainty');
  return dataUncertainty;
}

/** The sample with another confidence of its volatilities. */
function withVolatilityConfidence(confidence: number): Market {
  const { expiries } = sampleSnapshot();
  return sampleMarket({
    expiries: expiries.map((expiry) => ({ ...expiry, volatilityConfidence: confidence })),
  });
}

describe('the data uncertainty of a report', () => {
  it('is what the excess loses on the worse of two wrong markets', () => {
    const found = uncertaintyOf(market, straddle);
    const present = reportOf(market, pm2, straddle);
    const loss = (moved: Market): number =>
      Math.max(0, present.initialExcess - reportOf(moved, pm2, straddle).initialExcess);
    const byVolatility = ([1, -1] as const).map((way) => loss(withDoubtfulVolatilities(market, way)));
    const byPrice = ([1, -1] as const).map((way) => loss(withDoubtfulPrices(market, way)));
    expect(found.volatilityInitial).toBeCloseTo(Math.max(...byVolatility), 6);
    expect(found.priceInitial).toBeCloseTo(Math.max(...byPrice), 6);
    expect(found.volatilityInitial).toBeGreaterThan(100);
    expect(found.priceInitial).toBeGreaterThan(10);
    expect(found.volatilityMaintenance).toBeGreaterThan(100);
  });

  it('is absent unless asked for', () => {
    expect(reportOf(market, pm2, straddle).dataUncertainty).toBeUndefined();
  });

  it('grows as the quotes get worse, and is none where they are certain', () => {
    const sizes = [1, 0.95, 0.8, 0.5].map(
      (confidence) => uncertaintyOf(withVolatilityConfidence(confidence), straddle).volatilityInitial,
    );
    expect(sizes[0]).toBe(0);
    for (let i = 1; i < sizes.length; i += 1) expect(sizes[i]).toBeGreaterThan(sizes[i - 1]!);
  });

  it('of a book without positions is that of its collateral', () => {
    expect(uncertaintyOf(market, book([], [cash('USDC', 1_000)]))).toEqual({
      volatilityInitial: 0,
      volatilityMaintenance: 0,
      priceInitial: 0,
      priceMaintenance: 0,
    });
  });

  it('comes with every kind of model', () => {
    const inverse = book(
      [
        { instrument: optionName(30, 100_000, 'CALL', false), quantity: -1 },
        { instrument: 'BTC-PERPETUAL', quantity: 1_000 },
      ],
      [cash('BTC', 2)],
    );
    const { volatilityInitial, priceInitial } = uncertaintyOf(market, inverse, model('deribit-pm'));
    expect(volatilityInitial).toBeGreaterThan(0);
    expect(priceInitial).toBeGreaterThan(0);
  });
});
