import { KIND } from '../../domain/codes.js';
import { allocateMarketColumns, countsOf } from './market-columns.js';
import { buildMarketTable } from './market-table.js';
import type { Market, MarketColumns } from './market.js';

/** Columns with one entry per instrument. */
const INSTRUMENT_COLUMNS = [
  'kind',
  'isInverse',
  'isCall',
  'underlying',
  'expiry',
  'contractSize',
  'strike',
  'markPrice',
  'priceConfidence',
  'volatility',
  'volatilityConfidence',
  'bidPrice',
  'askPrice',
  'delta',
  'eightHourFundingRate',
  'feeRate',
] as const satisfies readonly (keyof MarketColumns)[];

/** The same market with only some of its instruments, in the given order; everything else is unchanged. */
export function selectInstruments(market: Market, rows: readonly number[]): Market {
  const columns = allocateMarketColumns({ ...countsOf(market.columns), instruments: rows.length });
  for (const name of Object.keys(market.columns) as (keyof MarketColumns)[]) {
    if (!(INSTRUMENT_COLUMNS as readonly string[]).includes(name)) columns[name].set(market.columns[name]);
  }
  for (const name of INSTRUMENT_COLUMNS) {
    rows.forEach((row, at) => (columns[name][at] = market.columns[name][row] ?? NaN));
  }
  const instruments = rows.flatMap((row) => market.table.instruments[row] ?? []);
  const table = buildMarketTable({ ...market.table, instruments });
  return { ...market, hash: `${market.hash} ${rows.join(',')}`, table, columns };
}

/** How one underlying is moved. */
export interface UnderlyingMove {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  /** Index, forwards, marks of futures and the coin as collateral are multiplied by this, > 0. */
  readonly spotFactor: number;
  /** Volatilities of its options are multiplied by this, > 0. */
  readonly volatilityFactor: number;
}

/**
 * The same market after one underlying has moved at once: volatilities by strike, rates and what is already averaged of a
 * settlement stay. Marks of options are left out, and so are its quotes, because neither is known after the move.
 */
export function moveUnderlying(market: Market, move: UnderlyingMove): Market {
  const { spotFactor, volatilityFactor } = move;
  const columns = allocateMarketColumns(countsOf(market.columns));
  for (const name of Object.keys(market.columns) as (keyof MarketColumns)[])
    columns[name].set(market.columns[name]);
  columns.indexPrice[move.underlying] = (columns.indexPrice[move.underlying] ?? NaN) * spotFactor;
  for (let i = 0; i < columns.kind.length; i += 1) {
    if (columns.underlying[i] !== move.underlying) continue;
    columns.delta[i] = NaN;
    columns.bidPrice[i] = NaN;
    columns.askPrice[i] = NaN;
    if (columns.kind[i] === KIND.OPTION) {
      columns.markPrice[i] = NaN;
      columns.volatility[i] = (columns.volatility[i] ?? NaN) * volatilityFactor;
    } else {
      columns.markPrice[i] = (columns.markPrice[i] ?? NaN) * spotFactor;
    }
  }
  for (let e = 0; e < columns.expiryMs.length; e += 1) {
    if (columns.expiryUnderlying[e] !== move.underlying) continue;
    const fixed = columns.fixedForward[e] ?? NaN;
    const forward = columns.forward[e] ?? NaN;
    columns.forward[e] = fixed > 0 ? fixed + (forward - fixed) * spotFactor : forward * spotFactor;
  }
  const asset = market.table.assetIndex.get(market.table.underlyings[move.underlying] ?? '');
  if (asset !== undefined) columns.assetPriceUsd[asset] = (columns.assetPriceUsd[asset] ?? NaN) * spotFactor;
  const hash = `${market.hash} ${String(move.underlying)}:${String(spotFactor)}:${String(volatilityFactor)}`;
  return { ...market, hash, columns };
}
