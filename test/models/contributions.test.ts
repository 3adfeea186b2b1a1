import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import { CONTRIBUTION_LEVELS } from '../../src/domain/report.js';
import { model, reportOf } from '../support/margins.js';
import {
  book,
  cash,
  optionName,
  SAMPLE_EXPIRIES_DAYS,
  SAMPLE_STRIKES,
  sampleMarket,
  sampleSnapshot,
} from '../support/sample-market.js';

/** Option marks for the models that measure from them, a doubtful smile so that confidence is charged too. */
const market = sampleMarket({
  instruments: sampleSnapshot().instruments.map((quote) =>
    quote.instrument.kind === 'OPTION' && quote.instrument.settlement === 'LINEAR'
      ? { ...quote, markPrice: 1_500 }
      : quote,
  ),
  expiries: sampleSnapshot().expiries.map((expiry) => ({ ...expiry, volatilityConfidence: 0.4 })),
});

function positions(isLinear: boolean): fc.Arbitrary<Position[]> {
  const option = fc.record({
    instrument: fc
      .tuple(
        fc.constantFrom(...SAMPLE_EXPIRIES_DAYS),
        fc.constantFrom(...SAMPLE_STRIKES),
        fc.constantFrom('CALL' as const, 'PUT' as const),
      )
      .map(([days, strike, type]) => optionName(days, strike, type, isLinear)),
    quantity: fc.double({ min: -50, max: 50, noNaN: true }),
  });
  const perpetual = fc.record({
    instrument: fc.constant(isLinear ? 'BTC-USDC-PERPETUAL' : 'BTC-PERPETUAL'),
    quantity: fc.double({ min: -500, max: 500, noNaN: true }),
  });
  return fc.uniqueArray(fc.oneof({ arbitrary: option, weight: 6 }, perpetual), {
    maxLength: 15,
    selector: (position) => position.instrument,
  });
}

const options = { includeContributions: true, allowApproximations: true };

describe.each([
  ['derive-pm2', true],
  ['derive-pm2@script-2025', true],
  ['derive-pm1', true],
  ['derive-sm', true],
  ['paradex-pm', true],
  ['paradex-xm', true],
  ['grid@kraken', true],
  ['grid@bit-com', true],
  ['deribit-pm', false],
])('%s', (name, isLinear) => {
  const by =
    name.startsWith('derive-pm1') || name.endsWith('2025') ? model(name, { underlyings: [] }) : model(name);

  test.prop([positions(isLinear)])('contributions of every level add up to the margins', (held) => {
    const report = reportOf(market, by, book(held, [cash(isLinear ? 'USDC' : 'BTC', 10)]), options);
    const size = held.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1) * (isLinear ? 96_650 : 1);
    for (const level of CONTRIBUTION_LEVELS) {
      const entries = (report.contributions ?? []).filter((entry) => entry.level === level);
      const initial = entries.reduce((sum, entry) => sum + entry.initial, 0);
      const maintenance = entries.reduce((sum, entry) => sum + entry.maintenance, 0);
      expect(Math.abs(initial - report.initialMargin)).toBeLessThanOrEqual(1e-10 * size);
      expect(Math.abs(maintenance - report.maintenanceMargin)).toBeLessThanOrEqual(1e-10 * size);
    }
  });
});

describe('contributions', () => {
  it('of a hedge are negative, and nothing is left over in derive-pm2', () => {
    const call = optionName(30, 100_000, 'CALL', true);
    const held = book([
      { instrument: call, quantity: -10 },
      { instrument: 'BTC-USDC-PERPETUAL', quantity: 3 },
    ]);
    const report = reportOf(sampleMarket(), model('derive-pm2'), held, options);
    const byPosition = (report.contributions ?? []).filter(({ level }) => level === 'POSITION');
    expect(byPosition.map(({ key }) => key).sort()).toEqual([call, 'BTC-USDC-PERPETUAL'].sort());
    expect(byPosition.find(({ key }) => key === 'BTC-USDC-PERPETUAL')?.initial).toBeLessThan(0);
  });

  it('predict the change of margin of a small trade (Euler)', () => {
    const call = optionName(30, 100_000, 'CALL', true);
    const held = (quantity: number) =>
      book([
        { instrument: call, quantity },
        { instrument: optionName(30, 80_000, 'PUT', true), quantity: -1 },
      ]);
    const at = reportOf(sampleMarket(), model('derive-pm2'), held(-10), options);
    const more = reportOf(sampleMarket(), model('derive-pm2'), held(-10.0001), options);
    const contribution = at.contributions?.find(({ level, key }) => level === 'POSITION' && key === call);
    const marginal = (more.initialMargin - at.initialMargin) / -0.0001;
    expect((contribution?.initial ?? NaN) / -10).toBeCloseTo(marginal, 4);
  });
});
