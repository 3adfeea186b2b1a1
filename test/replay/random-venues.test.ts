/** Invariants of a replay that hold for any venue: money, order of the layers, seeds, and a set of parameters against itself. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReplayAccount, VenueRules } from '../../src/replay/replay-terms.js';
import type { ReplayResult } from '../../src/replay/replay-tally.js';
import { fallingPath, parameterSet, replayed } from './support.js';

const INSTRUMENTS = [
  'BTC-USDC-PERPETUAL',
  'BTC-USDC-2026-03-07-50000-P',
  'BTC-USDC-2026-03-07-60000-P',
  'BTC-USDC-2026-03-07-70000-C',
  'BTC-USDC-2026-03-07-90000-C',
] as const;
const RUNS = 30;

const dollars = fc.constantFrom(0, 0, 1_000, 50_000, 1e9);
const quantity = fc.integer({ min: -2_000, max: 2_000 }).map((tenths) => tenths / 10);
const account = fc.record({
  quantities: fc.array(quantity, { minLength: INSTRUMENTS.length, maxLength: INSTRUMENTS.length }),
  cashUsd: fc.constantFrom(0, 10_000, 500_000),
  openingCover: fc.constantFrom(1, 1.05, 1.5),
});
const rules = fc.record({
  payingShare: fc.constantFrom(0, 0.5, 1),
  paymentDelayMinutes: fc.constantFrom(0, 60),
  stepMinutes: fc.constantFrom(10, 30),
  fundingPerDay: fc.constantFrom(0, 0.003, -0.1),
  participation: fc.constantFrom(0.01, 0.1, 1),
  firstLossUsd: dollars,
  fundUsd: dollars,
  secondLossUsd: dollars,
});
const venue = fc.record({
  books: fc.array(account, { minLength: 1, maxLength: 6 }),
  rules,
  pathSeed: fc.nat(1_000),
  lowest: fc.constantFrom(0.4, 0.7, 0.95),
});

function replayOf({ books, rules: terms, pathSeed, lowest }: Drawn): ReplayResult {
  const accounts = books.map(({ quantities, cashUsd, openingCover }, at): ReplayAccount => ({
    accountId: `client-${String(at)}`,
    groupId: '',
    positions: INSTRUMENTS.flatMap((instrument, index) => {
      const held = quantities[index] ?? 0;
      return held === 0 ? [] : [{ instrument, quantity: held }];
    }),
    cashUsd,
    openingCover,
  }));
  return replayed(fallingPath(3, pathSeed, lowest), accounts, parameterSet('derive-pm2'), terms);
}

interface Drawn {
  readonly books: readonly {
    readonly quantities: readonly number[];
    readonly cashUsd: number;
    readonly openingCover: number;
  }[];
  readonly rules: Partial<VenueRules>;
  readonly pathSeed: number;
  readonly lowest: number;
}

const textOf = (result: ReplayResult): string =>
  JSON.stringify(result, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

it('conserves money, draws its layers in their order and is decided by its seed, whatever accounts hold', () => {
  let [defaults, deleveragings, liquidations] = [0, 0, 0];
  fc.assert(
    fc.property(venue, (drawn) => {
      const result = replayOf(drawn);
      const { totals, minutes, accounts } = result;
      expect(minutes.every(({ totalUnits }) => totalUnits === 0n)).toBe(true);
      const deficits = accounts.reduce((sum, { deficitUsd }) => sum + deficitUsd, 0);
      const borne = totals.venueLossUsd + totals.fundDrawUsd + totals.deleveragedUsd;
      expect(Math.abs(deficits - borne)).toBeLessThanOrEqual(1e-6 * Math.max(1, borne));
      const { firstLossUsd, fundUsd, secondLossUsd } = drawn.rules;
      const ownUsd = totals.venueLossUsd - totals.uncoveredUsd;
      expect(totals.fundDrawUsd).toBeLessThanOrEqual(fundUsd);
      expect(ownUsd).toBeLessThanOrEqual(firstLossUsd + secondLossUsd + 1e-6);
      // Each layer is spent before the next is touched; winners come last.
      if (totals.fundDrawUsd > 0) expect(ownUsd).toBeGreaterThanOrEqual(firstLossUsd - 1e-6);
      if (ownUsd > firstLossUsd + 1e-6) expect(totals.fundDrawUsd).toBeCloseTo(fundUsd, 6);
      if (totals.deleveragedUsd > 0) {
        expect(totals.fundDrawUsd).toBeCloseTo(fundUsd, 6);
        expect(ownUsd).toBeCloseTo(firstLossUsd + secondLossUsd, 6);
      }
      for (const key of ['fundUsd', 'venueLossUsd', 'deleveragedUsd'] as const) {
        const sign = key === 'fundUsd' ? -1 : 1;
        minutes.forEach((minute, at) => {
          expect(sign * (minute[key] - (minutes[at - 1]?.[key] ?? minute[key]))).toBeGreaterThanOrEqual(0);
        });
      }
      // The same set against itself differs in nothing, with whatever else the engine has margined before.
      expect(textOf(replayOf(drawn))).toBe(textOf(result));
      defaults += totals.defaultedAccounts;
      deleveragings += totals.deleveragedUsd > 0 ? 1 : 0;
      liquidations += totals.liquidatedNotionalUsd > 0 ? 1 : 0;
    }),
    { seed: 8, numRuns: RUNS },
  );
  // The venues are ones in which something happens.
  expect(liquidations).toBeGreaterThan(RUNS / 4);
  expect(defaults).toBeGreaterThan(0);
  expect(deleveragings).toBeGreaterThan(0);
});
