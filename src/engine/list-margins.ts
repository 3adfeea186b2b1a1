import { failure, success, type Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import { COLUMN_STATUS } from '../models/column-margins.js';
import { allocateMargins, openBooks, openMargins, packBooks, type LaidOutBook } from './book-columns.js';
import { DEFAULT_REPORT_OPTIONS } from './margin-engine-types.js';
import type { MarginEngine } from './margin-engine.js';

/** What a list asks of a book, in the currency of its margin. */
export type ListedMargin = Pick<MarginReport, 'currency' | 'equity' | 'initialMargin' | 'maintenanceMargin'>;

/**
 * Margins of a list of books on one market after another, in columns where the model has them: the numbers of
 * `MarginEngine.calculate`. A book that is the same object as before is not laid out again.
 */
export class ListMargins {
  readonly #laidOut = new Map<Portfolio, LaidOutBook | undefined>();
  /** Model, set and instruments that the books are laid out for; no number of a set changes how. */
  #laidOutFor: { readonly model: string; readonly table: Market['table'] } | undefined;
  /** Of books in columns, by the parameters: they have one currency. */
  readonly #currencies = new Map<string, string>();

  constructor(private readonly engine: MarginEngine) {}

  /** In the order of the portfolios. */
  margins(model: ResolvedModel, market: Market, portfolios: readonly Portfolio[]): Outcome<ListedMargin>[] {
    const columns = openMargins(allocateMargins(portfolios.length));
    if (model.columns !== undefined) {
      const books = openBooks(packBooks(this.#layOut(model, market, portfolios)));
      this.engine.calculateColumns({ model, market }, books, columns);
    }
    return portfolios.map((portfolio, at) => {
      if (columns.status[at] !== COLUMN_STATUS.MARGINED) return this.#byItself(model, market, portfolio);
      return success({
        currency: this.#currencyOf(model, market, portfolio),
        equity: columns.equity[at] ?? NaN,
        initialMargin: columns.initialMargin[at] ?? NaN,
        maintenanceMargin: columns.maintenanceMargin[at] ?? NaN,
      });
    });
  }

  #layOut(
    model: ResolvedModel,
    market: Market,
    portfolios: readonly Portfolio[],
  ): (LaidOutBook | undefined)[] {
    const name = `${model.id}@${model.parameterSet.replace(/\+overrides$/, '')}`;
    const { table } = market;
    if (this.#laidOutFor?.model !== name || this.#laidOutFor.table !== table) this.#laidOut.clear();
    this.#laidOutFor = { model: name, table };
    const present = new Set(portfolios);
    for (const known of this.#laidOut.keys()) if (!present.has(known)) this.#laidOut.delete(known);
    return portfolios.map((portfolio) => {
      const known = this.#laidOut.get(portfolio) ?? this.engine.layOut({ model, market }, portfolio);
      this.#laidOut.set(portfolio, known);
      return known;
    });
  }

  #currencyOf(model: ResolvedModel, market: Market, portfolio: Portfolio): string {
    const known = this.#currencies.get(model.parameterHash);
    if (known !== undefined) return known;
    const margin = this.#byItself(model, market, portfolio);
    if (!margin.ok) throw new RangeError(`a margin in columns and none by itself: ${margin.failure.message}`);
    this.#currencies.set(model.parameterHash, margin.value.currency);
    return margin.value.currency;
  }

  #byItself(model: ResolvedModel, market: Market, portfolio: Portfolio): Outcome<ListedMargin> {
    const [outcome] = this.engine.calculate({ model, market, portfolios: [portfolio], options: OPTIONS });
    return outcome ?? failure('INTERNAL', '', 'no outcome of a portfolio');
  }
}

const OPTIONS = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };
