/** What holds for every sample: coherence, invariance, additivity, and refusal of bad numbers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ageWeights } from '../../src/measures/age-weights.js';
import { aumannShapley } from '../../src/measures/aumann-shapley.js';
import { bootstrapErrors } from '../../src/measures/block-bootstrap.js';
import { shortfallContributions } from '../../src/measures/contributions.js';
import { standardTTail, normalTail } from '../../src/measures/parametric.js';
import { randomStream } from '../../src/measures/random.js';
import { normalErrors, sampleErrors, studentTErrors } from '../../src/measures/standard-errors.js';
import { TAIL_CONVENTIONS, tailMeasures } from '../../src/measures/tail-measures.js';
import { tailWeights } from '../../src/measures/tail-weights.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { studentTQuantile } from '../../src/kernel/reference/student-t.js';
import { reasonOf, unwrap } from './support.js';

const SEED = 20261124;
const loss = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const losses = fc.array(loss, { minLength: 1, maxLength: 60 });
const confidence = fc.double({ min: 0.01, max: 0.999, noNaN: true });

function shortfall(sample: ArrayLike<number>, level: number): number {
  return unwrap(tailMeasures(sample, level)).expectedShortfall;
}

const NEAR = 1e-9;

describe('expected shortfall', () => {
  test('is the minimum of v + E(L - v)+ / (1 - c)', () => {
    fc.assert(
      fc.property(losses, confidence, (sample, level) => {
        const objective = (v: number): number =>
          v + sample.reduce((sum, x) => sum + Math.max(0, x - v), 0) / (sample.length * (1 - level));
        const minimum = Math.min(...sample.map(objective));
        expect(Math.abs(shortfall(sample, level) - minimum)).toBeLessThanOrEqual(
          1e-8 * (1 + Math.abs(minimum)),
        );
      }),
      { seed: SEED },
    );
  });

  test('scales, translates, and is subadditive and monotone in the confidence', () => {
    const pairs = fc.array(fc.tuple(loss, loss), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        pairs,
        confidence,
        confidence,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (rows, a, b, scale) => {
          const left = rows.map(([x]) => x);
          const right = rows.map(([, y]) => y);
          const own = shortfall(left, a);
          const size = 1e6 * (1 + scale);
          expect(
            Math.abs(
              shortfall(
                left.map((x) => x * scale),
                a,
              ) -
                scale * own,
            ),
          ).toBeLessThanOrEqual(NEAR * size);
          expect(
            Math.abs(
              shortfall(
                left.map((x) => x + scale),
                a,
              ) -
                own -
                scale,
            ),
          ).toBeLessThanOrEqual(NEAR * size);
          const joint = shortfall(
            rows.map(([x, y]) => x + y),
            a,
          );
          expect(joint).toBeLessThanOrEqual(own + shortfall(right, a) + NEAR * 1e6);
          expect(shortfall(left, Math.max(a, b))).toBeGreaterThanOrEqual(
            shortfall(left, Math.min(a, b)) - NEAR * 1e6,
          );
        },
      ),
      { seed: SEED },
    );
  });

  test('has the same bits for any order of the losses, and is never below value at risk', () => {
    fc.assert(
      fc.property(losses, confidence, fc.nat(), (sample, level, seed) => {
        const random = randomStream(seed);
        const shuffled = sample
          .map((value) => ({ value, key: random.uniform() }))
          .sort((x, y) => x.key - y.key)
          .map(({ value }) => value);
        for (const convention of TAIL_CONVENTIONS) {
          if (convention === 'WEIGHTED') continue;
          const measures = unwrap(tailMeasures(sample, level, { convention }));
          expect(unwrap(tailMeasures(shuffled, level, { convention }))).toEqual(measures);
          expect(measures.expectedShortfall).toBeGreaterThanOrEqual(measures.valueAtRisk - NEAR * 1e6);
        }
      }),
      { seed: SEED },
    );
  });

  test('does not fall when a scenario worse than all others is added in place of the best', () => {
    fc.assert(
      fc.property(losses, confidence, (sample, level) => {
        const sorted = [...sample].sort((x, y) => x - y);
        const worse = [...sorted.slice(1), sorted.at(-1)! + 1];
        expect(shortfall(worse, level)).toBeGreaterThanOrEqual(shortfall(sorted, level) - NEAR * 1e6);
      }),
      { seed: SEED },
    );
  });

  test('equal weights give what no weights give', () => {
    fc.assert(
      fc.property(losses, confidence, (sample, level) => {
        const weighted = unwrap(tailMeasures(sample, level, { weights: sample.map(() => 3) }));
        expect(Math.abs(weighted.expectedShortfall - shortfall(sample, level))).toBeLessThanOrEqual(
          NEAR * 1e6,
        );
      }),
      { seed: SEED },
    );
  });
});

describe('contributions', () => {
  test('add up to 1e-10, weighted or not', () => {
    const matrix = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))
      .chain(([components, scenarios]) =>
        fc.tuple(
          fc.constant(components),
          fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
            minLength: components * scenarios,
            maxLength: components * scenarios,
          }),
          fc.option(
            fc.array(fc.double({ min: 1e-3, max: 1, noNaN: true }), {
              minLength: scenarios,
              maxLength: scenarios,
            }),
            { nil: undefined },
          ),
        ),
      );
    fc.assert(
      fc.property(matrix, confidence, ([components, pnl, weights], level) => {
        const options = weights === undefined ? {} : { weights };
        const shares = unwrap(shortfallContributions(Float64Array.from(pnl), components, level, options));
        const sum = shares.component.reduce((left, right) => left + right, 0);
        expect(Math.abs(sum - shares.expectedShortfall)).toBeLessThanOrEqual(1e-10);
        shares.component.forEach((share, i) => {
          expect(share).toBeLessThanOrEqual(shares.standalone[i]! + 1e-10);
        });
      }),
      { seed: SEED },
    );
  });

  test('per unit of size, and 0 for a size of 0', () => {
    const pnl = Float64Array.of(-10, 4, -6, 2);
    const shares = unwrap(shortfallContributions(pnl, 2, 0.5, { sizes: [5, 0] }));
    expect([...shares.component]).toEqual([10, 6]);
    expect([...shares.marginal]).toEqual([2, 0]);
  });

  test('Aumann-Shapley divides a charge of degree 3/2 exactly, where Euler sums to one and a half of it', () => {
    const sizes = Float64Array.of(3, 1, 5);
    const charge = (q: Float64Array): number => q.reduce((sum, x) => sum + Math.abs(x), 0) ** 1.5;
    const gradient = (q: Float64Array): Float64Array =>
      q.map(() => 1.5 * q.reduce((sum, x) => sum + Math.abs(x), 0) ** 0.5);
    const { shares, charge: whole, remainder } = aumannShapley(sizes, charge, gradient);
    expect(whole).toBe(27);
    expect(Math.abs(shares[2]! / shares[1]! - 5)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(remainder)).toBeLessThanOrEqual(1e-3 * whole);
    expect(Math.abs(shares.reduce((sum, x) => sum + x, 0) + remainder - whole)).toBeLessThanOrEqual(1e-12);
  });
});

describe('standard errors', () => {
  test.each([1_000, 10_000, 100_000])(
    'cover the closed forms within three of their own, %d draws',
    (count) => {
      for (const level of [0.95, 0.975, 0.99]) {
        const random = randomStream(11, count);
        const normal = Float64Array.from({ length: count }, () => normalQuantile(random.uniform()));
        const student = Float64Array.from({ length: count }, () => studentTQuantile(random.uniform(), 4));
        const normalExact = unwrap(normalTail(0, 1, level));
        const studentExact = standardTTail(4, level);
        for (const [sample, valueAtRisk, expectedShortfall] of [
          [normal, normalExact.valueAtRisk, normalExact.expectedShortfall],
          [student, studentExact.quantile, studentExact.tailMean],
        ] as const) {
          const measures = unwrap(tailMeasures(sample, level));
          const errors = unwrap(sampleErrors(sample, level));
          expect(Math.abs(measures.valueAtRisk - valueAtRisk)).toBeLessThanOrEqual(3 * errors.valueAtRisk);
          expect(Math.abs(measures.expectedShortfall - expectedShortfall)).toBeLessThanOrEqual(
            3 * errors.expectedShortfall,
          );
        }
      }
    },
  );

  test('estimated from a large sample come near the asymptotic ones', () => {
    const random = randomStream(5);
    const sample = Float64Array.from({ length: 200_000 }, () => normalQuantile(random.uniform()));
    const estimated = unwrap(sampleErrors(sample, 0.99));
    const exact = unwrap(normalErrors(sample.length, 0.99));
    expect(Math.abs(estimated.valueAtRisk / exact.valueAtRisk - 1)).toBeLessThan(0.1);
    expect(Math.abs(estimated.expectedShortfall / exact.expectedShortfall - 1)).toBeLessThan(0.05);
  });

  test('by blocks repeat for a seed, change with it, and agree with the asymptotic ones for independent losses', () => {
    const random = randomStream(6);
    const sample = Float64Array.from({ length: 4_000 }, () => normalQuantile(random.uniform()));
    const first = unwrap(bootstrapErrors(sample, 0.95, { blockLength: 10, resamples: 200, seed: 1 }));
    expect(unwrap(bootstrapErrors(sample, 0.95, { blockLength: 10, resamples: 200, seed: 1 }))).toEqual(
      first,
    );
    expect(unwrap(bootstrapErrors(sample, 0.95, { blockLength: 10, resamples: 200, seed: 2 }))).not.toEqual(
      first,
    );
    const exact = unwrap(normalErrors(sample.length, 0.95));
    expect(first.expectedShortfall / exact.expectedShortfall).toBeGreaterThan(0.7);
    expect(first.expectedShortfall / exact.expectedShortfall).toBeLessThan(1.4);
  });
});

describe('bad numbers', () => {
  test.each([0, 1, -0.5, 1.5, NaN, Infinity])('a confidence of %d', (level) => {
    expect(reasonOf(tailMeasures([1, 2], level))).toBe('INVALID_PARAMETER');
    expect(reasonOf(tailWeights([1, 2], level))).toBe('INVALID_PARAMETER');
    expect(reasonOf(normalTail(0, 1, level))).toBe('INVALID_PARAMETER');
    expect(reasonOf(sampleErrors([1, 2], level))).toBe('INVALID_PARAMETER');
    expect(reasonOf(normalErrors(10, level))).toBe('INVALID_PARAMETER');
    expect(reasonOf(shortfallContributions(Float64Array.of(1, 2), 1, level))).toBe('INVALID_PARAMETER');
  });

  test.each([NaN, Infinity, -Infinity])('a loss of %d', (bad) => {
    for (const convention of TAIL_CONVENTIONS) {
      const weights = convention === 'WEIGHTED' ? { weights: [1, 1, 1] } : {};
      const outcome = tailMeasures([1, bad, 2], 0.9, { convention, ...weights });
      expect(outcome).toMatchObject({ ok: false, failure: { reason: 'INVALID_VALUE', field: 'losses[1]' } });
    }
    expect(reasonOf(bootstrapErrors([1, bad, 2], 0.9))).toBe('INVALID_VALUE');
    expect(reasonOf(shortfallContributions(Float64Array.of(1, bad), 1, 0.9))).toBe('INVALID_VALUE');
  });

  test('no losses, and a single one', () => {
    expect(reasonOf(tailMeasures([], 0.99))).toBe('INVALID_VALUE');
    expect(unwrap(tailMeasures([7], 0.99))).toMatchObject({ valueAtRisk: 7, expectedShortfall: 7 });
  });

  test('weights that sum to 0, are negative, not finite, too few or out of place', () => {
    for (const weights of [[0, 0], [1, -1], [1, NaN], [1, Infinity], [1]]) {
      expect(reasonOf(tailMeasures([1, 2], 0.9, { weights }))).toBe('INVALID_VALUE');
      expect(reasonOf(tailWeights([1, 2], 0.9, weights))).toBe('INVALID_VALUE');
    }
    expect(reasonOf(tailMeasures([1, 2], 0.9, { convention: 'WEIGHTED' }))).toBe('INVALID_PARAMETER');
    expect(reasonOf(tailMeasures([1, 2], 0.9, { convention: 'STRICT', weights: [1, 1] }))).toBe(
      'INVALID_PARAMETER',
    );
  });

  test('parameters of the other measures', () => {
    expect(reasonOf(ageWeights(0))).toBe('INVALID_PARAMETER');
    expect(reasonOf(ageWeights(10, 0))).toBe('INVALID_PARAMETER');
    expect(unwrap(ageWeights(4, 0.5)).reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 15);
    expect(reasonOf(studentTErrors(10, 2, 0.9))).toBe('INVALID_PARAMETER');
    expect(reasonOf(bootstrapErrors([1, 2, 3], 0.9, { blockLength: 3, resamples: 9, seed: 1 }))).toBe(
      'INVALID_PARAMETER',
    );
    expect(reasonOf(bootstrapErrors([1, 2, 3], 0.9, { blockLength: 1, resamples: 1, seed: 1 }))).toBe(
      'INVALID_PARAMETER',
    );
    expect(reasonOf(shortfallContributions(new Float64Array(5), 2, 0.9))).toBe('INVALID_VALUE');
  });
});
