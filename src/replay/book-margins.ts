import { success, type Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import {
  allocateMargins,
  openBooks,
  openMargins,
  packBooks,
  type LaidOutBook,
} from '../engine/book-columns.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import type { Market } from '../market/snapshot/market.js';
import { COLUMN_STATUS } from '../models/column-margins.js';
import type { ResolvedModel } from '../models/resolved-model.js';

/** Requirements of one account, US dollars. */
export interface Requirement {
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** Margins of a list of books minute after minute; a book that is the same object as before is not laid out again. */
export class BookMargins {
  readonly #laidOut = new Map<Portfolio, LaidOutBook | undefined>();

  constructor(private readonly engine: MarginEngine) {}

  /** In the order of the portfolios; the first failure is the answer, because a replay without an account is no replay. */
  requirements(
    model: ResolvedModel,
    market: Market,
    portfolios: readonly Portfolio[],
  ): Outcome<Requirement[]> {
    const on = { model, market };
    const present = new Set(portfolios);
    for (const known of this.#laidOut.keys()) if (!present.has(known)) this.#laidOut.delete(known);
    const laidOut = portfolios.map((portfolio) => {
      if (model.columns === undefined) return undefined;
      const known = this.#laidOut.get(portfolio) ?? this.engine.layOut(on, portfolio);
      this.#laidOut.set(portfolio, known);
      return known;
    });
    const margins = openMargins(allocateMargins(portfolios.length));
    this.engine.calculateColumns(on, openBooks(packBooks(laidOut)), margins);
    const found: Requirement[] = [];
    for (const [at, portfolio] of portfolios.entries()) {
      if (margins.status[at] === COLUMN_STATUS.MARGINED) {
        const [initialMargin = NaN, maintenanceMargin = NaN] = [
          margins.initialMargin[at],
          margins.maintenanceMargin[at],
        ];
        found.push({ initialMargin, maintenanceMargin });
        continue;
      }
      const [outcome] = this.engine.calculate({ ...on, portfolios: [portfolio], options: OPTIONS });
      if (outcome === undefined) throw new RangeError('no outcome');
      if (!outcome.ok) return outcome;
      found.push(outcome.value);
    }
    return success(found);
  }
}

const OPTIONS = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };
