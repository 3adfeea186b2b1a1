/**
 * Microseconds per portfolio of every model at 20, 200 and 2,000 positions on a stored market, the cube already built: resolve,
 * aggregate, judge, report. Against the same engine on the slow twin of the kernels.
 */
import type { Portfolio } from '../src/domain/portfolio.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { createReferenceKernels } from '../src/kernel/reference/kernels.js';
import type { InstrumentQuote } from '../src/market/snapshot/market-snapshot.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { listModels, resolveModel, type ResolvedModel } from '../src/models/catalogue.js';
import { measure, uniformGenerator } from './lib/measure.js';
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
const MODELS: readonly (readonly [name: string, settlement: 'LINEAR' | 'INVERSE', overrides?: object])[] = [
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
/** Thousands of draws take the slow twin minutes. */
const WITHOUT_TWIN = new Set(['house', 'es']);
const POSITION_COUNTS = [20, 200, 2_000];
const EXPIRIES = 20;
const STRIKES = 60;
const NOW_MS = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;

export function run(): Promise<BenchResult[]> {
  const market = sampleMarket();
  const native = new MarginEngine(loadKernels());
  const twin = new MarginEngine(createReferenceKernels());
  const results: BenchResult[] = [];
  const missing = listModels().find(({ id }) => !MODELS.some(([name]) => name.split('@')[0] === id));
  if (missing !== undefined) throw new Error(`no books for ${missing.id}`);
  for (const [name, settlement, overrides] of MODELS) {
    const model = modelOf(name, overrides);
    for (const count of POSITION_COUNTS) {
      const portfolios = sampleBooks(settlement, count);
      const calculate = (engine: MarginEngine): void => {
        const outcomes = engine.calculate({ model, market, portfolios, options: OPTIONS });
        const failed = outcomes.find((outcome) => !outcome.ok);
        if (failed?.ok === false) throw new Error(`${failed.failure.field}: ${failed.failure.message}`);
      };
      const engines = WITHOUT_TWIN.has(name) ? [native] : [native, twin];
      const ways = engines.map((engine) => () => {
        calculate(engine);
      });
      const [seconds = NaN, twinSeconds] = measure(ways, { rounds: 7, warmupRounds: 2 }).seconds;
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

function sampleMarket(): Market {
  const instruments: InstrumentQuote[] = [];
  const expiries = Array.from({ length: EXPIRIES }, (_, e) => NOW_MS + (e + 1) * 7 * DAY_MS);
  for (const settlement of ['LINEAR', 'INVERSE'] as const) {
    for (const [e, expiryMs] of expiries.entries()) {
      for (let k = 0; k < STRIKES; k += 1) {
        for (const optionType of ['CALL', 'PUT'] as const) {
          instruments.push({
            instrument: {
              name: instrumentName(settlement, e, k, optionType),
              kind: 'OPTION',
              underlying: 'BTC',
              settlement,
              settlementCurrency: settlement === 'LINEAR' ? 'USDC' : 'BTC',
              contractSize: 1,
              expiryMs,
              strike: 40_000 + k * 2_000,
              optionType,
            },
            markPrice: settlement === 'LINEAR' ? 3_000 : 0.03,
          });
        }
      }
    }
  }
  const market = resolveMarket({
    epoch: 1,
    timeMs: NOW_MS,
    venue: 'bench',
    underlyings: [{ name: 'BTC', indexPrice: 96_650, confidence: 1 }],
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
  });
  if (!market.ok) throw new Error(`${market.failure.field}: ${market.failure.message}`);
  return market.value;
}

function instrumentName(settlement: string, expiry: number, strike: number, optionType: string): string {
  return `BTC-${settlement}-${String(expiry)}-${String(strike)}-${optionType}`;
}

/** As many books as keep a turn long against the clock; every instrument once in a book. */
function sampleBooks(settlement: string, positionCount: number): Portfolio[] {
  const random = uniformGenerator(7);
  return Array.from({ length: Math.max(5, Math.round(4_000 / positionCount)) }, (_, index) => {
    const first = Math.floor(random() * EXPIRIES * STRIKES * 2);
    const positions = Array.from({ length: positionCount }, (__, i) => {
      // 1,999 has no factor in common with the number of instruments: every step is another one.
      const at = (first + i * 1_999) % (EXPIRIES * STRIKES * 2);
      const optionType = at % 2 === 0 ? 'CALL' : 'PUT';
      const row = Math.floor(at / 2);
      const name = instrumentName(settlement, row % EXPIRIES, Math.floor(row / EXPIRIES), optionType);
      return { instrument: name, quantity: 10 * random() - 5 };
    });
    return { accountId: `book-${String(index)}`, positions, balances: [], openOrders: [], mmpGroups: [] };
  });
}
