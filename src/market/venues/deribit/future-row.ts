import type { Cell } from '../cell.js';
import { isUnreadable, showCell } from '../cell.js';
import type { NamedTerms } from './instrument-name.js';
import type { Refusal, RowFate } from './option-row.js';
import { checkNumbers, isQuote, refusal } from './option-row.js';

export type FutureTerms = Exclude<NamedTerms, { kind: 'OPTION' }>;

/** One future or perpetual as a source states it; prices in the quote currency, null is absent. */
export interface RawFutureRow {
  readonly fate: RowFate;
  readonly name: string;
  readonly terms: FutureTerms;
  readonly timeMs: Cell;
  readonly mark: Cell;
  /** Price of the last trade. */
  readonly last: Cell;
  /** Lowest and highest mark that was seen while the snapshot was taken. */
  readonly markLow: Cell;
  readonly markHigh: Cell;
  readonly bid: Cell;
  readonly ask: Cell;
  readonly declared: {
    readonly underlying: string | undefined;
    readonly expiryMs: Cell;
    readonly contractSize: Cell;
  };
}

/** One future or perpetual that may become part of a market. */
export interface FutureRow {
  readonly fate: RowFate;
  readonly name: string;
  readonly terms: FutureTerms;
  /** Quote currency. */
  readonly contractSize: number;
  readonly price: number;
  /** The price is the last trade: the source has no mark. */
  readonly isLastTrade: boolean;
  /** Other marks of the same moment. */
  readonly readings: readonly number[];
  readonly bid?: number;
  readonly ask?: number;
}

/**
 * Dollars per contract of the inverse futures, from Deribit's contract specifications; used where a source does not
 * state it.
 */
const INVERSE_CONTRACT_SIZE_USD: Readonly<Record<string, number>> = { BTC: 10, ETH: 1 };

export function checkFutureRow(raw: RawFutureRow, timeMs: number): FutureRow | Refusal {
  const { mark, last, markLow, markHigh, bid, ask, declared, terms } = raw;
  const refused =
    checkNumbers({ mark, last, markLow, markHigh, bid, ask, 'contract size': declared.contractSize }) ??
    checkDeclared(raw) ??
    checkMoment(raw, timeMs);
  if (refused) return refused;

  const size = declared.contractSize ?? INVERSE_CONTRACT_SIZE_USD[terms.underlying] ?? null;
  if (!isQuote(size)) return refusal('NO_CONTRACT_SIZE', `contract size is ${showCell(size)}`);
  const isLastTrade = mark === null && terms.kind === 'PERPETUAL';
  const price = isLastTrade ? last : mark;
  if (price === null) return refusal('NO_MARK_PRICE', 'mark price is absent');
  if (!isQuote(price)) return refusal('ZERO_PRICE', `${isLastTrade ? 'last' : 'mark'} price is 0`);
  if (isQuote(bid) && isQuote(ask) && bid > ask)
    return refusal('CROSSED_QUOTE', `bid ${bid} above ask ${ask}`);
  return {
    fate: raw.fate,
    name: raw.name,
    terms,
    contractSize: size,
    price,
    isLastTrade,
    readings: [markLow, markHigh].filter(isQuote),
    ...(isQuote(bid) && { bid }),
    ...(isQuote(ask) && { ask }),
  };
}

function checkDeclared({ terms, declared: { underlying, expiryMs } }: RawFutureRow): Refusal | undefined {
  if (underlying !== undefined && underlying !== terms.underlying)
    return refusal('CURRENCY_MISMATCH', `The row says ${underlying}`);
  if (terms.kind === 'PERPETUAL') return undefined;
  if (isUnreadable(expiryMs)) return refusal('UNREADABLE_TIME', `expiry is ${expiryMs.unreadable}`);
  if (expiryMs !== null && expiryMs !== terms.expiryMs)
    return refusal('EXPIRY_MISMATCH', `The row says ${expiryMs} ms, the name ${terms.expiryMs} ms`);
  return undefined;
}

function checkMoment({ terms }: RawFutureRow, timeMs: number): Refusal | undefined {
  if (terms.kind === 'PERPETUAL' || terms.expiryMs > timeMs) return undefined;
  return refusal('EXPIRED', `Expiry ${terms.expiryMs} ms is not after the snapshot at ${timeMs} ms`);
}
