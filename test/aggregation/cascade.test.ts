import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Cascade,
  LIQUIDATION_TARGET,
  type AccountsAt,
  type CascadeMoves,
  type CascadeResult,
  type CascadeTerms,
} from '../../src/aggregation/cascade.js';
import { impactFactor, type MarketDepth } from '../../src/aggregation/market-impact.js';
import { unwrap } from '../../src/domain/outcome.js';

const SPOT = 100_000;
const DEPTH: MarketDepth = { dailyVolatility: 0.03, dailyVolumeCoins: 5_000 };
const UNDERLYING = { underlying: 'BTC', spotUsd: SPOT, volShock: 0, depth: DEPTH };

/** A future and cash: equity and margin in closed form. */
interface LinearBook {
  /** One entry per underlying. */
  readonly coins: readonly number[];
  /** Equity as a share of the notional, before any move. */
  readonly cover: number;
}

const MAINTENANCE = 0.05;

function accountsAt(books: readonly LinearBook[], { spotFactors }: CascadeMoves): AccountsAt {
  const width = spotFactors.length;
  const notional = ({ coins }: LinearBook, factors: ArrayLike<number>): number =>
    coins.reduce((sum, own, u) => sum + Math.abs(own) * SPOT * (factors[u] ?? NaN), 0);
  const ones = new Float64Array(width).fill(1);
  return {
    accountIds: books.map((_, at) => `a${String(at)}`),
    equityUsd: Float64Array.from(
      books,
      (book) =>
        book.cover * notional(book, ones) +
        book.coins.reduce((sum, own, u) => sum + own * SPOT * ((spotFactors[u] ?? NaN) - 1), 0),
    ),
    maintenanceMarginUsd: Float64Array.from(books, (book) => MAINTENANCE * notional(book, spotFactors)),
    deltaCoins: Float64Array.from(books.flatMap(({ coins }) => coins)),
  };
}

function run(books: readonly LinearBook[], terms: CascadeTerms): CascadeResult {
  const cascade = unwrap(Cascade.of(terms));
  for (let moves = cascade.next(); moves !== undefined; moves = cascade.next())
    cascade.take(accountsAt(books, moves));
  return cascade.result();
}

const shocked = (spotShock: number, more: Partial<CascadeTerms> = {}): CascadeTerms => ({
  underlyings: [{ ...UNDERLYING, spotShock }],
  roundsMax: 1_000,
  ...more,
});

const longBooks = fc.array(
  fc.record({
    coins: fc.tuple(fc.double({ min: 0.1, max: 400, noNaN: true })),
    cover: fc.double({ min: 0.051, max: 0.6, noNaN: true }),
  }),
  { minLength: 1, maxLength: 40 },
);
const shocks = fc.double({ min: -0.4, max: -0.01, noNaN: true });

/** Independent of the rounds: the highest price that the liquidations at it do not push further down. */
function highestFixedPoint(books: readonly LinearBook[], shock: number): number {
  const plannedAt = (factor: number): number => {
    const { equityUsd, maintenanceMarginUsd, deltaCoins } = accountsAt(books, {
      spotFactors: Float64Array.of(factor),
      volFactors: Float64Array.of(1),
    });
    let sold = 0;
    equityUsd.forEach((equity, i) => {
      const required = maintenanceMarginUsd[i] ?? NaN;
      if (equity >= required) return;
      sold += (equity > 0 ? 1 - equity / (LIQUIDATION_TARGET * required) : 1) * (deltaCoins[i] ?? NaN);
    });
    return sold;
  };
  const pushed = (factor: number): number => (1 + shock) * impactFactor(plannedAt(factor), DEPTH);
  // A step down at a time: the set of fixed points may have gaps, bisection would miss the first.
  const step = 1e-5;
  let factor = 1 + shock;
  while (pushed(factor) < factor - step / 2) factor -= step;
  return factor;
}

describe('impact of a quantity', () => {
  it('of one day at 3 % is 3 %, in however many slices', () => {
    const whole = impactFactor(DEPTH.dailyVolumeCoins, DEPTH);
    expect(Math.log(whole)).toBeCloseTo(-0.03, 12);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
        (weights) => {
          const total = weights.reduce((sum, one) => sum + one, 0);
          let sold = 0;
          let factor = 1;
          for (const weight of weights) {
            sold += (weight / total) * DEPTH.dailyVolumeCoins;
            factor = impactFactor(sold, DEPTH);
          }
          expect(factor).toBeCloseTo(whole, 10);
        },
      ),
    );
    expect(impactFactor(-10, DEPTH) * impactFactor(10, DEPTH)).toBeCloseTo(1, 14);
    expect(impactFactor(0, DEPTH)).toBe(1);
  });
});

describe('a cascade', () => {
  it('is the shock itself where nobody is near maintenance', () => {
    const result = run([{ coins: [100], cover: 3 }], shocked(-0.2));
    expect(result).toMatchObject({ amplification: 1, isAlarm: false, isConverged: true, fundLossUsd: 0 });
    expect(result.finalSpotShocks[0]).toBeCloseTo(-0.2, 15);
    expect(result.rounds).toEqual([]);
    expect(result.shares).toEqual([]);
  });

  it('ends at the first fixed point below the shock', () => {
    fc.assert(
      fc.property(longBooks, shocks, (books, shock) => {
        const result = run(books, shocked(shock));
        expect(result.isConverged).toBe(true);
        expect(1 + (result.finalSpotShocks[0] ?? NaN)).toBeCloseTo(highestFixedPoint(books, shock), 3);
      }),
      { numRuns: 40 },
    );
  });

  it('does not depend on the slicing where all books are on one side', () => {
    fc.assert(
      fc.property(
        longBooks,
        shocks,
        fc.double({ min: 0.02, max: 0.9, noNaN: true }),
        (books, shock, sliceShare) => {
          const whole = run(books, shocked(shock));
          const sliced = run(books, shocked(shock, { sliceShare }));
          expect(sliced.isConverged).toBe(true);
          expect(sliced.finalSpotShocks[0]).toBeCloseTo(whole.finalSpotShocks[0] ?? NaN, 5);
          expect(sliced.fundLossUsd).toBeCloseTo(
            whole.fundLossUsd,
            -1 + Math.log10(1 + whole.fundLossUsd) / 100,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('amplifies, is bounded and grows with the shock where all books are on one side', () => {
    fc.assert(
      fc.property(longBooks, shocks, shocks, (books, a, b) => {
        const [small, large] = [run(books, shocked(Math.max(a, b))), run(books, shocked(Math.min(a, b)))];
        expect(large.finalSpotShocks[0]).toBeLessThanOrEqual((small.finalSpotShocks[0] ?? NaN) + 1e-6);
        for (const result of [small, large]) {
          expect(result.amplification).toBeGreaterThanOrEqual(1);
          const everything = books.reduce((sum, { coins }) => sum + coins[0], 0);
          const deepest = (1 + Math.min(a, b)) * impactFactor(everything, DEPTH) - 1;
          expect(result.finalSpotShocks[0]).toBeGreaterThanOrEqual(deepest - 1e-9);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its invariants for any books: finite, bounded by what is held, shares of one, the same bits again', () => {
    const sides = fc.array(
      fc.record({
        coins: fc.tuple(
          fc.double({ min: -300, max: 300, noNaN: true }),
          fc.double({ min: -300, max: 300, noNaN: true }),
        ),
        cover: fc.double({ min: -0.1, max: 0.6, noNaN: true }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(sides, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (books, shock) => {
        if (Math.abs(shock) < 1e-6) return;
        const terms: CascadeTerms = {
          underlyings: [
            { ...UNDERLYING, spotShock: shock },
            { ...UNDERLYING, underlying: 'ETH', spotShock: 0 },
          ],
        };
        const result = run(books, terms);
        const shares = result.shares.reduce((sum, { share }) => sum + share, 0);
        const addOns = result.shares.reduce((sum, { systemicAddOnUsd }) => sum + systemicAddOnUsd, 0);
        const added = Math.max(0, result.finalShortfallUsd - result.firstShortfallUsd);
        expect(
          [...result.finalSpotShocks, result.amplification, result.fundLossUsd].every(Number.isFinite),
        ).toBe(true);
        result.finalSpotShocks.forEach((final, u) => {
          const held = books.reduce((sum, { coins }) => sum + Math.abs(coins[u] ?? NaN), 0);
          const first = u === 0 ? 1 + shock : 1;
          expect(1 + final).toBeGreaterThanOrEqual(first * impactFactor(held, DEPTH) - 1e-9);
          expect(1 + final).toBeLessThanOrEqual(first * impactFactor(-held, DEPTH) + 1e-9);
        });
        if (result.shares.length > 0) {
          expect(shares).toBeCloseTo(1, 9);
          expect(addOns).toBeCloseTo(added, 3);
        }
        expect(result.fundLossUsd).toBeGreaterThanOrEqual(0);
        expect(run(books, terms)).toEqual(result);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves accounts without a margin out, and counts them', () => {
    const cascade = unwrap(Cascade.of(shocked(-0.3)));
    for (let moves = cascade.next(); moves !== undefined; moves = cascade.next()) {
      const accounts = accountsAt(
        [
          { coins: [10], cover: 0.1 },
          { coins: [1_000], cover: 0.1 },
        ],
        moves,
      );
      accounts.equityUsd[1] = NaN;
      cascade.take(accounts);
    }
    const result = cascade.result();
    expect(result.unmarginedAccounts).toBe(1);
    expect(result.shares).toHaveLength(1);
    expect(Number.isFinite(result.finalShortfallUsd)).toBe(true);
  });

  it('raises the alarm when liquidations move the price more than half as far again', () => {
    const crowded = run([{ coins: [60_000], cover: 0.1 }], shocked(-0.07));
    expect(crowded.isAlarm).toBe(true);
    expect(crowded.amplification).toBeGreaterThan(1.5);
    expect(crowded.shares).toMatchObject([{ accountId: 'a0', share: 1 }]);
  });

  it('ends at a price that models can still be asked for, however much is sold', () => {
    const books: LinearBook[] = [{ coins: [400], cover: 0.06 }];
    for (const impactCoefficient of [1e4, 1e308]) {
      const { finalSpotShocks } = run(books, shocked(-0.1, { impactCoefficient }));
      expect(1 + (finalSpotShocks[0] ?? NaN)).toBeCloseTo(0.9e-6, 12);
    }
  });

  it('refuses terms that are none, by their field', () => {
    const fieldOf = (terms: CascadeTerms): string => {
      const outcome = Cascade.of(terms);
      return outcome.ok ? 'accepted' : `${outcome.failure.reason} ${outcome.failure.field}`;
    };
    const depth = (more: Partial<MarketDepth>): CascadeTerms => ({
      underlyings: [{ ...UNDERLYING, spotShock: -0.1, depth: { ...DEPTH, ...more } }],
    });
    expect([
      fieldOf({ underlyings: [] }),
      fieldOf(shocked(0)),
      fieldOf(shocked(-1)),
      fieldOf(shocked(NaN)),
      fieldOf(shocked(1e308)),
      fieldOf({ underlyings: [{ ...UNDERLYING, spotShock: -0.1, volShock: -2 }] }),
      fieldOf(depth({ dailyVolumeCoins: -5 })),
      fieldOf(depth({ dailyVolatility: NaN })),
      fieldOf(shocked(-0.1, { impactCoefficient: -1 })),
      fieldOf(shocked(-0.1, { roundsMax: 0 })),
      fieldOf(shocked(-0.1, { sliceShare: 0 })),
    ]).toEqual([
      'INVALID_VALUE shocks',
      'INVALID_VALUE shocks',
      'INVALID_VALUE shocks[0].spotShock',
      'INVALID_VALUE shocks[0].spotShock',
      'INVALID_VALUE shocks[0].spotShock',
      'INVALID_VALUE shocks[0].volShock',
      'INVALID_VALUE shocks[0].depth.dailyVolumeCoins',
      'INVALID_VALUE shocks[0].depth.dailyVolatility',
      'INVALID_VALUE impactCoefficient',
      'INVALID_VALUE roundsMax',
      'INVALID_VALUE sliceShare',
    ]);
  });
});
