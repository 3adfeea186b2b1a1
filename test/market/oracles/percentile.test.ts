/** The weighted three-vote percentile: against a slow twin, against Pyth's integers, and what one source can do. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cappedShares } from '../../../src/market/oracles/capped-shares.js';
import { integerPercentile } from '../../../src/market/oracles/integer-percentile.js';
import { ThreeVotePercentile } from '../../../src/market/oracles/three-vote-percentile.js';

interface Voter {
  readonly price: number;
  readonly confidence: number;
  readonly weight: number;
}

function sharesOf(weights: readonly number[]): Float64Array {
  const shares = new Float64Array(weights.length);
  cappedShares(weights, new Uint8Array(weights.length).fill(1), shares);
  return shares;
}

/** Price and confidence without the floor. */
function percentile(voters: readonly Voter[]): { price: number; confidence: number } {
  const votes = new ThreeVotePercentile(voters.length);
  for (const [row, { price, confidence }] of voters.entries()) votes.vote(row, price, confidence);
  const quartiles = { lower: NaN, middle: NaN, upper: NaN };
  votes.quartiles(sharesOf(voters.map(({ weight }) => weight)), quartiles);
  const { lower, middle, upper } = quartiles;
  return { price: middle, confidence: Math.max(middle - lower, upper - middle) };
}

/** The rule as it is written, from scratch. */
function slowTwin(voters: readonly Voter[]): { price: number; confidence: number } {
  const shares = sharesOf(voters.map(({ weight }) => weight));
  const votes = voters
    .flatMap(({ price, confidence }, row) =>
      [price - confidence, price, price + confidence].map((value) => ({ value, share: shares[row]! / 3 })),
    )
    .sort((a, b) => a.value - b.value);
  const at = (level: number): { value: number; next: number; isMet: boolean } => {
    let cumulative = 0;
    for (const [row, { value, share }] of votes.entries()) {
      cumulative += share;
      if (cumulative >= level - 1e-12)
        return { value, next: votes[row + 1]?.value ?? value, isMet: Math.abs(cumulative - level) <= 1e-12 };
    }
    throw new Error('shares do not add up');
  };
  const [lower, middle, upper] = [at(0.25), at(0.5), at(0.75)] as const;
  const price = middle.isMet ? middle.value + (middle.next - middle.value) / 2 : middle.value;
  const low = lower.isMet ? lower.next : lower.value;
  return { price, confidence: Math.max(price - low, upper.value - price) };
}

/** Whole numbers, so that moving and mirroring them is exact. */
const integerVoter = fc.record({
  price: fc.integer({ min: 1_000, max: 1_000_000 }),
  confidence: fc.integer({ min: 1, max: 300 }),
  weight: fc.integer({ min: 1, max: 9 }),
});
const voters = (minLength: number): fc.Arbitrary<Voter[]> =>
  fc.array(integerVoter, { minLength, maxLength: 14 });
const run = { seed: 20_260_115, numRuns: 400 };

describe('the weighted percentile', () => {
  test.prop([voters(1)], run)('is the rule as it is written', (all) => {
    expect(percentile(all)).toEqual(slowTwin(all));
  });

  test.prop([voters(1)], run)('with equal shares is Pyth’s, but for the floor of a half', (all) => {
    const exact = integerPercentile(
      all.map(({ price, confidence }) => ({
        price: BigInt(price),
        confidence: BigInt(confidence),
        isTrading: true,
        slotAge: 0,
      })),
    );
    const { price, confidence } = percentile(all.map((voter) => ({ ...voter, weight: 1 })));
    expect(Math.floor(price)).toBe(Number(exact.price));
    expect(Math.abs(confidence - Number(exact.confidence))).toBeLessThanOrEqual(0.5);
  });

  const withRanks = fc.array(fc.tuple(integerVoter, fc.nat()), { minLength: 1, maxLength: 14 });
  test.prop([withRanks], run)('does not depend on the order of sources', (ranked) => {
    const shuffled = [...ranked].sort(([, a], [, b]) => a - b);
    const inOrder = (all: typeof ranked): unknown => percentile(all.map(([voter]) => voter));
    expect(inOrder(shuffled)).toEqual(inOrder(ranked));
  });

  test.prop([voters(1), fc.integer({ min: -900, max: 1_000_000 })], run)(
    'moves with its prices',
    (all, shift) => {
      const { price, confidence } = percentile(all);
      const moved = percentile(all.map((voter) => ({ ...voter, price: voter.price + shift })));
      expect(moved).toEqual({ price: price + shift, confidence });
    },
  );

  test.prop([voters(1), fc.integer({ min: -20, max: 20 })], run)('scales with its prices', (all, power) => {
    // A power of two scales doubles exactly.
    const scale = 2 ** power;
    const { price, confidence } = percentile(all);
    const scaled = percentile(
      all.map((voter) => ({ ...voter, price: voter.price * scale, confidence: voter.confidence * scale })),
    );
    expect(scaled).toEqual({ price: price * scale, confidence: confidence * scale });
  });

  test.prop([voters(1)], run)('mirrors its prices', (all) => {
    const { price, confidence } = percentile(all);
    const mirrored = percentile(all.map((voter) => ({ ...voter, price: -voter.price })));
    expect(mirrored).toEqual({ price: -price, confidence });
  });

  test.prop([integerVoter, fc.integer({ min: 1, max: 14 })], run)(
    'of equal quotes is the quote',
    (voter, count) => {
      const { price, confidence } = voter;
      const result = percentile(Array.from({ length: count }, () => voter));
      expect(result.price).toBe(price);
      expect(result.confidence).toBe(confidence);
    },
  );

  test.prop([voters(2), fc.boolean()], run)(
    'of three and more lets one publisher move the price to an honest vote at most',
    (honest, isUp) => {
      const outlier = { price: isUp ? 1e12 : -1e12, confidence: 1, weight: 9 };
      const { price } = percentile([...honest, outlier]);
      const votes = honest.flatMap((voter) => [
        voter.price - voter.confidence,
        voter.price,
        voter.price + voter.confidence,
      ]);
      expect(price).toBeGreaterThanOrEqual(Math.min(...votes));
      expect(price).toBeLessThanOrEqual(Math.max(...votes));
    },
  );

  test.prop([voters(2), fc.boolean()], run)(
    'of equal shares lets one more publisher move the price by two honest votes at most',
    (given, isUp) => {
      const honest = given.map((voter) => ({ ...voter, weight: 1 }));
      const outlier = { price: isUp ? 1e12 : -1e12, confidence: 1, weight: 1 };
      const votes = honest
        .flatMap(({ price, confidence }) => [price - confidence, price, price + confidence])
        .sort((a, b) => a - b);
      const before = percentile(honest).price;
      const after = percentile([...honest, outlier]).price;
      const beyond = isUp
        ? votes.filter((vote) => vote > before)
        : votes.filter((vote) => vote < before).reverse();
      const farthest = beyond[1] ?? beyond[0] ?? before;
      expect(isUp ? after >= before && after <= farthest : after <= before && after >= farthest).toBe(true);
    },
  );

  test.prop([voters(3), fc.boolean()], run)(
    'of four and more leaves the confidence within the honest votes',
    (honest, isUp) => {
      const outlier = { price: isUp ? 1e12 : -1e12, confidence: 1, weight: 9 };
      const { confidence } = percentile([...honest, outlier]);
      const votes = honest.flatMap((voter) => [
        voter.price - voter.confidence,
        voter.price + voter.confidence,
      ]);
      expect(confidence).toBeLessThanOrEqual(Math.max(...votes) - Math.min(...votes));
    },
  );

  test.prop(
    [
      fc.array(
        voters(4).filter((all) => all.length >= 6),
        { minLength: 2, maxLength: 6 },
      ),
    ],
    run,
  )('forgets what it sorted before', (rounds) => {
    const count = 6;
    const votes = new ThreeVotePercentile(count);
    for (const round of rounds) {
      const all = round.slice(0, count);
      for (const [row, { price, confidence }] of all.entries()) votes.vote(row, price, confidence);
      const quartiles = { lower: NaN, middle: NaN, upper: NaN };
      votes.quartiles(sharesOf(all.map(({ weight }) => weight)), quartiles);
      expect(quartiles.middle).toBe(percentile(all).price);
    }
  });

  it('keeps a confidence of .05 % when one of four is 9 % off, and loses it with three', () => {
    const honest = [100, 100.02, 99.98].map((price) => ({ price, confidence: 0.03, weight: 1 }));
    const off = { price: 109, confidence: 0.03, weight: 1 };
    expect(percentile([...honest, off]).confidence).toBeLessThan(0.06);
    expect(percentile([honest[0]!, honest[1]!, off]).confidence).toBeGreaterThan(8.8);
  });
});

describe('shares', () => {
  test.prop(
    [
      fc.array(fc.tuple(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.boolean()), {
        minLength: 1,
        maxLength: 20,
      }),
    ],
    run,
  )('add up to 1, never exceed a quarter, and keep the order of weights', (sources) => {
    const live = sources.filter(([, isLive]) => isLive).length;
    fc.pre(live > 0);
    const shares = new Float64Array(sources.length);
    cappedShares(
      sources.map(([weight]) => weight),
      sources.map(([, isLive]) => (isLive ? 1 : 0)),
      shares,
    );
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const cap = Math.max(0.25, 1 / live) * (1 + 1e-9);
    for (const [row, [weight, isLive]] of sources.entries()) {
      expect(shares[row]).toBeLessThanOrEqual(cap);
      if (!isLive) expect(shares[row]).toBe(0);
      else
        for (const [other, [otherWeight, otherIsLive]] of sources.entries())
          if (otherIsLive && otherWeight >= weight)
            expect(shares[other]).toBeGreaterThanOrEqual(shares[row]! * (1 - 1e-12));
    }
  });

  it('give what is cut to the others by weight', () => {
    expect([...sharesOf([3, 2, 2, 1, 1])]).toEqual([0.25, 0.25, 0.25, 0.125, 0.125]);
    expect([...sharesOf([1, 1, 1, 1])]).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect([...sharesOf([5, 1])]).toEqual([0.5, 0.5]);
  });
});

describe('the integer percentile', () => {
  const integers = fc.array(
    fc.record({
      price: fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      confidence: fc.bigInt({ min: 1n, max: 2n ** 40n }),
    }),
    { minLength: 1, maxLength: 20 },
  );
  const quotes = (all: readonly { price: bigint; confidence: bigint }[]) =>
    all.map((one) => ({ ...one, isTrading: true, slotAge: 0 }));

  test.prop([integers, fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n })], run)(
    'moves with its prices',
    (all, shift) => {
      const { price, confidence } = integerPercentile(quotes(all));
      const moved = integerPercentile(quotes(all.map((one) => ({ ...one, price: one.price + shift }))));
      // The floor of an even number of votes is where the shift leaves it: exact.
      expect([moved.price, moved.confidence]).toEqual([price + shift, confidence]);
    },
  );

  test.prop([integers], run)('mirrors its prices up to the floor', (all) => {
    const { price } = integerPercentile(quotes(all));
    const mirrored = integerPercentile(quotes(all.map((one) => ({ ...one, price: -one.price }))));
    const gap = -mirrored.price - price;
    expect(gap === 0n || gap === 1n).toBe(true);
  });

  it('does not count what overflows 64 bits, is not trading, old, or has no confidence', () => {
    const good = { price: 100n, confidence: 1n, isTrading: true, slotAge: 0 };
    const bad = [
      { ...good, price: 2n ** 63n - 1n },
      { ...good, price: -(2n ** 63n) },
      { ...good, confidence: 2n ** 63n },
      { ...good, confidence: 0n },
      { ...good, isTrading: false },
      { ...good, slotAge: 26 },
      { ...good, slotAge: -1 },
      { ...good, slotAge: NaN },
    ];
    for (const one of bad) expect(integerPercentile([one]).status).toBe('UNKNOWN');
    expect(integerPercentile([...bad, good])).toEqual({
      status: 'TRADING',
      price: 100n,
      confidence: 1n,
      publishers: 1,
    });
    expect(integerPercentile([good], 2)).toMatchObject({ status: 'UNKNOWN', publishers: 1 });
  });
});
