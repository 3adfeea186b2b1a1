/** Generation of the largest Monte Carlo set of the house model: 16 scramblings of 8,192 points, twenty factors, one core. */
import type { Kernels } from '../src/kernel/kernels.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { drawScramble, fitCopula } from '../src/scenarios/monte-carlo.js';
import type { FactorMoves } from '../src/scenarios/risk-factor.js';
import { unwrap } from '../src/domain/outcome.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const FACTORS = 20;
const ROWS = 1_000;
const SCRAMBLES = 16;
const POINTS = 8_192;
/** The twin is timed on one scrambling and counted sixteenfold: its time is proportional to the points. */
const TWIN_SCRAMBLES = 1;

/** Joint rows with a common factor, tails a little fatter than normal. */
function sampleRows(): FactorMoves {
  const random = uniformGenerator(1);
  const moves = new Float64Array(FACTORS * ROWS);
  const draw = (): number => 0.02 * Math.log(1 / random() - 1);
  for (let row = 0; row < ROWS; row++) {
    const common = draw();
    for (let f = 0; f < FACTORS; f++) moves[f * ROWS + row] = common + draw();
  }
  return {
    method: 'HISTORICAL',
    factors: Array.from({ length: FACTORS }, (_, f) => ({
      id: `F${f}.spot`,
      kind: 'SPOT',
      subject: `F${f}`,
      evidence: 'OBSERVED',
    })),
    horizonDays: 1,
    count: ROWS,
    moves,
    notes: [],
  };
}

export function run(): Promise<BenchResult[]> {
  const native = loadKernels();
  const twin = loadKernels({ isa: 'reference' });
  const rows = sampleRows();
  const options = { degreesOfFreedom: 4, correlationDecay: 1 };
  const fitted = unwrap(fitCopula(native, rows, options));
  const moves = new Float64Array(FACTORS * SCRAMBLES * POINTS);
  const generate = (kernels: Kernels, scrambles: number) => () => {
    for (let scramble = 0; scramble < scrambles; scramble++) {
      drawScramble(kernels, fitted, [1], scramble, POINTS, moves);
    }
  };
  const { seconds } = measure([generate(twin, TWIN_SCRAMBLES), generate(native, SCRAMBLES)], {
    rounds: 5,
    warmupRounds: 1,
  });
  const [twinPart = NaN, nativeSeconds = NaN] = seconds;
  const twinSeconds = (twinPart * SCRAMBLES) / TWIN_SCRAMBLES;
  const fit = measure([() => unwrap(fitCopula(native, rows, { correlationDecay: 1 }))], {
    rounds: 3,
    warmupRounds: 1,
  });
  return Promise.resolve([
    {
      id: 'scenario-generation',
      value: nativeSeconds * 1000,
      unit: 'ms',
      baseline: 'TypeScript twin',
      baselineValue: twinSeconds * 1000,
      ratio: twinSeconds / nativeSeconds,
      target: null,
    },
    {
      id: 'copula-fit',
      value: (fit.seconds[0] ?? NaN) * 1000,
      unit: 'ms',
      baseline: null,
      baselineValue: null,
      ratio: null,
      target: null,
    },
  ]);
}
