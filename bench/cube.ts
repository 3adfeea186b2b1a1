/** Pricing of the cube on one core, against a scalar loop with `std::erfc` of the same compiler over the same inputs. */
import { cubeIndex, cubeLength } from '../src/kernel/layout.js';
import type { Isa } from '../src/kernel/kernels.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { loadBaselines } from './lib/baselines.js';
import { measure } from './lib/measure.js';
import { optionChain, spotAndVolScenarios } from './lib/option-chain.js';
import type { BenchResult } from './lib/result.js';

const OPTIONS = 750;
const BASELINE = 'scalar loop with std::erfc, same compiler, logarithms hoisted';
const TARGETS: Readonly<Partial<Record<Isa, string>>> = { v3: 'ratio >= 4', v4: 'ratio >= 12' };

export function run(): Promise<BenchResult[]> {
  const { isa } = loadKernels();
  const wide = measureCube('cube', 1000, { rounds: 21, callsPerRound: 1 });
  const grid = measureCube('cube-33', 33, { rounds: 41, callsPerRound: 20 });
  return Promise.resolve([{ ...wide.speed, target: TARGETS[isa] ?? null }, grid.speed, wide.difference]);
}

function measureCube(
  id: string,
  scenarioCount: number,
  options: { readonly rounds: number; readonly callsPerRound: number },
): { speed: BenchResult; difference: BenchResult } {
  const kernels = loadKernels();
  const baselines = loadBaselines(kernels.isa);
  const instruments = optionChain(OPTIONS);
  const scenarios = spotAndVolScenarios(scenarioCount);
  const logSpotFactors = scenarios.spotFactor.map(Math.log);
  const cube = new Float64Array(cubeLength(OPTIONS, scenarioCount));
  const rows = new Float64Array(OPTIONS * scenarios.stride);
  const { seconds } = measure(
    [
      () => {
        baselines.erfcScenarioPnl(instruments, scenarios, logSpotFactors, rows);
      },
      () => {
        kernels.scenarioPnl(instruments, scenarios, cube);
      },
    ],
    options,
  );
  const [baselineSeconds = NaN, kernelSeconds = NaN] = seconds;
  let worst = 0;
  for (let i = 0; i < OPTIONS; i++) {
    for (let s = 0; s < scenarioCount; s++) {
      const difference = (cube[cubeIndex(i, s, OPTIONS)] ?? NaN) - (rows[i * scenarios.stride + s] ?? NaN);
      worst = Math.max(worst, Math.abs(difference) / (instruments.forward[i] ?? NaN));
    }
  }
  const cells = OPTIONS * scenarioCount;
  return {
    speed: {
      id,
      value: cells / kernelSeconds,
      unit: 'cells/s',
      baseline: BASELINE,
      baselineValue: cells / baselineSeconds,
      ratio: baselineSeconds / kernelSeconds,
      target: null,
    },
    // Two P&Ls of two prices each, so four times the bound of one price and the error of the baseline is in it as well.
    difference: {
      id: `${id}-difference`,
      value: worst,
      unit: 'of forward',
      baseline: null,
      baselineValue: null,
      ratio: null,
      target: null,
    },
  };
}
