import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { Leg, PathMargin } from '../../src/domain/simulation.js';
import { model, reportOf } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const pm2 = model('derive-pm2');
const engine = new MarginEngine(createReferenceKernels());
const CALL = optionName(30, 100_000, 'CALL', true);
const FAR_CALL = optionName(30, 110_000, 'CALL', true);
const PERPETUAL = 'BTC-USDC-PERPETUAL';

function path(portfolio: Portfolio, legs: readonly Leg[], by = pm2): PathMargin {
  const outcome = engine.path({ model: by, market, portfolio, legs, options: DEFAULT_REPORT_OPTIONS });
  if (!outcome.ok) throw new Error(`${outcome.failure.field}: ${outcome.failure.message}`);
  return outcome.value;
}

describe('margin along the legs of an execution', () => {
  const start = book([], [cash('USDC', 50_000)]);

  it('a spread sold short leg first needs more on its way than at its end', () => {
    const spread = path(start, [
      { instrument: CALL, quantity: -5 },
      { instrument: FAR_CALL, quantity: 5 },
    ]);
    expect(spread.peakAfterLegs).toBe(1);
    expect(spread.peak.initialExcess).toBeLessThan(spread.after.initialExcess);
    const hedgeFirst = path(start, [
      { instrument: FAR_CALL, quantity: 5 },
      { instrument: CALL, quantity: -5 },
    ]);
    expect(hedgeFirst.after.initialMargin).toBeCloseTo(spread.after.initialMargin, 6);
    expect(hedgeFirst.peak.initialExcess).toBeGreaterThan(spread.peak.initialExcess);
  });

  it('premium counts when it is paid: trading at the value leaves equity, a worse price costs the difference', () => {
    const fair = path(start, [{ instrument: CALL, quantity: 3 }]);
    expect(fair.after.equity).toBeCloseTo(fair.before.equity, 6);
    const dear = path(start, [{ instrument: CALL, quantity: 3, price: 9_000 }]);
    const value = (fair.after.markToMarket - fair.before.markToMarket) / 3;
    expect(dear.after.equity - fair.after.equity).toBeCloseTo(-3 * (9_000 - value), 6);
  });

  it('a future trades against its mark, linear and inverse, and closing realises', () => {
    const linear = path(start, [
      { instrument: PERPETUAL, quantity: 2, price: 96_000 },
      { instrument: PERPETUAL, quantity: -2, price: 96_500 },
    ]);
    expect(linear.after.equity).toBeCloseTo(50_000 + 2 * 500, 6);
    expect(linear.after.initialMargin).toBe(0);
    const inverse = path(
      book([], [cash('BTC', 1)]),
      [{ instrument: 'BTC-PERPETUAL', quantity: 100, price: 96_000 }],
      model('deribit-pm'),
    );
    expect(inverse.after.equity).toBeCloseTo(1 + 1_000 * (1 / 96_000 - 1 / 96_700), 12);
  });

  test.prop([
    fc.array(
      fc.record({
        instrument: fc.constantFrom(CALL, FAR_CALL, PERPETUAL, optionName(2, 90_000, 'PUT', true)),
        quantity: fc.integer({ min: -9, max: 9 }).filter((n) => n !== 0),
      }),
      { minLength: 1, maxLength: 6 },
    ),
  ])(
    'the end equals a calculation of the changed book from scratch, and the peak bounds both ends',
    (legs) => {
      const result = path(start, legs);
      const net = new Map<string, number>();
      for (const { instrument, quantity } of legs) net.set(instrument, (net.get(instrument) ?? 0) + quantity);
      const positions = [...net].map(([instrument, quantity]) => ({ instrument, quantity }));
      const scratch = reportOf(market, pm2, book(positions, start.balances));
      expect(result.after.initialMargin).toBe(scratch.initialMargin);
      expect(result.after.maintenanceMargin).toBe(scratch.maintenanceMargin);
      expect(result.peak.initialExcess).toBeLessThanOrEqual(
        Math.min(result.before.initialExcess, result.after.initialExcess),
      );
    },
  );

  it.each([
    [{ instrument: 'nothing', quantity: 1 }, 'legs[0].positions[0].instrument'],
    [{ instrument: CALL, quantity: 0 }, 'legs[0].quantity'],
    [{ instrument: CALL, quantity: NaN }, 'legs[0].quantity'],
    [{ instrument: CALL, quantity: 1, price: -1 }, 'legs[0].price'],
    [{ instrument: 'BTC-PERPETUAL', quantity: 1, price: 0 }, 'legs[0].price'],
  ])('%#: a leg that cannot be traded is named', (leg, field) => {
    const outcome = engine.path({
      model: pm2,
      market,
      portfolio: start,
      legs: [leg],
      options: DEFAULT_REPORT_OPTIONS,
    });
    expect(outcome.ok ? '' : outcome.failure.field).toBe(field);
  });
});
