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

describe('trades of derive-pm2 in its own form', () => {
  const name = 'derive-pm2@btc-2026-08-20';
  const overrides = {
    collateral: { BTC: { maintenanceHaircut: 0.05, initialHaircut: 0.1, riskCancelling: true } },
  };
  const model = unwrap(resolveModel({ name, overrides }));

  it('have the bits of the changed book, component by component', () => {
    fc.assert(
      fc.property(
        fc.array(leg, { minLength: 1, maxLength: 8 }),
        fc.array(leg, { minLength: 1, maxLength: 3 }),
        fc.constantFrom([], [cash('BTC', 0.5)]),
        (holdings, legs, collateral) => {
          const held = new Map(holdings.map(({ instrument, quantity }) => [instrument, quantity]));
          const positions = [...held].map(([instrument, quantity]) => ({ instrument, quantity }));
          const portfolio = book(positions, [cash('USDC', 1_000_000), ...collateral]);
          const whatIf = unwrap(engine.whatIf({ model, market, options, portfolio }));
          const expected = unwrap(whatIf.after(resolved(legs)));
          // Asked twice: nothing of one question is left for the next.
          for (let time = 0; time < 2; time += 1) {
            const found = unwrap(whatIf.numbersAfter(resolved(legs)));
            expect(found.equity).toBe(expected.equity);
            expect(found.initialMargin).toBe(expected.initialMargin);
            expect(found.maintenanceMargin).toBe(expected.maintenanceMargin);
            expect(found.initialExcess).toBe(expected.initialExcess);
            expect(found.maintenanceExcess).toBe(expected.maintenanceExcess);
            expect(found.bindingScenario).toEqual(expected.bindingScenario);
            expect(
              found.components.map(({ name, initial, maintenance }) => [name, initial, maintenance]),
            ).toEqual(
              expected.components.map(({ name, initial, maintenance }) => [name, initial, maintenance]),
            );
          }
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});
