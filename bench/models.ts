/**
 * Microseconds per portfolio of every model at 20, 200 and 2,000 positions on a stored market, the cube already built: resolve,
 * aggregate, judge, report. Against the same engine on the slow twin of the kernels.
 */
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { createReferenceKernels } from '../src/kernel/reference/kernels.js';
import { listModels, resolveModel, type ResolvedModel } from '../src/models/catalogue.js';
import { measure } from './lib/measure.js';
import { optionGridBooks, optionGridMarket, type OptionGrid, type Settlement } from './lib/option-grid.js';
import type { BenchResult } from './lib/result.js';

/** Ranges for contracts that a risk-array set does not list; the currency of the books. */
const SPAN_OVERRIDES = {
  cashAsset: 'USDC',
  combinedCommodities: {
    BTC: {
      ranges: {
        underlying: 'BTC',
        priceScanRange: { unit: 'FRACTION', value: 0.12 },
        volatilityScanRange: 0.1,
      },
      tiers: [],
      interMonthSpreads: [],
      deliveryMonths: [],
      exposureRate: 0,
    },
  },
};

/** Every model of the catalogue with contracts that it margins. */
const MODELS: readonly (readonly [name: string, settlement: Settlement, overrides?: object])[] = [
  ['derive-pm2', 'LINEAR'],
  ['derive-pm1', 'LINEAR'],
  ['derive-sm', 'LINEAR'],
  ['paradex-pm', 'LINEAR'],
  ['paradex-xm', 'LINEAR'],
  ['grid@bit-com', 'LINEAR'],
  ['deribit-pm', 'INVERSE'],
  ['deribit-sm', 'INVERSE'],
  ['okx-pm', 'LINEAR'],
  ['bybit-pm', 'LINEAR'],
  ['span', 'LINEAR', SPAN_OVERRIDES],
  ['tims', 'LINEAR', { cashAsset: 'USDC' }],
  ['house', 'LINEAR'],
  ['es', 'LINEAR'],
];
const POSITION_COUNTS = [20, 200, 2_000];
const GRID: OptionGrid = { expiries: 20, strikes: 60, settlements: ['LINEAR', 'INVERSE'] };

/** Positions of all books of a turn: as many as keep it long against the clock. Thousands of draws need few, and have no twin's time. */
const POSITIONS_PER_TURN = { grid: 4_000, drawn: 200 };
const BOOKS_MIN = { grid: 3, drawn: 1 };
const ROUNDS = { grid: { rounds: 5, warmupRounds: 1 }, drawn: { rounds: 5, warmupRounds: 1 } };

export function run(): Promise<BenchResult[]> {
  const market = optionGridMarket(GRID);
  const native = new MarginEngine(loadKernels());
  const twin = new MarginEngine(createReferenceKernels());
  const results: BenchResult[] = [];
  const missing = listModels().find(({ id }) => !MODELS.some(([name]) => name.split('@')[0] === id));
  if (missing !== undefined) throw new Error(`no books for ${missing.id}`);
  for (const [name, settlement, overrides] of MODELS) {
    const model = modelOf(name, overrides);
    for (const count of POSITION_COUNTS) {
      const kind = model.drawCount > 0 ? 'drawn' : 'grid';
      const bookCount = Math.max(BOOKS_MIN[kind], Math.round(POSITIONS_PER_TURN[kind] / count));
      const portfolios = optionGridBooks(GRID, settlement, { bookCount, positionCount: count });
      const calculate = (engine: MarginEngine): void => {
        const outcomes = engine.calculate({ model, market, portfolios, options: OPTIONS });
        const failed = outcomes.find((outcome) => !outcome.ok);
        if (failed?.ok === false) throw new Error(`${failed.failure.field}: ${failed.failure.message}`);
      };
      const engines = kind === 'drawn' ? [native] : [native, twin];
      const ways = engines.map((engine) => () => {
        calculate(engine);
      });
      const [seconds = NaN, twinSeconds] = measure(ways, ROUNDS[kind]).seconds;
      results.push({
        id: `${name}-${String(count)}`,
        value: (seconds / portfolios.length) * 1e6,
        unit: 'us/portfolio',
        baseline: twinSeconds === undefined ? null : 'the same engine on the TypeScript twin of the kernels',
        baselineValue: twinSeconds === undefined ? null : (twinSeconds / portfolios.length) * 1e6,
        ratio: twinSeconds === undefined ? null : twinSeconds / seconds,
        target: null,
      });
    }
  }
  return Promise.resolve(results);
}

const OPTIONS = { includeScenarioVector: false, includePositionVectors: false, allowApproximations: true };

function modelOf(name: string, overrides?: object): ResolvedModel {
  const model = resolveModel(overrides === undefined ? { name } : { name, overrides });
  if (!model.ok) throw new Error(model.failure.message);
  return model.value;
}
