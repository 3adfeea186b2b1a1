/**
 * Portfolios x cube on one core: 50 positions each over 1,000 instruments and 10,000 scenarios, against one position after
 * the other over a row-major cube. The portfolios of one call are those of a shard of an end-of-day run.
 */
import { cubeIndex, cubeLength, scenarioStride } from '../src/kernel/layout.js';
import type { SparseRows } from '../src/kernel/layout.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { loadBaselines } from './lib/baselines.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const INSTRUMENTS = 1000;
const SCENARIOS = 10_000;
const PORTFOLIOS = 1000;
const POSITIONS = 50;

export function run(): Promise<BenchResult[]> {
  const kernels = loadKernels();
  const baselines = loadBaselines(kernels.isa);
  const stride = scenarioStride(SCENARIOS);
  const random = uniformGenerator(3);
  const rows = new Float64Array(INSTRUMENTS * stride);
  const cube = new Float64Array(cubeLength(INSTRUMENTS, SCENARIOS));
  for (let i = 0; i < INSTRUMENTS; i++) {
    for (let s = 0; s < SCENARIOS; s++) {
      const pnl = random() - 0.5;
      rows[i * stride + s] = pnl;
      cube[cubeIndex(i, s, INSTRUMENTS)] = pnl;
    }
  }
  const positions = randomPositions(random);
  const expected = new Float64Array(PORTFOLIOS * stride);
  const vectors = new Float64Array(PORTFOLIOS * stride);
  const { seconds } = measure(
    [
      () => {
        baselines.rowAtATimeAggregate(rows, SCENARIOS, positions, expected);
      },
      () => {
        kernels.aggregate(cube, INSTRUMENTS, SCENARIOS, positions, vectors);
      },
    ],
    { rounds: 9, warmupRounds: 1 },
  );
  requireSame(vectors, expected);
  const [baselineSeconds = NaN, kernelSeconds = NaN] = seconds;
  const operations = 2 * PORTFOLIOS * POSITIONS * SCENARIOS;
  return Promise.resolve([
    {
      id: 'aggregate',
      value: operations / kernelSeconds / 1e9,
      unit: 'GFLOP/s',
      baseline: 'row at a time over a row-major cube, same compiler',
      baselineValue: operations / baselineSeconds / 1e9,
      ratio: baselineSeconds / kernelSeconds,
      target: 'ratio >= 3',
    },
    {
      id: 'aggregate-portfolio',
      value: (kernelSeconds / PORTFOLIOS) * 1e6,
      unit: 'us',
      baseline: 'row at a time over a row-major cube, same compiler',
      baselineValue: (baselineSeconds / PORTFOLIOS) * 1e6,
      ratio: baselineSeconds / kernelSeconds,
      target: null,
    },
  ]);
}

/** Positions in instrument order, as the engine sums them. */
function randomPositions(random: () => number): SparseRows {
  const count = PORTFOLIOS * POSITIONS;
  const instrument = new Uint32Array(count);
  for (let row = 0; row < PORTFOLIOS; row++) {
    const chosen = instrument.subarray(row * POSITIONS, (row + 1) * POSITIONS);
    chosen.forEach((_, k) => (chosen[k] = Math.floor(random() * INSTRUMENTS)));
    chosen.sort();
  }
  return {
    rowCount: PORTFOLIOS,
    rowOffsets: Uint32Array.from({ length: PORTFOLIOS + 1 }, (_, row) => row * POSITIONS),
    instrument,
    quantity: Float64Array.from({ length: count }, () => 20 * random() - 10),
  };
}

/** A figure for a wrong answer is no figure. Fused operations may differ in the last digits. */
function requireSame(actual: Float64Array, expected: Float64Array): void {
  const tolerance = 1e-11;
  const wrong = actual.findIndex(
    (value, index) => !(Math.abs(value - (expected[index] ?? NaN)) <= tolerance),
  );
  if (wrong >= 0) throw new Error(`vectors differ at ${String(wrong)}`);
}
