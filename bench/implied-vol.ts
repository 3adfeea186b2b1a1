/**
 * Implied volatilities on one core, against the same method on plain doubles, row after row, same compiler. The options
 * are those of a crypto chain: 1 day to 1 year, volatilities of 30 to 150 %, strikes within 3 standard deviations, one in
 * eight in the money. A second result has every row beyond what the packets do, which is how a bad feed looks.
 */
import { IMPLIED_VOLATILITY_STATUS } from '../src/kernel/implied-volatility.js';
import type { ImpliedVolatilityInputs } from '../src/kernel/implied-volatility.js';
import type { Kernels } from '../src/kernel/kernels.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { loadBaselines } from './lib/baselines.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const OPTIONS = 5000;
const BASELINE = 'the same method on doubles, row after row, same compiler';

interface Options extends ImpliedVolatilityInputs {
  readonly volatility: Float64Array;
}

export function run(): Promise<BenchResult[]> {
  const kernels = loadKernels();
  const baselines = loadBaselines(kernels.isa);
  const result = (id: string, inputs: Options, target: string | null): BenchResult => {
    const volatility = new Float64Array(OPTIONS);
    const expected = new Float64Array(OPTIONS);
    const status = new Uint8Array(OPTIONS);
    const { seconds } = measure(
      [
        () => {
          baselines.scalarImpliedVolatility(inputs, expected, status);
        },
        () => {
          kernels.impliedVolatility(inputs, volatility, status);
        },
      ],
      // Many short turns: on a busy machine a long turn of one way would be interrupted more often.
      { rounds: 101, warmupRounds: 10 },
    );
    requireSame(inputs, volatility, expected, status);
    const [baselineSeconds = NaN, kernelSeconds = NaN] = seconds;
    return {
      id,
      value: OPTIONS / kernelSeconds / 1e6,
      unit: 'M options/s',
      baseline: BASELINE,
      baselineValue: OPTIONS / baselineSeconds / 1e6,
      ratio: baselineSeconds / kernelSeconds,
      target,
    };
  };
  return Promise.resolve([
    result('implied-vol', chain(kernels, 3, 1.5), 'ratio >= 3.5'),
    result('implied-vol-extreme', chain(kernels, 0.3, 20), null),
  ]);
}

/** Strikes within `deviations` standard deviations, volatilities up to `volatilityMax`. */
function chain(kernels: Kernels, deviations: number, volatilityMax: number): Options {
  const random = uniformGenerator(4);
  const column = (entry: (index: number) => number): Float64Array =>
    Float64Array.from({ length: OPTIONS }, (_, i) => entry(i));
  const isExtreme = volatilityMax > 2;
  const timeToExpiryYears = column(() => Math.exp(-Math.log(365) * random() * (isExtreme ? 0.2 : 1)));
  const volatility = column(() => volatilityMax * (isExtreme ? 0.5 + random() / 2 : 0.2 + 0.8 * random()));
  const forward = column(() => 60_000 * (0.99 + 0.02 * random()));
  const strike = column((i) => {
    const deviation = (volatility[i] ?? NaN) * Math.sqrt(timeToExpiryYears[i] ?? NaN);
    return (forward[i] ?? NaN) * Math.exp(deviations * deviation * (2 * random() - 1));
  });
  const isCall = Uint8Array.from({ length: OPTIONS }, (_, i) => {
    const outOfTheMoney = (strike[i] ?? NaN) >= (forward[i] ?? NaN);
    return Number(i % 8 === 0 ? !outOfTheMoney : outOfTheMoney);
  });
  const price = new Float64Array(OPTIONS);
  const options = { count: OPTIONS, isCall, forward, strike, volatility, timeToExpiryYears, price };
  kernels.black76Price(options, price);
  return options;
}

/** A figure for a wrong answer is no figure. The two agree in all but the last digits of well-conditioned rows. */
function requireSame(
  inputs: Options,
  actual: Float64Array,
  expected: Float64Array,
  status: Uint8Array,
): void {
  const wrong = actual.findIndex((value, i) => {
    if (status[i] !== IMPLIED_VOLATILITY_STATUS.OK) return value !== 0;
    const tolerance = 1e-6 * (inputs.volatility[i] ?? NaN);
    return !(Math.abs(value - (expected[i] ?? NaN)) <= tolerance);
  });
  if (wrong >= 0) throw new Error(`volatilities differ at ${String(wrong)}`);
}
