/** Risk of a venue of 10,000 accounts: one fill through all levels of the tree, and a cascade over all of them. */
import {
  AccountRevaluation,
  simulateCascade,
  withEntryPrices,
} from '../src/aggregation/account-revaluation.js';
import { Cascade, type AccountsAt, type CascadeTerms } from '../src/aggregation/cascade.js';
import { AGGREGATION_LEVELS } from '../src/aggregation/account-tree.js';
import { RiskNode } from '../src/aggregation/risk-node.js';
import { riskRows, type RiskRows } from '../src/aggregation/risk-rows.js';
import { changedPositions, RiskTree } from '../src/aggregation/risk-tree.js';
import { stressedDepth } from '../src/aggregation/stressed-depth.js';
import { unwrap } from '../src/domain/outcome.js';
import type { Portfolio } from '../src/domain/portfolio.js';
import { allocateMargins, openBooks, openMargins, packBooks } from '../src/engine/book-columns.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { resolveModel, type ResolvedModel } from '../src/models/catalogue.js';
import { measure, uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks, sampleMarketSnapshot } from './lib/sample-books.js';

const MODEL = { name: 'derive-pm2@btc-2026-08-20' };
const ACCOUNTS = 10_000;
const POSITIONS = 20;
const FILLS = 2_000;
const MICROSECONDS = 1e6;
const MILLISECONDS = 1e3;
const UNITS_PER_HUNDREDTH = 10n ** 16n;

export async function run(): Promise<BenchResult[]> {
  const engine = new MarginEngine(loadKernels());
  const model = unwrap(resolveModel(MODEL));
  const market = unwrap(resolveMarket(sampleMarketSnapshot()));
  const on = { model, market };
  const books = sampleBooks(ACCOUNTS, POSITIONS, 5);
  return Promise.resolve([
    updateResult(riskRows(engine.unitRisk(on)), books),
    cascadeResult(engine, on, books),
  ]);
}

/** A fill of a random account against the venue's sums made anew from every position. */
function updateResult(rows: RiskRows, books: readonly Portfolio[]): BenchResult {
  const tree = new RiskTree();
  books.forEach(({ accountId, positions }, at) => {
    const place = {
      parentAccountId: '',
      ownerId: `owner-${String(at >> 2)}`,
      groupId: `group-${String(at >> 5)}`,
    };
    unwrap(tree.place(accountId, place));
    const held = positions.map(({ instrument, quantity }) => [instrument, unitsOf(quantity)] as const);
    unwrap(tree.update({ accountId, seq: 0, positions: held }));
  });
  // Every node is asked before, so that every level follows every fill.
  for (const level of AGGREGATION_LEVELS)
    for (const key of tree.members(level).keys()) tree.node(level, key)?.risk(rows);
  const uniform = uniformGenerator(11);
  const holdings = books.map(
    ({ positions }) => new Map(positions.map(({ instrument, quantity }) => [instrument, unitsOf(quantity)])),
  );
  let seq = 0;
  // As a server does it: the book after a fill, compared with the one before.
  const fill = (): void => {
    for (let n = 0; n < FILLS; n += 1) {
      const at = Math.floor(uniform() * books.length);
      const { accountId, positions } = books[at]!;
      const { instrument } = positions[Math.floor(uniform() * positions.length)]!;
      const held = holdings[at]!;
      held.set(instrument, unitsOf(Math.round(uniform() * 400 - 200) / 10));
      seq += 1;
      const changes = changedPositions(tree.positionsOf(accountId), held, (units) => units);
      unwrap(tree.setPositions(accountId, seq, changes));
    }
  };
  const anew = (): void => {
    const venue = new RiskNode();
    for (const accountId of tree.accountIds())
      for (const [instrument, units] of tree.positionsOf(accountId)) venue.change(instrument, 0n, units);
    venue.risk(rows);
  };
  const { seconds } = measure([fill, anew], { rounds: 9, warmupRounds: 2 });
  const [fillUs, anewUs] = [(seconds[0]! / FILLS) * MICROSECONDS, seconds[1]! * MICROSECONDS];
  if (!tree.check().isSound) throw new Error('the sums are not those of their parts');
  return {
    id: 'update',
    value: fillUs,
    unit: 'us',
    baseline: 'the venue alone summed up anew from all positions',
    baselineValue: anewUs,
    ratio: anewUs / fillUs,
    target: 'value <= 20',
  };
}

/** A fall of 20 % over all accounts in columns, against margins one by one at the same prices. */
function cascadeResult(
  engine: MarginEngine,
  on: { readonly model: ResolvedModel; readonly market: Market },
  books: readonly Portfolio[],
): BenchResult {
  const covered = withCover(engine, on, books).map((book) => withEntryPrices(book, on.market));
  const spotUsd = on.market.columns.indexPrice[0]!;
  const depth = unwrap(stressedDepth())('BTC', spotUsd);
  const terms: CascadeTerms = {
    underlyings: [{ underlying: 'BTC', spotUsd, spotShock: -0.2, volShock: 0.3, depth }],
  };
  const revaluation = new AccountRevaluation(engine, on, covered);
  const { seconds } = measure([() => unwrap(simulateCascade(revaluation, on.market, terms))], {
    rounds: 9,
    warmupRounds: 2,
  });
  const whole = unwrap(simulateCascade(revaluation, on.market, terms));
  if (!whole.isConverged || whole.rounds.length < 3) throw new Error('the cascade of the benchmark is none');
  const startedMs = performance.now();
  const scratch = oneByOne(engine, on, covered, terms, revaluation);
  const scratchMs = performance.now() - startedMs;
  if (Math.abs(scratch - whole.finalSpotShocks[0]!) > 1e-9) throw new Error('one by one ends elsewhere');
  const cascadeMs = seconds[0]! * MILLISECONDS;
  return {
    id: 'cascade',
    value: cascadeMs,
    unit: 'ms',
    baseline: `the same ${String(whole.rounds.length)} rounds with books margined one by one`,
    baselineValue: scratchMs,
    ratio: scratchMs / cascadeMs,
    target: 'value <= 200',
  };
}

/** Equity from 1 to 3 times the initial margin. */
function withCover(
  engine: MarginEngine,
  on: { readonly model: ResolvedModel; readonly market: Market },
  books: readonly Portfolio[],
): Portfolio[] {
  const margins = openMargins(allocateMargins(books.length));
  engine.calculateColumns(on, openBooks(packBooks(books.map((book) => engine.layOut(on, book)))), margins);
  const uniform = uniformGenerator(7);
  return books.map((book, at) => {
    const held = Number(book.balances[0]!.units) / 10 ** book.balances[0]!.decimals;
    const cash = held - margins.equity[at]! + (1 + 2 * uniform()) * margins.initialMargin[at]!;
    return { ...book, balances: [{ asset: 'USDC', units: String(Math.ceil(cash)), decimals: 0 }] };
  });
}

function oneByOne(
  engine: MarginEngine,
  on: { readonly model: ResolvedModel; readonly market: Market },
  books: readonly Portfolio[],
  terms: CascadeTerms,
  revaluation: AccountRevaluation,
): number {
  const cascade = unwrap(Cascade.of(terms));
  for (let moves = cascade.next(); moves !== undefined; moves = cascade.next()) {
    const { deltaCoins } = revaluation.at(moves, [0]);
    const move = { underlying: 0, spotFactor: moves.spotFactors[0]!, volatilityFactor: moves.volFactors[0]! };
    const market = engine.movedMarket(on, [move]);
    const reports = engine.calculate({
      model: on.model,
      market,
      portfolios: books,
      options: DEFAULT_REPORT_OPTIONS,
    });
    const accounts: AccountsAt = {
      accountIds: books.map(({ accountId }) => accountId),
      equityUsd: Float64Array.from(reports, (report) => unwrap(report).equity),
      maintenanceMarginUsd: Float64Array.from(reports, (report) => unwrap(report).maintenanceMargin),
      deltaCoins,
    };
    cascade.take(accounts);
  }
  return cascade.result().finalSpotShocks[0]!;
}

function unitsOf(quantity: number): bigint {
  return BigInt(Math.round(quantity * 100)) * UNITS_PER_HUNDREDTH;
}
