/**
 * The house model's set on one core: the cube of 1,000 instruments x 10,000 draws, one book of 50 positions at 10,000 draws, the
 * tail of one vector, and what the process holds. Scenario generation has a suite of its own (`scenarios`).
 */
import { unwrap } from '../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { createReferenceKernels } from '../src/kernel/reference/kernels.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveModel } from '../src/models/catalogue.js';
import { measure } from './lib/measure.js';
import { optionGridBooks, optionGridMarket, type OptionGrid } from './lib/option-grid.js';
import type { BenchResult } from './lib/result.js';

const DRAWS = 10_000;
/** 1,000 linear options. */
const GRID: OptionGrid = { expiries: 10, strikes: 50, settlements: ['LINEAR'] };
const POSITIONS = 50;

export function run(): Promise<BenchResult[]> {
  const portfolios = optionGridBooks(GRID, 'LINEAR', { bookCount: 1, positionCount: POSITIONS });
  const model = unwrap(resolveModel({ name: 'house', overrides: { draws: { count: DRAWS } } }));
  const margin = (engine: MarginEngine, market: Market) => (): void => {
    const [outcome] = engine.calculate({
      model,
      market,
      portfolios,
      options: DEFAULT_REPORT_OPTIONS,
    });
    if (outcome?.ok !== true) throw new Error(outcome?.failure.message);
  };
  const stored = optionGridMarket(GRID);
  const native = new MarginEngine(loadKernels());
  const twin = new MarginEngine(createReferenceKernels());
  const warm = margin(native, stored);
  warm();
  const before = process.memoryUsage();
  const single = measure([warm, margin(twin, stored)], { rounds: 7, warmupRounds: 2 });
  const [seconds = NaN, twinPart = NaN] = single.seconds;
  // Another market each time: what a new epoch costs, cubes of both holding periods now and aged, grid and stress.
  let epoch = 0;
  const cold = measure(
    [
      () => {
        epoch += 1;
        margin(native, optionGridMarket(GRID, epoch))();
      },
    ],
    { rounds: 5, warmupRounds: 1 },
  );
  const plain = { baseline: null, baselineValue: null, ratio: null, target: null };
  return Promise.resolve([
    {
      id: 'house-50x10000',
      value: seconds * 1_000,
      unit: 'ms, median',
      baseline: 'the same engine on the TypeScript twin of the kernels',
      baselineValue: twinPart * 1_000,
      ratio: twinPart / seconds,
      target: null,
    },
    { id: 'new-market-1000x10000', value: (cold.seconds[0] ?? NaN) * 1_000, unit: 'ms', ...plain },
    { id: 'resident-memory', value: before.rss / 2 ** 20, unit: 'MiB', ...plain },
    { id: 'cubes', value: before.arrayBuffers / 2 ** 20, unit: 'MiB', ...plain },
  ]);
}
