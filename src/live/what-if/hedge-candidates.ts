import { KIND } from '../../domain/codes.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { HEDGE_CANDIDATES_MAX } from '../../limits.js';
import type { Market } from '../../market/snapshot/market.js';
import type { HedgeCandidate } from './suggest-hedge.js';
import type { PendingBook } from './simulate.js';

/** Cost of trading what shows no spread, as a share of its notional: a wide spread of a liquid future. */
const SPREAD_SHARE_UNQUOTED = 0.0005;

/**
 * Instruments that a hedge may use, with what a contract costs and earns in every scenario. Named ones must be in the market;
 * where none is named these are the futures and perpetuals of the book's underlyings and the options that are quoted on both
 * sides, the nearest to the money first.
 */
export function hedgeCandidates(held: PendingBook, names: readonly string[]): Outcome<HedgeCandidate[]> {
  const { market, book } = held;
  if (names.length > HEDGE_CANDIDATES_MAX) {
    const most = `at most ${String(HEDGE_CANDIDATES_MAX)} names`;
    return failure('LIMIT_EXCEEDED', 'candidates', expected(most, 'candidates', names.length));
  }
  const rows: number[] = [];
  for (const [index, name] of names.entries()) {
    const row = market.table.instrumentIndex.get(name);
    if (row === undefined) {
      const field = `candidates[${String(index)}]`;
      return failure('UNKNOWN_INSTRUMENT', field, expected('an instrument of the market', field, name));
    }
    rows.push(row);
  }
  const wanted = names.length > 0 ? rows : liquidRows(market, new Set(book.underlyings));
  const currency = book.before.currency;
  return success(
    wanted.flatMap((instrument) => {
      const rate = reportRate(market, instrument, currency);
      const unit = book.unitPnlOf(instrument);
      if (unit === undefined || !(rate > 0)) return [];
      const unitPnl = unit.map((pnl) => pnl * rate);
      return [{ instrument, costPerContract: costPerContract(market, instrument) * rate, unitPnl }];
    }),
  );
}

function liquidRows({ table, columns }: Market, underlyings: ReadonlySet<number>): number[] {
  const distance = (row: number): number => {
    const index = columns.indexPrice[columns.underlying[row] ?? -1] ?? NaN;
    return columns.kind[row] === KIND.OPTION ? Math.abs(Math.log((columns.strike[row] ?? NaN) / index)) : -1;
  };
  const rows = table.instruments.flatMap((_, row) => {
    if (!underlyings.has(columns.underlying[row] ?? -1) || columns.kind[row] === KIND.SPOT) return [];
    const isQuoted = (columns.bidPrice[row] ?? NaN) > 0 && (columns.askPrice[row] ?? NaN) > 0;
    return columns.kind[row] !== KIND.OPTION || isQuoted ? [row] : [];
  });
  return rows.sort((a, b) => distance(a) - distance(b) || a - b).slice(0, HEDGE_CANDIDATES_MAX);
}

/** Half the spread of one contract, settlement currency. */
function costPerContract({ columns, table }: Market, row: number): number {
  const terms = table.instruments[row];
  const size = terms?.contractSize ?? NaN;
  const isCoinFuture = terms?.settlement === 'INVERSE' && terms.kind !== 'OPTION';
  const mark = columns.markPrice[row] ?? NaN;
  const halfSpread = ((columns.askPrice[row] ?? NaN) - (columns.bidPrice[row] ?? NaN)) / 2;
  const index = columns.indexPrice[columns.underlying[row] ?? -1] ?? NaN;
  if (isCoinFuture)
    return halfSpread >= 0 ? (size * halfSpread) / mark ** 2 : (SPREAD_SHARE_UNQUOTED * size) / mark;
  if (halfSpread >= 0) return size * halfSpread;
  return SPREAD_SHARE_UNQUOTED * size * (terms?.settlement === 'INVERSE' ? 1 : index);
}

/** Units of the report's currency for one of the settlement currency. */
function reportRate({ columns, table }: Market, row: number, currency: string): number {
  const settlement = table.instruments[row]?.settlementCurrency ?? '';
  if (settlement === currency) return 1;
  const usd = (asset: string): number => {
    const known = columns.assetPriceUsd[table.assetIndex.get(asset) ?? -1] ?? NaN;
    if (known > 0) return known;
    return asset === 'USD' ? 1 : (columns.indexPrice[table.underlyingIndex.get(asset) ?? -1] ?? NaN);
  };
  return usd(settlement) / usd(currency);
}
