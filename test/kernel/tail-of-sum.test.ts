/** Tails of weighted sums: every native level against the twin, and both against the tail of the vector that is added up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { scenarioStride, type WeightedSum } from '../../src/kernel/layout.js';
import { tailWorkspaceLength } from '../../src/kernel/tail-risk.js';
import { ALL_KERNELS, bits } from './support.js';

const UNITS = 3;

/** Units in rows of their stride; the padding is rubbish that nobody may read. */
function weightedSum(
  scenarioCount: number,
  terms: readonly (readonly [number, number])[],
  seed: number,
): WeightedSum {
  const uniform = uniformGenerator(seed);
  const stride = scenarioStride(scenarioCount);
  const draw = (): number => (2 * uniform() - 1) / (0.05 + uniform());
  return {
    scenarioCount,
    base: Float64Array.from({ length: scenarioCount }, () => 10 * draw()),
    termCount: terms.length,
    unitRow: Uint32Array.from(terms, ([row]) => row),
    weight: Float64Array.from(terms, ([, weight]) => weight),
    unitCount: UNITS,
    units: Float64Array.from({ length: UNITS * stride }, (_, at) =>
      at % stride < scenarioCount ? draw() : NaN,
    ),
  };
}

function riskOfSum(kernels: Kernels, sum: WeightedSum, confidence: number): Float64Array {
  const risk = new Float64Array(2).fill(7);
  const workspace = new Float64Array(tailWorkspaceLength(sum.scenarioCount)).fill(NaN);
  kernels.tailRiskOfSum(sum, confidence, risk, workspace);
  return risk;
}

/** The same sum added up first. */
function riskOfVector(kernels: Kernels, sum: WeightedSum, confidence: number): Float64Array {
  const { scenarioCount, base, unitRow, weight, units } = sum;
  const stride = scenarioStride(scenarioCount);
  const vector = new Float64Array(stride);
  for (let s = 0; s < scenarioCount; s += 1) {
    let pnl = base[s] ?? NaN;
    weight.forEach((multiple, k) => {
      pnl += multiple * (units[(unitRow[k] ?? NaN) * stride + s] ?? NaN);
    });
    vector[s] = pnl;
  }
  const risk = new Float64Array(2);
  const workspace = new Float64Array(tailWorkspaceLength(scenarioCount));
  kernels.tailRisk(vector, 1, scenarioCount, confidence, risk.subarray(0, 1), risk.subarray(1), workspace);
  return risk;
}

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('on $isa', ({ kernels }) => {
  test('has the bits of the tail of the added vector, for any number of scenarios and terms', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2_040, max: 2_056 })),
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: UNITS - 1 }), fc.double({ min: -50, max: 50, noNaN: true })),
          { maxLength: 4 },
        ),
        fc.constantFrom(0.001, 0.5, 0.9, 0.975, 0.99, 0.9999),
        fc.nat(),
        (count, terms, confidence, seed) => {
          const sum = weightedSum(count, terms, seed);
          expect(bits(riskOfSum(kernels, sum, confidence))).toEqual(
            bits(riskOfVector(kernels, sum, confidence)),
          );
        },
      ),
      { seed: 75, numRuns: kernels.isa === 'reference' ? 30 : 200 },
    );
  });

  test('finds the tail of ten thousand scenarios also where the sample misleads', () => {
    const sum = weightedSum(10_000, [[0, 1]], 5);
    // The sample sees the best and the worst only: its threshold keeps everything or too little.
    for (const sampled of [-1_000, 1_000]) {
      const base = sum.base.map((value, s) => ((s * 512) % 10_000 < 512 ? sampled : value));
      const misleading = { ...sum, base };
      for (const confidence of [0.9, 0.99])
        expect(bits(riskOfSum(kernels, misleading, confidence))).toEqual(
          bits(riskOfVector(kernels, misleading, confidence)),
        );
    }
  });

  test('is no number where an entry of the sum is not finite, wherever it stands', () => {
    for (const count of [1, 3, 3_000])
      for (const place of [0, count >> 1, count - 1])
        for (const bad of [NaN, Infinity, -Infinity]) {
          const sum = weightedSum(count, [[1, 2]], 6);
          sum.base[place] = bad;
          expect([...riskOfSum(kernels, sum, 0.99)]).toEqual([NaN, NaN]);
        }
    const overflowing = weightedSum(100, [[1, Infinity]], 6);
    expect([...riskOfSum(kernels, overflowing, 0.99)]).toEqual([NaN, NaN]);
  });

  test('refuses rows that are not there, no scenarios, a confidence outside (0, 1) and memory that is too short', () => {
    const sum = weightedSum(100, [[2, 1]], 7);
    expect(() => riskOfSum(kernels, { ...sum, unitRow: Uint32Array.of(UNITS) }, 0.99)).toThrow(
      new RangeError('Expected an integer in [0, 3) for sum.unitRow[0] but received 3 of type number'),
    );
    expect(() => riskOfSum(kernels, { ...sum, scenarioCount: 0 }, 0.99)).toThrow(/at least 1 scenario/);
    expect(() => riskOfSum(kernels, sum, 1)).toThrow(/\(0, 1\) for confidence/);
    expect(() => riskOfSum(kernels, { ...sum, termCount: 2 }, 0.99)).toThrow(/entries for sum.unitRow/);
    expect(() => riskOfSum(kernels, { ...sum, base: sum.base.subarray(1) }, 0.99)).toThrow(
      /entries for sum.base/,
    );
    expect(() => riskOfSum(kernels, { ...sum, unitCount: 4 }, 0.99)).toThrow(/entries for sum.units/);
    expect(() => {
      kernels.tailRiskOfSum(sum, 0.99, new Float64Array(2), new Float64Array(3));
    }).toThrow(/entries for workspace/);
  });
});
