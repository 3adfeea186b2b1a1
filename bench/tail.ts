/**
 * Value at risk and expected shortfall of rows of P&L on one core: the 1 % tail of 10,000 scenarios, against
 * `std::nth_element` on a copy of the whole row.
 */
import { scenarioStride } from '../src/kernel/layout.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { tailWorkspaceLength } from '../src/kernel/tail-risk.js';
import { loadBaselines } from './lib/baselines.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const SCENARIOS = 10_000;
/** Rows of one call: few, because on a busy machine a long turn of one way would be interrupted more often. */
const ROWS = 8;
/** Calls before rows come again: a processor learns the branches of the few rows that it sees over and over. */
const CALLS = 40;
const CONFIDENCE = 0.99;

export function run(): Promise<BenchResult[]> {
  const kernels = loadKernels();
  const baselines = loadBaselines(kernels.isa);
  const vectors = fatTailedRows();
  const callLength = ROWS * scenarioStride(SCENARIOS);
  const rowsOf = (call: number): Float64Array => vectors.subarray(call * callLength, (call + 1) * callLength);
  let call = 0;
  const workspace = new Float64Array(tailWorkspaceLength(SCENARIOS));
  const column = (): Float64Array => new Float64Array(ROWS);
  const expected = { valueAtRisk: column(), expectedShortfall: column() };
  const actual = { valueAtRisk: column(), expectedShortfall: column() };
  const { seconds } = measure(
    [
      () => {
        const { valueAtRisk, expectedShortfall } = expected;
        call = (call + 1) % CALLS;
        baselines.nthElementTailRisk(
          ...([rowsOf(call), ROWS, SCENARIOS, CONFIDENCE] as const),
          ...([valueAtRisk, expectedShortfall, workspace] as const),
        );
      },
      () => {
        const { valueAtRisk, expectedShortfall } = actual;
        kernels.tailRisk(
          ...([rowsOf(call), ROWS, SCENARIOS, CONFIDENCE] as const),
          ...([valueAtRisk, expectedShortfall, workspace] as const),
        );
      },
    ],
    { rounds: 201, warmupRounds: 20 },
  );
  requireSame(actual.valueAtRisk, expected.valueAtRisk);
  requireSame(actual.expectedShortfall, expected.expectedShortfall);
  const [baselineSeconds = NaN, kernelSeconds = NaN] = seconds;
  return Promise.resolve([
    {
      id: 'tail',
      value: (kernelSeconds / ROWS) * 1e6,
      unit: 'us',
      baseline: 'std::nth_element on a copy of the row, same compiler',
      baselineValue: (baselineSeconds / ROWS) * 1e6,
      ratio: baselineSeconds / kernelSeconds,
      target: 'ratio >= 4.5',
    },
  ]);
}

/** Products of three uniform numbers: tails fatter than normal, no two rows alike. */
function fatTailedRows(): Float64Array {
  const random = uniformGenerator(5);
  const vectors = new Float64Array(CALLS * ROWS * scenarioStride(SCENARIOS));
  return vectors.map(() => (2 * random() - 1) / (0.1 + random()) / (0.1 + random()));
}

/** A figure for a wrong answer is no figure. The sums run in different orders. */
function requireSame(actual: Float64Array, expected: Float64Array): void {
  const wrong = actual.findIndex(
    (value, index) => !(Math.abs(value - (expected[index] ?? NaN)) <= 1e-12 * Math.abs(value)),
  );
  if (wrong >= 0) throw new Error(`tails differ at ${String(wrong)}`);
}
