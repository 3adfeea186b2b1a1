import { failure, success, type Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { Leg, PathMargin } from '../domain/simulation.js';
import type { Kernels } from '../kernel/kernels.js';
import { CUBE_CELLS_CACHED_MAX, CUBE_CELLS_MAX, CUBES_CACHED_MAX } from '../limits.js';
import { moveUnderlying, type UnderlyingMove } from '../market/snapshot/derived-market.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { BookColumns, MarginColumns } from '../models/column-margins.js';
import type { DrawnLaw } from '../models/drawn/law.js';
import type { ModelResult } from '../models/model.js';
import { AggregationArena } from './aggregation-arena.js';
import { layOutBook, type LaidOutBook } from './book-columns.js';
import { ColumnCalculator } from './column-margins.js';
import { dataUncertainty, type UncertaintyCalculator } from './data-uncertainty.js';
import { liquidationPrices } from './liquidation-price.js';
import { liquidationSurfaces, type LiquidationSurface, type SurfaceShocks } from './liquidation-surface.js';
import { LruCache } from './lru-cache.js';
import {
  DEFAULT_REPORT_OPTIONS,
  type MarginCalculator,
  type MarginRequest,
  type ProjectedExcess,
} from './margin-engine-types.js';
import { lackingInBook } from './lacking-in-book.js';
import { pathMargin, tradedBook, type PathCalculator } from './path-margin.js';
import { projectedExcess, type ProjectionCalculator, type ProjectionTerms } from './projected-excess.js';
import { buildReport, type ReportContext } from './report.js';
import { planCubes, repriceMarket, unitPnl, type CubePlan, type RepricedMarket } from './repriced-market.js';
import { breakingMove, type BreakingMove } from './reverse-stress.js';
import { resolvePortfolio, type ResolvedPortfolio } from './resolve-portfolio.js';
import { carryOptionMarks } from './spot-excess.js';
import { WhatIfBook } from './what-if-book.js';
import { unitRisk, type UnitRisk } from './unit-risk.js';
import { marksOf, valueMarket, type Valuation } from './valuation.js';

/**
 * Calculates margins on one thread: resolve, aggregate over the cube, let the model judge, report. Cubes are kept per market
 * and parameter set, so a stored market is repriced once however many calls use it.
 */
export class MarginEngine implements MarginCalculator {
  readonly #kernels: Kernels;
  readonly #cubeCellsMax: number;
  readonly #valuations = new LruCache<Valuation>(CUBES_CACHED_MAX);
  readonly #plans = new LruCache<CubePlan>(CUBES_CACHED_MAX);
  readonly #cubes = new LruCache<RepricedMarket>(CUBES_CACHED_MAX, {
    of: cellsOf,
    max: CUBE_CELLS_CACHED_MAX,
  });
  /** One for each cube of a model: its vectors live until the next book. */
  readonly #arenas: AggregationArena[] = [];
  /** By parameter set: what the next epoch of the same instruments keeps the unmoved rows of. */
  readonly #newest = new LruCache<NewestEpoch>(CUBES_CACHED_MAX, {
    of: ({ repriced }) => cellsOf(repriced),
    max: CUBE_CELLS_MAX,
  });
  readonly #columns = new ColumnCalculator();
  #lastContext: Omit<ReportContext, 'kernels' | 'options'> | undefined;

  /** @param cubeCellsMax cells above which cubes hold the instruments of one book only; the margins are the same bits */
  constructor(kernels: Kernels, cubeCellsMax = CUBE_CELLS_MAX) {
    this.#kernels = kernels;
    this.#cubeCellsMax = cubeCellsMax;
  }

  get isa(): string {
    return this.#kernels.isa;
  }

  calculate(request: MarginRequest): Outcome<MarginReport>[] {
    const context = this.#context(request);
    return request.portfolios.map((portfolio) =>
      request.shouldStop?.() === true
        ? failure(
            'CANCELLED',
            '',
            'The caller’s deadline passed or the caller went away before this portfolio',
          )
        : this.#margin(context, portfolio),
    );
  }

  /** Marks of every instrument, quote unit: its quoted mark, else the model's value; NaN where there is neither. */
  marks(market: Market): Float64Array {
    return marksOf(
      market,
      this.#valuations.getOrAdd(market.hash, () => valueMarket(this.#kernels, market)),
    );
  }

  /** Risk of one contract of every instrument, in US dollars, under the model's scenarios. */
  unitRisk({ model, market }: Pick<MarginRequest, 'model' | 'market'>): UnitRisk {
    const { valuation, repriced } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    return unitRisk(market, valuation, repriced);
  }

  /** The market after moves, the marks of its options carried along by the model's values: what books are margined on anew. */
  movedMarket(
    { model, market }: Pick<MarginRequest, 'model' | 'market'>,
    moves: readonly UnderlyingMove[],
  ): Market {
    const { unitValue } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS }).repriced;
    const moved = moves.reduce(moveUnderlying, market);
    const after = this.#context({ model, market: moved, options: DEFAULT_REPORT_OPTIONS }).repriced;
    carryOptionMarks(market, unitValue, moved, after.unitValue);
    return moved;
  }

  /** Margins of many books in columns, the bits of `calculate`; see `MarginColumns.status`. */
  calculateColumns(
    { model, market }: Pick<MarginRequest, 'model' | 'market'>,
    books: BookColumns,
    results: MarginColumns,
  ): void {
    const { repriced } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    this.#columns.calculate(this.#kernels, model, market, repriced, books, results);
  }

  /** What `columns` need of a book; undefined for one that is margined by itself on this market. */
  layOut(
    { model, market }: Pick<MarginRequest, 'model' | 'market'>,
    portfolio: Portfolio,
  ): LaidOutBook | undefined {
    const { valuation } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    return layOutBook(portfolio, market, model, valuation.usable);
  }

  /** Margins before, after and at the worst point of a sequence of trades; failures name `legs[i]` or the portfolio's field. */
  path(
    request: Omit<MarginRequest, 'portfolios'> & {
      readonly portfolio: Portfolio;
      readonly legs: readonly Leg[];
    },
  ): Outcome<PathMargin> {
    const { market, portfolio, legs } = request;
    const context = this.#context(request);
    const margin = (book: Portfolio): Outcome<MarginReport> => this.#margin(context, book);
    return pathMargin(market, portfolio, legs, { ...tradesOn(context), margin });
  }

  /** The book after trades, each as in `path`; failures as in `path`. */
  traded({
    model,
    market,
    portfolio,
    legs,
  }: Pick<MarginRequest, 'model' | 'market'> & {
    readonly portfolio: Portfolio;
    readonly legs: readonly Leg[];
  }): Outcome<Portfolio> {
    const context = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    return tradedBook(market, portfolio, legs, tradesOn(context));
  }

  /** A book with its vectors kept, for trades that are not done; `others` are rows that may be traded besides those it holds. */
  whatIf(
    request: Pick<MarginRequest, 'model' | 'market' | 'options'> & {
      readonly portfolio: Portfolio;
      readonly others?: Iterable<number>;
    },
  ): Outcome<WhatIfBook> {
    const { market, portfolio, model, others = [] } = request;
    const context = this.#context(request);
    const resolved = resolvePortfolio(portfolio, market, context.valuation.usable);
    if (!resolved.ok) return resolved;
    const refused = lackingInBook(context, resolved.value);
    if (refused !== undefined) return refused;
    const { plan, valuation } = context;
    const repriced = plan.isWholeMarket
      ? context.repriced
      : this.#repricedFor(resolved.value, market, valuation, plan, others);
    return WhatIfBook.open({ ...context, repriced }, resolved.value, this.#movedMarkets(model));
  }

  /**
   * The maintenance excess over moves of spot and volatility, per underlying of the book, with every liquidation price at each
   * volatility; failures name the portfolio's field or `shocks`.
   */
  liquidationSurfaces(
    request: Pick<MarginRequest, 'model' | 'market'> & {
      readonly portfolio: Portfolio;
      readonly shocks: SurfaceShocks;
      readonly allowApproximations: boolean;
    },
  ): Outcome<LiquidationSurface[]> {
    const { market, model, portfolio, shocks, allowApproximations } = request;
    const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations };
    const context = this.#context({ model, market, options });
    // A book that has no margin has no surface either, and the failure is that of its margin.
    const report = this.#margin(context, portfolio);
    if (!report.ok) return report;
    const resolved = resolvePortfolio(portfolio, market, context.valuation.usable);
    if (!resolved.ok) return resolved;
    return liquidationSurfaces(
      market,
      resolved.value,
      shocks,
      report.value.currency,
      this.#movedMarkets(model),
    );
  }

  /** How near a portfolio is to a breach of maintenance margin; `deviation` as in `projectedExcess`. */
  projectedExcess({
    market,
    model,
    portfolio,
    deviation,
  }: Pick<MarginRequest, 'model' | 'market'> & ProjectionTerms): Outcome<ProjectedExcess> {
    const { valuation } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    const book = resolvePortfolio(portfolio, market, valuation.usable);
    return book.ok ? projectedExcess(market, book.value, deviation, this.#movedMarkets(model)) : book;
  }

  /** The least unlikely move that costs a portfolio an amount; failures name the portfolio's field or `lossLevel`. */
  breakingMove(
    request: Pick<MarginRequest, 'model' | 'market'> & {
      readonly portfolio: Portfolio;
      readonly law: DrawnLaw;
      readonly lossUsd: number;
    },
  ): Outcome<BreakingMove | undefined> {
    const { market, model, portfolio, law, lossUsd } = request;
    const { valuation, repriced } = this.#context({ model, market, options: DEFAULT_REPORT_OPTIONS });
    const book = resolvePortfolio(portfolio, market, valuation.usable);
    if (!book.ok) return book;
    const { unitValue } = repriced;
    return breakingMove(this.#kernels, market, valuation, unitValue, book.value, law, lossUsd);
  }

  #context({ model, market, options }: Pick<MarginRequest, 'model' | 'market' | 'options'>): ReportContext {
    let base = this.#lastContext;
    // Most calls repeat market and model; the caches by hash are for those that change back and forth.
    if (base?.market !== market || base.model !== model) {
      base = this.#newContext(model, market);
      this.#lastContext = base;
    }
    const { valuation, plan, repriced } = base;
    return { kernels: this.#kernels, model, market, valuation, plan, repriced, options };
  }

  #newContext(model: ResolvedModel, market: Market): Omit<ReportContext, 'kernels' | 'options'> {
    const valuation = this.#valuations.getOrAdd(market.hash, () => valueMarket(this.#kernels, market));
    const key = `${market.hash} ${model.parameterHash}`;
    const plan = this.#plans.getOrAdd(key, () => planCubes(model, market, this.#cubeCellsMax));
    const instruments = plan.isWholeMarket ? undefined : NO_INSTRUMENTS;
    const previous = this.#newest.peek(model.parameterHash);
    const repriced = this.#cubes.getOrAdd(key, () =>
      repriceMarket(
        this.#kernels,
        market,
        valuation,
        plan,
        instruments,
        previous?.market.table === market.table ? previous.repriced : undefined,
      ),
    );
    this.#newest.set(model.parameterHash, { market, repriced });
    return { model, market, valuation, plan, repriced };
  }

  #margin(marketContext: ReportContext, portfolio: Portfolio): Outcome<MarginReport> {
    const { market, model, valuation, plan } = marketContext;
    const resolved = resolvePortfolio(portfolio, market, valuation.usable);
    if (!resolved.ok) return resolved;
    const book = resolved.value;
    const refused = lackingInBook(marketContext, book);
    if (refused !== undefined) return refused;
    const context = plan.isWholeMarket
      ? marketContext
      : { ...marketContext, repriced: this.#repricedFor(book, market, valuation, plan) };
    const result = this.#result(market, model, context.repriced, book);
    if (!result.ok) return result;
    // The report comes first: extras aggregate the book on other markets into the memory that contributions read.
    const report = buildReport(context, book, result.value);
    const { includeLiquidationPrices, includeDataUncertainty } = context.options;
    const isPlain = includeLiquidationPrices !== true && includeDataUncertainty !== true;
    return !report.ok || isPlain ? report : success(this.#withExtras(context, book, report.value));
  }

  /** The margin stands without them, e.g. where the model needs a mark that no move can tell; then a warning says so. */
  #withExtras(
    { market, model, options }: ReportContext,
    book: ResolvedPortfolio,
    report: MarginReport,
  ): MarginReport {
    const warnings = [...report.warnings];
    const orWarning = <T>(what: string, outcome: Outcome<T> | undefined): T | undefined => {
      if (outcome?.ok === false)
        warnings.push(`no ${what}: ${outcome.failure.field}: ${outcome.failure.message}`);
      return outcome?.ok === true ? outcome.value : undefined;
    };
    const prices = orWarning(
      'liquidation prices',
      options.includeLiquidationPrices === true
        ? liquidationPrices(market, book, this.#movedMarkets(model))
        : undefined,
    );
    const uncertainty = orWarning(
      'data uncertainty',
      options.includeDataUncertainty === true
        ? dataUncertainty(market, book, this.#movedMarkets(model))
        : undefined,
    );
    return {
      ...report,
      warnings,
      ...(prices === undefined ? {} : { liquidationPrices: prices }),
      ...(uncertainty === undefined ? {} : { dataUncertainty: uncertainty }),
    };
  }

  #repricedFor(
    book: ResolvedPortfolio,
    market: Market,
    valuation: Valuation,
    plan: CubePlan,
    others: Iterable<number> = [],
  ): RepricedMarket {
    const held = new Set([...book.positions, ...book.orders].map(({ instrument }) => instrument));
    for (const instrument of others) held.add(instrument);
    return repriceMarket(this.#kernels, market, valuation, plan, Uint32Array.from(held));
  }

  #result(
    market: Market,
    model: ResolvedModel,
    repriced: RepricedMarket,
    book: ResolvedPortfolio,
  ): Outcome<ModelResult> {
    return model.margin({
      accountId: book.accountId,
      positions: book.positions,
      groups: book.groups,
      balances: book.balances,
      orders: book.orders,
      mmpGroups: book.mmpGroups,
      market,
      scenarios: repriced.spec.scenarios,
      groupPnl: this.#arena(0).aggregate(this.#kernels, repriced, book),
      unitPnl: (instrument, scenario) => unitPnl(repriced, instrument, scenario),
      further: repriced.further.map((cube, at) => ({
        scenarios: cube.spec.scenarios,
        groupPnl: this.#arena(at + 1).aggregate(this.#kernels, cube, book),
        unitPnl: (instrument, scenario) => unitPnl(cube, instrument, scenario),
      })),
      unitValue: repriced.unitValue,
      unitDelta: repriced.unitDelta,
    });
  }

  #arena(at: number): AggregationArena {
    return (this.#arenas[at] ??= new AggregationArena());
  }

  /** Markets that are used once and not kept: only the book's own instruments are repriced. */
  #movedMarkets(model: ResolvedModel): ProjectionCalculator & UncertaintyCalculator {
    return {
      reprice: (market, book) =>
        this.#repricedFor(
          book,
          market,
          valueMarket(this.#kernels, market),
          planCubes(model, market, this.#cubeCellsMax),
        ),
      excess: (market, repriced, book) => {
        const result = this.#result(market, model, repriced, book);
        return result.ok ? success(result.value.maintenanceExcess) : result;
      },
      excesses: (market, repriced, book) => this.#result(market, model, repriced, book),
    };
  }
}

interface NewestEpoch {
  readonly market: Market;
  readonly repriced: RepricedMarket;
}

const NO_INSTRUMENTS = new Uint32Array(0);

function cellsOf({ pnl, further }: RepricedMarket): number {
  return further.reduce((sum, cube) => sum + cube.pnl.length, pnl.length);
}

/** What trades of a market are done with. */
function tradesOn({ market, valuation, repriced }: ReportContext): Omit<PathCalculator, 'margin'> {
  return {
    resolve: (book) => resolvePortfolio(book, market, valuation.usable),
    unitValue: (instrument) => repriced.unitValue[instrument] ?? NaN,
  };
}
