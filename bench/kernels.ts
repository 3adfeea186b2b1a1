/** The smaller kernels in one core, each against the TypeScript twin, which is what runs where no addon can be built. */
import type { Black76Outputs, Kernels } from '../src/kernel/kernels.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { measure } from './lib/measure.js';
import { optionChain, spotAndVolScenarios } from './lib/option-chain.js';
import type { BenchResult } from './lib/result.js';

const OPTIONS = 750;
const SCENARIOS = 1000;
const VECTORS = 100;

export function run(): Promise<BenchResult[]> {
  const native = loadKernels();
  const twin = loadKernels({ isa: 'reference' });
  const chain = optionChain(OPTIONS);
  const inputs = { ...chain, isCall: chain.payoff.map((payoff) => 1 - payoff) };
  const column = (): Float64Array => new Float64Array(OPTIONS);
  const outputs: Black76Outputs = {
    price: column(),
    delta: column(),
    gamma: column(),
    vega: column(),
    theta: column(),
    vanna: column(),
    volga: column(),
  };
  const scenarios = spotAndVolScenarios(SCENARIOS);
  const volatility = new Float64Array(OPTIONS * scenarios.stride);
  const vectors = new Float64Array(VECTORS * scenarios.stride).map((_, index) => Math.sin(index));
  const worst = new Float64Array(VECTORS);
  const worstIndex = new Uint32Array(VECTORS);
  const against = (
    id: string,
    unit: string,
    count: number,
    call: (kernels: Kernels) => void,
  ): BenchResult => {
    const { seconds } = measure([
      () => {
        call(twin);
      },
      () => {
        call(native);
      },
    ]);
    const [twinSeconds = NaN, nativeSeconds = NaN] = seconds;
    return {
      id,
      value: count / nativeSeconds,
      unit,
      baseline: 'TypeScript twin',
      baselineValue: count / twinSeconds,
      ratio: twinSeconds / nativeSeconds,
      target: null,
    };
  };
  return Promise.resolve([
    against('black76-price', 'options/s', OPTIONS, (kernels) => {
      kernels.black76Price(inputs, outputs.price);
    }),
    against('black76', 'options/s', OPTIONS, (kernels) => {
      kernels.black76(inputs, outputs);
    }),
    against('shocked-volatility', 'cells/s', OPTIONS * SCENARIOS, (kernels) => {
      kernels.shockedVolatility(chain, scenarios, volatility);
    }),
    against('worst-loss', 'entries/s', VECTORS * SCENARIOS, (kernels) => {
      kernels.worstLoss(vectors, VECTORS, SCENARIOS, worst, worstIndex);
    }),
  ]);
}
