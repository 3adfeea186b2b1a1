/**
 * Queries of a calibrated surface in one core, beside the TypeScript twin over the same queries. `surface-query`: variance linear
 * in time, as between nearly all expiries; `surface-query-price`: prices mixed, as between the few where that would admit a
 * butterfly.
 */
import type { Kernels } from '../src/kernel/kernels.js';
import { INTERPOLATION } from '../src/kernel/surface-query.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { allocateAnswers, resolveSurface } from '../src/market/volatility/surface.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const EXPIRIES = 12;
const QUERIES = 10_000;
const NANOSECONDS = 1e9;

export function run(): Promise<BenchResult[]> {
  const native = loadKernels();
  const twin = loadKernels({ isa: 'reference' });
  const { columns } = sampleSurface();
  const uniform = uniformGenerator(5);
  const between = (from: number, to: number): number => from + (to - from) * uniform();
  const queries = {
    count: QUERIES,
    strike: Float64Array.from({ length: QUERIES }, () =>
      Math.exp(between(Math.log(20_000), Math.log(180_000))),
    ),
    timeToExpiryYears: Float64Array.from({ length: QUERIES }, () => between(0.001, 1.2)),
  };
  const answers = allocateAnswers(QUERIES);
  const resultOf = (id: string, rule: number, target: string | null): BenchResult => {
    const surface = { ...columns, interpolation: new Uint8Array(columns.sliceCount).fill(rule) };
    const ask = (kernels: Kernels) => () => {
      kernels.surfaceQuery(surface, queries, answers);
    };
    const [twinSeconds = NaN, seconds = NaN] = measure([ask(twin), ask(native)], { rounds: 31 }).seconds;
    return {
      id,
      value: (seconds / QUERIES) * NANOSECONDS,
      unit: 'ns',
      baseline: 'TypeScript twin',
      baselineValue: (twinSeconds / QUERIES) * NANOSECONDS,
      ratio: twinSeconds / seconds,
      target,
    };
  };
  return Promise.resolve([
    resultOf('surface-query', INTERPOLATION.VARIANCE, 'value <= 50'),
    resultOf('surface-query-price', INTERPOLATION.PRICE, null),
  ]);
}

function sampleSurface() {
  const asOfMs = Date.UTC(2026, 0, 15);
  const slices = Array.from({ length: EXPIRIES }, (_, i) => {
    const days = Math.round(1.6 ** (i + 1));
    const years = days / 365;
    return {
      expiryMs: asOfMs + days * 86_400_000,
      timeToExpiryYears: years,
      forward: 60_000 * Math.exp(0.05 * years),
      forwardStandardError: 5,
      kind: 'SVI' as const,
      parameters: {
        kind: 'SVI' as const,
        a: 0.08 * years,
        b: 0.2 * Math.sqrt(years),
        rho: -0.2,
        m: 0.02,
        sigma: 0.6 * Math.sqrt(years),
      },
      quotedLogMoneynessMin: -0.5,
      quotedLogMoneynessMax: 0.5,
      confidence: 0.005,
      status: 'ACCEPTED' as const,
    };
  });
  const surface = resolveSurface({ version: 1, asOfMs, underlying: 'BTC', spot: 60_000, slices });
  if (!surface.ok) throw new Error(surface.failure.message);
  return surface.value;
}
