import { success, type Outcome } from '../domain/outcome.js';
import type { Portfolio, Position } from '../domain/portfolio.js';
import { allocateMargins, openBooks, openMargins, packBooks } from '../engine/book-columns.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import { GREEK, GREEK_COUNT } from '../engine/unit-risk.js';
import { currencyPriceUsd } from '../market/snapshot/currency-price.js';
import type { Market } from '../market/snapshot/market.js';
import { COLUMN_STATUS } from '../models/column-margins.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { AccountsAt, CascadeMoves, CascadeTerms } from './cascade.js';
import { Cascade, type CascadeResult } from './cascade.js';

/** Every account of a list margined anew at any prices, by the model that enforces their margins, on one thread. */
export class AccountRevaluation {
  readonly #accountIds: readonly string[];
  readonly #portfolios: readonly Portfolio[];
  readonly #books;
  readonly #margins;
  readonly #rows: readonly Uint32Array[];
  readonly #quantities: readonly Float64Array[];
  /** Of accounts that the model margins in columns; all have the currency of the first. */
  #columnCurrency: string | undefined;

  constructor(
    private readonly engine: MarginEngine,
    private readonly on: { readonly model: ResolvedModel; readonly market: Market },
    portfolios: readonly Portfolio[],
  ) {
    const { table } = on.market;
    this.#accountIds = portfolios.map(({ accountId }) => accountId);
    this.#portfolios = portfolios.map((portfolio) => withEntryPrices(portfolio, on.market));
    this.#books = openBooks(packBooks(this.#portfolios.map((portfolio) => engine.layOut(on, portfolio))));
    this.#margins = openMargins(allocateMargins(portfolios.length));
    const priced = portfolios.map(({ positions }) =>
      positions.flatMap(({ instrument, quantity }) => {
        const row = table.instrumentIndex.get(instrument);
        return row === undefined ? [] : [{ row, quantity }];
      }),
    );
    this.#rows = priced.map((positions) => Uint32Array.from(positions, ({ row }) => row));
    this.#quantities = priced.map((positions) => Float64Array.from(positions, ({ quantity }) => quantity));
  }

  /** @param underlyings rows of the market's underlyings that move, in the order of the moves */
  at({ spotFactors, volFactors }: CascadeMoves, underlyings: readonly number[]): AccountsAt {
    const market = this.engine.movedMarket(
      this.on,
      underlyings.map((underlying, at) => ({
        underlying,
        spotFactor: spotFactors[at] ?? NaN,
        volatilityFactor: volFactors[at] ?? NaN,
      })),
    );
    const on = { model: this.on.model, market };
    this.engine.calculateColumns(on, this.#books, this.#margins);
    const equityUsd = new Float64Array(this.#accountIds.length);
    const maintenanceMarginUsd = new Float64Array(this.#accountIds.length);
    this.#portfolios.forEach((portfolio, account) => {
      let usd = NaN;
      let [equity, maintenance] = [NaN, NaN];
      if (this.#margins.status[account] === COLUMN_STATUS.MARGINED) {
        this.#columnCurrency ??= this.#currencyOf(portfolio);
        usd = currencyPriceUsd(market, this.#columnCurrency);
        [equity, maintenance] = [
          this.#margins.equity[account] ?? NaN,
          this.#margins.maintenanceMargin[account] ?? NaN,
        ];
      } else {
        const [outcome] = this.engine.calculate({ ...on, portfolios: [portfolio], options: OPTIONS });
        if (outcome?.ok === true) {
          usd = currencyPriceUsd(market, outcome.value.currency);
          [equity, maintenance] = [outcome.value.equity, outcome.value.maintenanceMargin];
        }
      }
      equityUsd[account] = equity * usd;
      maintenanceMarginUsd[account] = maintenance * usd;
    });
    const deltaCoins = this.#deltas(market, underlyings);
    return { accountIds: this.#accountIds, equityUsd, maintenanceMarginUsd, deltaCoins };
  }

  #deltas(market: Market, underlyings: readonly number[]): Float64Array {
    const { greeks } = this.engine.unitRisk({ model: this.on.model, market });
    const columnOf = new Int32Array(market.table.underlyings.length).fill(-1);
    underlyings.forEach((underlying, at) => (columnOf[underlying] = at));
    const width = underlyings.length;
    const deltas = new Float64Array(this.#accountIds.length * width);
    this.#rows.forEach((rows, account) => {
      const quantities = this.#quantities[account] ?? NOTHING;
      rows.forEach((row, k) => {
        const column = columnOf[market.columns.underlying[row] ?? 0] ?? -1;
        if (column < 0) return;
        const at = account * width + column;
        const delta = greeks[row * GREEK_COUNT + GREEK.delta] ?? NaN;
        deltas[at] = (deltas[at] ?? NaN) + (quantities[k] ?? NaN) * delta;
      });
    });
    return deltas;
  }

  #currencyOf(portfolio: Portfolio): string {
    const [outcome] = this.engine.calculate({ ...this.on, portfolios: [portfolio], options: OPTIONS });
    return outcome?.ok === true ? outcome.value.currency : '';
  }
}

const NOTHING = new Float64Array();
const OPTIONS = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };

/** Runs a cascade over accounts that are margined on this thread. Failures name fields of the terms. */
export function simulateCascade(
  revaluation: AccountRevaluation,
  market: Market,
  terms: CascadeTerms,
): Outcome<CascadeResult> {
  const started = Cascade.of(terms);
  if (!started.ok) return started;
  const cascade = started.value;
  const rows = terms.underlyings.map(({ underlying }) => market.table.underlyingIndex.get(underlying) ?? -1);
  for (let moves = cascade.next(); moves !== undefined; moves = cascade.next())
    cascade.take(revaluation.at(moves, rows));
  return success(cascade.result());
}

/** The same book with entry prices in the place of stated P&L, so that P&L follows the mark when prices move. */
export function withEntryPrices(portfolio: Portfolio, market: Market): Portfolio {
  return { ...portfolio, positions: portfolio.positions.map((position) => withEntryPrice(position, market)) };
}

function withEntryPrice(position: Position, { table, columns }: Market): Position {
  const row = table.instrumentIndex.get(position.instrument) ?? -1;
  const terms = table.instruments[row];
  const { unrealisedPnl, averageEntryPrice, ...rest } = position;
  if (terms === undefined || terms.kind === 'OPTION' || terms.kind === 'SPOT') return position;
  if (unrealisedPnl === undefined && averageEntryPrice !== undefined) return position;
  const mark = columns.markPrice[row] ?? NaN;
  const size = position.quantity * terms.contractSize;
  const pnl = unrealisedPnl ?? 0;
  const entry = terms.settlement === 'INVERSE' ? 1 / (1 / mark + pnl / size) : mark - pnl / size;
  // A gain that no entry price explains stays as it was stated.
  return entry > 0 && Number.isFinite(entry) ? { ...rest, averageEntryPrice: entry } : position;
}
