/** One trade on a book whose vectors are kept, against the same book calculated from scratch. */
import { unwrap } from '../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { resolveModel } from '../src/models/catalogue.js';
import { median, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks, sampleMarketSnapshot } from './lib/sample-books.js';

const POSITIONS = 20;
const CALLS = 4_000;
const SCRATCH_CALLS = 200;
const WARMUP_CALLS = 2_000;
/** Instruments that are asked about: an account trades what it trades, and asks again and again. */
const INSTRUMENTS = 40;
const NANOS_PER_MICRO = 1_000;

export function run(): Promise<BenchResult[]> {
  return Promise.resolve([
    whatIf('what-if-33', 'derive-pm2@btc-2026-08-20', 'value <= 5'),
    whatIf('what-if-10000', 'es', 'value <= 30'),
  ]);
}

function whatIf(id: string, name: string, target: string): BenchResult {
  const engine = new MarginEngine(loadKernels());
  const market = unwrap(resolveMarket(sampleMarketSnapshot()));
  const model = unwrap(resolveModel({ name }));
  const [portfolio] = sampleBooks(1, POSITIONS, 1);
  if (portfolio === undefined) throw new Error('no portfolio');
  const options = DEFAULT_REPORT_OPTIONS;
  const uniform = uniformGenerator(3);
  const rows = Array.from({ length: INSTRUMENTS }, () =>
    Math.floor(uniform() * market.table.instruments.length),
  );
  const book = unwrap(engine.whatIf({ model, market, options, portfolio, others: rows }));
  const legs = Array.from({ length: 64 }, () => ({
    instrument: rows[Math.floor(uniform() * INSTRUMENTS)] ?? 0,
    quantity: Math.round((uniform() - 0.5) * 100) / 10 || 0.1,
  }));
  let call = 0;
  const ask = (): void => {
    call += 1;
    unwrap(book.numbersAfter([legs[call % legs.length] ?? { instrument: 0, quantity: 1 }]));
  };
  const fromScratch = (): void => {
    call += 1;
    const { instrument, quantity } = legs[call % legs.length] ?? { instrument: 0, quantity: 1 };
    const instrumentName = market.table.instruments[instrument]?.name ?? '';
    const positions = [
      ...portfolio.positions.filter((position) => position.instrument !== instrumentName),
      { instrument: instrumentName, quantity },
    ];
    const [outcome] = engine.calculate({ model, market, options, portfolios: [{ ...portfolio, positions }] });
    if (outcome?.ok !== true) throw new Error('the baseline failed');
  };
  const value = p50(ask, WARMUP_CALLS, CALLS);
  const baselineValue = p50(fromScratch, SCRATCH_CALLS / 4, SCRATCH_CALLS);
  return {
    id,
    value,
    unit: 'us, p50',
    baseline: `the same book of ${String(POSITIONS)} positions calculated from scratch (${name})`,
    baselineValue,
    ratio: baselineValue / value,
    target,
  };
}

/** Median time of one call, microseconds. */
function p50(call: () => void, warmupCalls: number, calls: number): number {
  for (let n = 0; n < warmupCalls; n += 1) call();
  const micros: number[] = [];
  for (let n = 0; n < calls; n += 1) {
    const started = process.hrtime.bigint();
    call();
    micros.push(Number(process.hrtime.bigint() - started) / NANOS_PER_MICRO);
  }
  return median(micros);
}
