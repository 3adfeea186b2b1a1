import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { TailOfSum } from '../../src/measures/tail-of-sum.js';

const LENGTH = 400;
const vector = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: LENGTH, maxLength: LENGTH })
  .map((values) => Float64Array.from(values));

describe('the tail of a sum', () => {
  it('is that of a calculation from scratch, whatever was asked before', () => {
    fc.assert(
      fc.property(
        vector,
        fc.array(vector, { minLength: 0, maxLength: 3 }),
        fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 12, maxLength: 12 }),
        fc.constantFrom(0.9, 0.975, 0.99, 0.995),
        (base, vectors, weights, confidence) => {
          const tail = new TailOfSum(LENGTH, confidence);
          for (let ask = 0; ask < 4; ask += 1) {
            const used = vectors.map((_, at) => (weights[3 * ask + at] ?? 0) * 10 ** (ask - 2));
            const losses = base.map(
              (value, s) => -vectors.reduce((sum, one, at) => sum + (used[at] ?? 0) * (one[s] ?? NaN), value),
            );
            const scratch = tailMeasures(losses, confidence);
            if (!scratch.ok) throw new Error(scratch.failure.message);
            const gross = 1e6 * (1 + used.reduce((sum, weight) => sum + Math.abs(weight), 0));
            const found = tail.expectedShortfall(base, used, vectors);
            expect(Math.abs(found - scratch.value.expectedShortfall)).toBeLessThanOrEqual(1e-14 * gross);
          }
        },
      ),
      { seed: 6, numRuns: 30 },
    );
  });

  it('of a long vector is found above a sampled threshold, and without one where the sample misleads', () => {
    const length = 10_000;
    const random = uniformGenerator(8);
    const base = Float64Array.from({ length }, () => 100 * (random() + random() + random()) - 150);
    const vector = Float64Array.from({ length }, () => random() - 0.5);
    // A sample that takes every 25th entry sees the worst of this one only.
    const misleading = Float64Array.from({ length }, (_, s) => (s % 25 === 0 ? -1_000 - random() : random()));
    const tail = new TailOfSum(length, 0.99);
    for (const [one, weight] of [
      [vector, 3],
      [vector, -400],
      [misleading, 1],
      [vector, 0],
    ] as const) {
      const losses = base.map((value, s) => -(value + weight * (one[s] ?? NaN)));
      const scratch = tailMeasures(losses, 0.99);
      if (!scratch.ok) throw new Error(scratch.failure.message);
      expect(tail.expectedShortfall(base, [weight], [one])).toBeCloseTo(scratch.value.expectedShortfall, 9);
    }
    base[7_777] = NaN;
    expect(tail.expectedShortfall(base, [1], [vector])).toBeNaN();
  });

  it('is no number where a loss is none', () => {
    const base = new Float64Array(LENGTH).fill(1);
    const tail = new TailOfSum(LENGTH, 0.99);
    expect(tail.expectedShortfall(base, [], [])).toBe(-1);
    base[17] = NaN;
    expect(tail.expectedShortfall(base, [], [])).toBeNaN();
  });
});
