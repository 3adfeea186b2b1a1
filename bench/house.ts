/**
 * The house model's set on one core: the cube of 1,000 instruments x 10,000 draws, one book of 50 positions at 10,000 draws, the
 * tail of one vector, and what the process holds. Scenario generation has a suite of its own (`scenarios`).
 */
import { unwrap } from '../src/domain/outcome.js';
import type { Portfolio } from '../src/domain/portfolio.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { createReferenceKernels } from '../src/kernel/reference/kernels.js';
import type { InstrumentQuote } from '../src/market/snapshot/market-snapshot.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { resolveModel } from '../src/models/catalogue.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';

const DRAWS = 10_000;
const EXPIRIES = 10;
const STRIKES = 50;
const POSITIONS = 50;
const NOW_MS = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;
/** Draws of the twin, whose time grows with them. */
const TWIN_DRAWS = 500;

export function run(): Promise<BenchResult[]> {
  const book = sampleBook();
  const margin = (engine: MarginEngine, market: Market, count: number) => (): void => {
    const model = unwrap(resolveModel({ name: 'house', overrides: { draws: { count } } }));
    const [outcome] = engine.calculate({
      model,
      market,
      portfolios: [book],
      options: DEFAULT_REPORT_OPTIONS,
    });
    if (outcome?.ok !== true) throw new Error(outcome?.failure.message);
  };
  const stored = sampleMarket(0);
  const native = new MarginEngine(loadKernels());
  const twin = new MarginEngine(createReferenceKernels());
  const warm = margin(native, stored, DRAWS);
  warm();
  const before = process.memoryUsage();
  const single = measure([warm, margin(twin, stored, TWIN_DRAWS)], { rounds: 9, warmupRounds: 2 });
  const [seconds = NaN, twinPart = NaN] = single.seconds;
  // Another market each time: what a new epoch costs, cubes of both holding periods now and aged, grid and stress.
  let epoch = 0;
  const cold = measure(
    [
      () => {
        epoch += 1;
        margin(native, sampleMarket(epoch), DRAWS)();
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
      baseline: `the same engine on the TypeScript twin of the kernels, ${String(TWIN_DRAWS)} draws`,
      baselineValue: twinPart * 1_000,
      ratio: null,
      target: null,
    },
    { id: 'new-market-1000x10000', value: (cold.seconds[0] ?? NaN) * 1_000, unit: 'ms', ...plain },
    { id: 'resident-memory', value: before.rss / 2 ** 20, unit: 'MiB', ...plain },
    { id: 'cubes', value: before.arrayBuffers / 2 ** 20, unit: 'MiB', ...plain },
  ]);
}

/** 1,000 linear options of one underlying. */
function sampleMarket(epoch: number): Market {
  const expiries = Array.from({ length: EXPIRIES }, (_, e) => NOW_MS + (e + 1) * 7 * DAY_MS);
  const instruments = expiries.flatMap((expiryMs, e): InstrumentQuote[] =>
    Array.from({ length: 2 * STRIKES }, (_, k) => ({
      instrument: {
        name: nameOf(e, k),
        kind: 'OPTION',
        underlying: 'BTC',
        settlement: 'LINEAR',
        settlementCurrency: 'USDC',
        contractSize: 1,
        expiryMs,
        strike: 50_000 + Math.floor(k / 2) * 2_000,
        optionType: k % 2 === 0 ? 'CALL' : 'PUT',
      },
    })),
  );
  return unwrap(
    resolveMarket({
      epoch,
      timeMs: NOW_MS,
      venue: 'bench',
      underlyings: [{ name: 'BTC', indexPrice: 96_650 + epoch, confidence: 1 }],
      assets: [{ asset: 'USDC', priceUsd: 1, confidence: 1 }],
      expiries: expiries.map((expiryMs, e) => ({
        underlying: 'BTC',
        expiryMs,
        forward: 96_650 + 100 * e,
        forwardConfidence: 1,
        rate: 0.04,
        rateConfidence: 1,
        volatility: { kind: 'SVI', a: 0.004 * (e + 1), b: 0.05, rho: -0.1, m: 0, sigma: 0.2 },
        volatilityConfidence: 1,
      })),
      instruments,
    }),
  );
}

function nameOf(expiry: number, option: number): string {
  return `BTC-${String(expiry)}-${String(option)}`;
}

function sampleBook(): Portfolio {
  const random = uniformGenerator(7);
  const positions = Array.from({ length: POSITIONS }, (_, i) => {
    const at = (i * 197) % (EXPIRIES * 2 * STRIKES);
    return { instrument: nameOf(at % EXPIRIES, Math.floor(at / EXPIRIES)), quantity: 10 * random() - 5 };
  });
  return { accountId: 'book', positions, balances: [], openOrders: [], mmpGroups: [] };
}
