/** Limits of size: per order, and per affiliated group and underlying (market-and-risk.md section 14). */
import type { AccountView } from '../book/account.js';
import { quantityOf } from '../book/ledger.js';
import type { Market } from '../../market/snapshot/market.js';
import type { Affiliates } from './affiliates.js';

/** What is known of trading in an instrument, contracts. Absent is unknown, and then limits nothing. */
export interface TradingStatistics {
  readonly openInterestContracts?: number;
  /** Of the last 24 hours. */
  readonly dailyVolumeContracts?: number;
}

export type StatisticsOf = (instrument: string) => TradingStatistics | undefined;

export const NO_STATISTICS: StatisticsOf = () => undefined;

/** A group may hold this share of the open interest of an instrument. */
const OPEN_INTEREST_SHARE_MAX = 0.1;

/** And this much in any case, US dollars. */
const POSITION_USD_ALWAYS_ALLOWED = 1_000_000;

/** One order may be this share of a day's volume. */
const DAILY_VOLUME_SHARE_MAX = 0.01;

/** Open interest above this many days of volume admits closing only. */
const OPEN_INTEREST_DAYS_MAX = 6;

export interface SizedOrder {
  readonly instrument: string;
  /** Row of the market. */
  readonly row: number;
  /** Signed contracts. */
  readonly quantity: number;
}

/** Whether an order that opens or enlarges a position would pass a limit; a position may always be reduced. */
export function exceedsLimits(
  affiliates: Affiliates,
  market: Market,
  account: AccountView,
  { instrument, row, quantity }: SizedOrder,
  statisticsOf: StatisticsOf,
): boolean {
  const known = statisticsOf(instrument);
  if (known === undefined) return false;
  const { openInterestContracts, dailyVolumeContracts } = known;
  const held = positionOf(account, instrument);
  if (Math.abs(held + quantity) <= Math.abs(held)) return false;
  if (dailyVolumeContracts !== undefined) {
    if (Math.abs(quantity) > DAILY_VOLUME_SHARE_MAX * dailyVolumeContracts) return true;
    const most = OPEN_INTEREST_DAYS_MAX * dailyVolumeContracts;
    if (openInterestContracts !== undefined && openInterestContracts > most) return true;
  }
  if (openInterestContracts === undefined) return false;
  const after = Math.abs(groupPosition(affiliates, account, instrument) + quantity);
  if (after <= OPEN_INTEREST_SHARE_MAX * openInterestContracts) return false;
  return after * contractUsd(market, row) > POSITION_USD_ALWAYS_ALLOWED;
}

/** Contracts of all accounts of a group. */
function groupPosition(affiliates: Affiliates, account: AccountView, instrument: string): number {
  let sum = 0;
  for (const member of affiliates.of(account)) sum += positionOf(member, instrument);
  return sum;
}

function positionOf(account: AccountView, instrument: string): number {
  const held = account.positions.get(instrument);
  return held === undefined ? 0 : quantityOf(held.ledger.quantityUnits);
}

/** Dollars of underlying in one contract. */
function contractUsd({ columns }: Market, row: number): number {
  const size = columns.contractSize[row] ?? NaN;
  const isInverseFuture = columns.isInverse[row] === 1 && !((columns.strike[row] ?? NaN) > 0);
  return isInverseFuture ? size : size * (columns.indexPrice[columns.underlying[row] ?? -1] ?? NaN);
}
