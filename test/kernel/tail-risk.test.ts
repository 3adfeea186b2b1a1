import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { scenarioStride } from '../../src/kernel/layout.js';
import { tailCount, tailWorkspaceLength } from '../../src/kernel/tail-risk.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { tailWeights } from '../../src/measures/tail-weights.js';
import { vectorsFolder } from '../support/folders.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, bits } from './support.js';

/** Rows of P&L in their padded layout; the padding is rubbish that nobody may read. */
function padded(rows: readonly (readonly number[])[]): Float64Array {
  const count = rows[0]?.length ?? 0;
  const vectors = new Float64Array(rows.length * scenarioStride(count)).fill(NaN);
  rows.forEach((row, index) => {
    vectors.set(row, index * scenarioStride(count));
  });
  return vectors;
}

function risk(kernels: Kernels, rows: readonly (readonly number[])[], confidence: number) {
  const count = rows[0]?.length ?? 0;
  const valueAtRisk = new Float64Array(rows.length).fill(NaN);
  const expectedShortfall = new Float64Array(rows.length).fill(NaN);
  const workspace = new Float64Array(tailWorkspaceLength(count)).fill(NaN);
  kernels.tailRisk(padded(rows), rows.length, count, confidence, valueAtRisk, expectedShortfall, workspace);
  return { valueAtRisk, expectedShortfall };
}

function tail(kernels: Kernels, rows: readonly (readonly number[])[], confidence: number) {
  const count = rows[0]?.length ?? 0;
  const length = rows.length * tailCount(count, confidence);
  const scenario = new Uint32Array(length).fill(0xffffffff);
  const weight = new Float64Array(length).fill(NaN);
  const workspace = new Float64Array(tailWorkspaceLength(count)).fill(NaN);
  kernels.tailScenarios(padded(rows), rows.length, count, confidence, scenario, weight, workspace);
  return { scenario, weight };
}

/** Seeded and fat-tailed, long enough for the sampled threshold. */
function longRow(count: number, seed: number): number[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => (2 * random() - 1) / (0.05 + random()));
}

const confidences = fc.oneof(
  fc.constantFrom(0.5, 0.9, 0.975, 0.99, 0.999, 1e-9, 1 - 1e-12),
  fc.double({ min: 0.001, max: 0.999, noNaN: true }),
);

const folder = vectorsFolder();

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('tails, $isa', ({ kernels }) => {
  test.skipIf(folder === undefined)('var_es_estimators.json: equal weights', () => {
    interface Case {
      readonly name: string;
      readonly losses: readonly number[];
      readonly confidence: number;
      readonly weights: readonly number[] | null;
      readonly var: number;
      readonly es: number;
    }
    const file = path.join(folder ?? '', 'risk-measures/var_es_estimators.json');
    const { estimators } = JSON.parse(readFileSync(file, 'utf8')) as { estimators: Case[] };
    const cases = estimators.filter(({ weights }) => weights === null);
    expect(cases.length).toBeGreaterThan(3);
    for (const { name, losses, confidence, var: valueAtRisk, es } of cases) {
      const actual = risk(kernels, [losses.map((loss) => -loss)], confidence);
      expect(Math.abs(at(actual.valueAtRisk, 0) - valueAtRisk), name).toBeLessThanOrEqual(
        1e-12 * Math.abs(valueAtRisk),
      );
      expect(Math.abs(at(actual.expectedShortfall, 0) - es), name).toBeLessThanOrEqual(1e-12 * Math.abs(es));
    }
  });

  test('one scenario, and a tail of less than one', () => {
    const one = risk(kernels, [[-7]], 0.99);
    expect([at(one.valueAtRisk, 0), at(one.expectedShortfall, 0)]).toEqual([7, 7]);
    const few = risk(kernels, [[3, -7, 5]], 0.99);
    expect(at(few.valueAtRisk, 0)).toBe(7);
    expect(Math.abs(at(few.expectedShortfall, 0) - 7)).toBeLessThan(1e-14);
    expect([...tail(kernels, [[3, -7, 5]], 0.99).scenario]).toEqual([1]);
  });

  test('the fractional boundary', () => {
    // 2.5 of 10: (12 + 8 + 5 / 2) / 2.5
    const losses = [5, -3, 8, 1, 0, -2, 12, 4, -6, 3];
    const rows = [losses.map((loss) => -loss)];
    const { valueAtRisk, expectedShortfall } = risk(kernels, rows, 0.75);
    expect([at(valueAtRisk, 0), at(expectedShortfall, 0)]).toEqual([5, 9]);
    const { scenario, weight } = tail(kernels, rows, 0.75);
    expect([...scenario]).toEqual([6, 2, 0]);
    expect([...weight]).toEqual([0.4, 0.4, 0.2]);
  });

  test('equal losses count in the order of their scenarios; gains give no negative zero', () => {
    for (const count of [100, 5000]) {
      const row = new Array<number>(count).fill(-2);
      const { valueAtRisk, expectedShortfall } = risk(kernels, [row], 0.97);
      expect(at(valueAtRisk, 0)).toBe(2);
      expect(Math.abs(at(expectedShortfall, 0) - 2)).toBeLessThan(1e-14);
      const { scenario } = tail(kernels, [row], 0.97);
      expect([...scenario]).toEqual(Array.from({ length: scenario.length }, (_, index) => index));
    }
    expect([...bits(risk(kernels, [[0, -0, 1]], 0.5).valueAtRisk)]).toEqual([0n]);
  });

  test('a threshold that misses the tail falls back to the whole row', () => {
    // The sample is every eighth entry; the tail lies between them, so that the threshold keeps nothing or everything.
    const count = 4096;
    for (const sampled of [-10, 10]) {
      const row = Array.from({ length: count }, (_, s) => (s % 8 === 0 ? sampled : -(s % 100) / 100));
      const { valueAtRisk, expectedShortfall } = risk(kernels, [row], 0.9);
      const expected = unwrap(
        tailMeasures(
          row.map((value) => 0 - value),
          0.9,
        ),
      );
      expect(at(valueAtRisk, 0)).toBe(expected.valueAtRisk);
      expect(at(expectedShortfall, 0)).toBe(expected.expectedShortfall);
    }
  });

  test('ten thousand scenarios: the bits of the risk measures, scenarios and weights of theirs', () => {
    for (const count of [2047, 2048, 2049, 10_000]) {
      const rows = [1, 2, 3].map((seed) => longRow(count, seed));
      for (const confidence of [0.99, 0.975, 0.9, 0.5]) {
        const { valueAtRisk, expectedShortfall } = risk(kernels, rows, confidence);
        const { scenario, weight } = tail(kernels, rows, confidence);
        const length = tailCount(count, confidence);
        rows.forEach((row, index) => {
          const losses = row.map((value) => 0 - value);
          const measures = unwrap(tailMeasures(losses, confidence));
          expect(at(valueAtRisk, index)).toBe(measures.valueAtRisk);
          expect(at(expectedShortfall, index)).toBe(measures.expectedShortfall);
          const weights = unwrap(tailWeights(losses, confidence));
          expect(scenario.subarray(index * length, (index + 1) * length)).toEqual(weights.scenario);
          expect(weight.subarray(index * length, (index + 1) * length)).toEqual(weights.weight);
        });
      }
    }
  });

  test('an entry that is not finite is refused by its place, wherever it stands', () => {
    for (const count of [3, 3000]) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const place of [0, count - 1, count >> 1]) {
          const rows = [longRow(count, 8), longRow(count, 9)];
          const row = rows[1] ?? [];
          row[place] = bad;
          const message = `Expected a finite number for vectors[${String(scenarioStride(count) + place)}] but received ${String(bad)} of type number`;
          expect(() => risk(kernels, rows, 0.99)).toThrow(new RangeError(message));
          expect(() => tail(kernels, rows, 0.99)).toThrow(new RangeError(message));
        }
      }
    }
  });

  test('no scenarios, a confidence outside (0, 1) and memory that is too short are refused', () => {
    expect(() => risk(kernels, [[]], 0.99)).toThrow(/at least 1 scenario for scenarioCount/);
    for (const confidence of [0, 1, -1, 2, NaN]) {
      expect(() => risk(kernels, [[1]], confidence)).toThrow(/Expected a number in \(0, 1\) for confidence/);
    }
    const column = new Float64Array(1);
    const row = padded([[1, 2]]);
    expect(() => {
      kernels.tailRisk(row, 1, 2, 0.99, column, new Float64Array(1), new Float64Array(3));
    }).toThrow(/entries for workspace/);
    expect(() => {
      kernels.tailRisk(row, 2, 2, 0.99, column, column, new Float64Array(tailWorkspaceLength(2)));
    }).toThrow(RangeError);
  });
});

describe('properties of tails', () => {
  const value = fc.oneof(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }),
    fc.integer({ min: -3, max: 3 }),
    fc.constantFrom(0, -0, 5e-324, -1e60),
  );
  const rowSets = fc
    .tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 4 }))
    .chain(([count, rowCount]) =>
      fc.array(fc.array(value, { minLength: count, maxLength: count }), {
        minLength: rowCount,
        maxLength: rowCount,
      }),
    );

  test('every level has the bits of the twin', () => {
    fc.assert(
      fc.property(rowSets, confidences, (rows, confidence) => {
        const expected = risk(REFERENCE, rows, confidence);
        const expectedTail = tail(REFERENCE, rows, confidence);
        for (const kernels of NATIVE_KERNELS) {
          const actual = risk(kernels, rows, confidence);
          expect(bits(actual.valueAtRisk)).toEqual(bits(expected.valueAtRisk));
          expect(bits(actual.expectedShortfall)).toEqual(bits(expected.expectedShortfall));
          const actualTail = tail(kernels, rows, confidence);
          expect(actualTail.scenario).toEqual(expectedTail.scenario);
          expect(bits(actualTail.weight)).toEqual(bits(expectedTail.weight));
        }
      }),
      { numRuns: 300, seed: 73 },
    );
  });

  test('expected shortfall is the weighted loss of the tail scenarios, and does not depend on the order of scenarios', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9000 }), fc.nat(), confidences, (count, seed, confidence) => {
        const row = longRow(count, seed);
        const reversed = [...row].reverse();
        for (const kernels of NATIVE_KERNELS) {
          const { expectedShortfall } = risk(kernels, [row, reversed], confidence);
          expect(at(expectedShortfall, 1)).toBe(at(expectedShortfall, 0));
          const { scenario, weight } = tail(kernels, [row], confidence);
          let sum = 0;
          let size = 0;
          scenario.forEach((s, k) => {
            sum -= at(weight, k) * at(row, s);
            size += at(weight, k) * Math.abs(at(row, s));
          });
          expect(Math.abs(sum - at(expectedShortfall, 0))).toBeLessThanOrEqual(1e-12 * size);
        }
      }),
      { numRuns: 100, seed: 74 },
    );
  });
});
