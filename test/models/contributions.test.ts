import { test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { CONTRIBUTION_LEVELS } from '../../src/domain/report.js';
import { model, reportOf } from '../support/margins.js';
import { MODELS_UNDER_TEST } from '../support/every-model.js';
import { book, optionName, sampleMarket } from '../support/sample-market.js';

const options = { includeContributions: true, allowApproximations: true };

describe.each(MODELS_UNDER_TEST)('$name', ({ model: by, market, balance, positions }) => {
  test.prop([positions], { seed: 7 })('contributions of every level add up to the margins', (held) => {
    const report = reportOf(market, by, book(held, [balance(1e6)]), options);
    for (const level of CONTRIBUTION_LEVELS) {
      const entries = (report.contributions ?? []).filter((entry) => entry.level === level);
      for (const [margin, expected] of [
        ['initial', report.initialMargin],
        ['maintenance', report.maintenanceMargin],
      ] as const) {
        const total = entries.reduce((sum, entry) => sum + entry[margin], 0);
        // Hedges: a margin may be the difference of contributions that are far larger.
        const size = entries.reduce((sum, entry) => sum + Math.abs(entry[margin]), expected);
        expect(Math.abs(total - expected)).toBeLessThanOrEqual(1e-12 * size);
      }
    }
  });
});

/** Components whose rule does not divide them among positions; all others must. */
const UNDIVIDED = new Map([
  // The dampening of far moves and bounded gains.
  ['deribit-pm', ['worst_case']],
  [
    'span',
    [
      'inter_month_spread',
      'delivery_month',
      'inter_commodity_credit',
      'short_option_minimum',
      'floor_at_zero',
    ],
  ],
]);

describe.each(MODELS_UNDER_TEST)('$name', ({ model: by, market, balance, positions }) => {
  test.prop([positions], { seed: 7 })('a book of positions and cash leaves nothing undivided', (held) => {
    // Numbers that doubles cannot divide stay whole.
    const sizeable = held.filter(({ quantity }) => Math.abs(quantity) >= 0.1);
    const report = reportOf(market, by, book(sizeable, [balance(1e6)]), options);
    const names = new Set(sizeable.map(({ instrument }) => instrument));
    const left = (report.contributions ?? []).filter(
      ({ level, key }) => level === 'POSITION' && !names.has(key),
    );
    const whole = left.filter(({ initial }) => Math.abs(initial) > 1e-9 * report.initialMargin);
    const allowed = UNDIVIDED.get(by.id) ?? [];
    expect(whole.map(({ key }) => key).filter((key) => !allowed.includes(key))).toEqual([]);
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

  it('stay what they are beside liquidation prices', () => {
    const held = book([
      { instrument: optionName(30, 100_000, 'CALL', true), quantity: -10 },
      { instrument: 'BTC-USDC-PERPETUAL', quantity: 3 },
    ]);
    const alone = reportOf(sampleMarket(), model('derive-pm2'), held, options);
    const both = reportOf(sampleMarket(), model('derive-pm2'), held, {
      ...options,
      includeLiquidationPrices: true,
    });
    expect(both.liquidationPrices?.length).toBe(1);
    expect(both.contributions).toEqual(alone.contributions);
  });

  it('of a requirement that a floor lifts to 0 add up to 0', () => {
    const { model: span, market } = MODELS_UNDER_TEST.find(({ name }) => name.startsWith('span@')) ?? {};
    if (span === undefined || market === undefined) throw new Error('no span');
    // Worth more than it can lose: SPAN's requirement less the option value is negative.
    const long = book([{ instrument: optionName(0.5, 140_000, 'CALL', true), quantity: 1 }]);
    const report = reportOf(market, span, long, options);
    expect(report.initialMargin).toBe(0);
    const byPosition = (report.contributions ?? []).filter(({ level }) => level === 'POSITION');
    expect(byPosition.map(({ key }) => key)).toContain('floor_at_zero');
    expect(byPosition.reduce((sum, { initial }) => sum + initial, 0)).toBeCloseTo(0, 9);
  });
});
