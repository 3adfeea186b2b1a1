import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Leg } from '../../src/domain/simulation.js';
import { unwrap } from '../../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const engine = new MarginEngine(loadKernels());
const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };

const NAMES = [
  'BTC-USDC-PERPETUAL',
  ...[2, 30, 180].flatMap((days) =>
    [90_000, 100_000].flatMap((strike) =>
      (['CALL', 'PUT'] as const).map((type) => optionName(days, strike, type, true)),
    ),
  ),
];

const leg = fc.record({
  instrument: fc.constantFrom(...NAMES),
  quantity: fc.integer({ min: -40, max: 40 }).filter((quantity) => quantity !== 0),
});

const row = (name: string): number => market.table.instrumentIndex.get(name) ?? -1;
const resolved = (legs: readonly Leg[]): { instrument: number; quantity: number }[] =>
  legs.map(({ instrument, quantity }) => ({ instrument: row(instrument), quantity }));

/** Stated bound of a what-if against a calculation from scratch: 1e-12 of the gross value. */
const BOUND = 1e-12;

describe.each(['derive-pm2@btc-2026-08-20', 'grid@aevo', 'house'])('a what-if of %s', (name) => {
  const model = unwrap(resolveModel({ name }));

  it('equals a calculation from scratch within its bound, for any sequence of trades', () => {
    fc.assert(
      fc.property(
        fc.array(leg, { maxLength: 6 }),
        fc.array(leg, { minLength: 1, maxLength: 6 }),
        (holdings, legs) => {
          const held = new Map(holdings.map(({ instrument, quantity }) => [instrument, quantity]));
          const positions = [...held].map(([instrument, quantity]) => ({ instrument, quantity }));
          const portfolio = book(positions, [cash('USDC', 1_000_000)]);
          const whatIf = engine.whatIf({ model, market, options, portfolio });
          const scratch = engine.path({ model, market, options, portfolio, legs });
          if (!whatIf.ok) throw new Error(whatIf.failure.message);
          if (!scratch.ok) throw new Error(scratch.failure.message);
          const states = whatIf.value.path(resolved(legs));
          if (!states.ok) throw new Error(states.failure.message);
          const after = states.value.at(-1);
          const { before, after: expected } = scratch.value;
          const gross =
            1_000_000 + [...holdings, ...legs].reduce((sum, one) => sum + Math.abs(one.quantity), 0) * 96_650;
          const close = (a: number | undefined, b: number): void => {
            expect(Math.abs((a ?? NaN) - b)).toBeLessThanOrEqual(BOUND * gross);
          };
          expect(whatIf.value.before.initialMargin).toBe(before.initialMargin);
          expect(whatIf.value.before.equity).toBe(before.equity);
          close(after?.initialMargin, expected.initialMargin);
          close(after?.maintenanceMargin, expected.maintenanceMargin);
          close(after?.equity, expected.equity);
          close(after?.initialExcess, expected.initialExcess);
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });
});
