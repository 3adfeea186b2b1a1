import type { OptionType } from '../../../domain/instrument.js';
import { POSITIVE_MIN } from '../../../kernel/layout.js';
import { PRICE_MAX } from '../../../limits.js';
import type { Cell } from '../cell.js';
import { isUnreadable, showCell } from '../cell.js';
import type { ImportRefusal } from '../import-report.js';
import type { NamedTerms } from './instrument-name.js';

/**
 * Mark volatility above which a row is refused: 1,000 %. The highest that was recorded in a crash is 267 %; percent
 * where a fraction is expected is 30 and more.
 */
export const MARK_VOLATILITY_MAX = 10;

/** What becomes of a row, or of all rows that together describe one instrument. */
export interface RowFate {
  use(): void;
  refuse(reason: ImportRefusal, detail: string): void;
}

export type OptionTerms = Extract<NamedTerms, { kind: 'OPTION' }>;

/** One option as a source states it, in the units of this package; null is absent. */
export interface RawOptionRow {
  readonly fate: RowFate;
  readonly name: string;
  readonly terms: OptionTerms;
  readonly timeMs: Cell;
  /** Quote currency. */
  readonly forward: Cell;
  /** False where the source could not say which future or synthetic forward it is. */
  readonly isForwardNamed: boolean;
  /** Coins. */
  readonly bid: Cell;
  readonly ask: Cell;
  readonly mark: Cell;
  /** Annualised fraction. */
  readonly volatility: Cell;
  /** Quote currency; undefined where the row says nothing about the index. */
  readonly indexPrice: Cell | undefined;
  /** What the source says beside the name; null or undefined where it says nothing. */
  readonly declared: {
    readonly underlying: string | undefined;
    readonly optionType: string | undefined;
    readonly strike: Cell;
    readonly expiryMs: Cell;
    readonly contractSize: Cell;
  };
}

/** One option that may become part of a market. */
export interface OptionRow {
  readonly fate: RowFate;
  readonly name: string;
  readonly underlying: string;
  readonly expiryMs: number;
  readonly strike: number;
  readonly optionType: OptionType;
  readonly contractSize: number;
  readonly forward: number;
  /** Absent is no quote on that side. */
  readonly bid?: number;
  readonly ask?: number;
  readonly mark: number;
  readonly volatility: number;
}

export interface Refusal {
  readonly reason: ImportRefusal;
  readonly detail: string;
}

/** One coin. */
const DEFAULT_CONTRACT_SIZE = 1;

/** The option of a row, or why it is refused. */
export function checkOptionRow(raw: RawOptionRow, timeMs: number): OptionRow | Refusal {
  const refusal = checkReadable(raw) ?? checkDeclared(raw) ?? checkMoment(raw, timeMs) ?? checkQuotes(raw);
  if (refusal) return refusal;
  const { underlying, expiryMs, strike, optionType } = raw.terms;
  return {
    fate: raw.fate,
    name: raw.name,
    underlying,
    expiryMs,
    strike,
    optionType,
    contractSize: (raw.declared.contractSize ?? DEFAULT_CONTRACT_SIZE) as number,
    forward: raw.forward as number,
    mark: raw.mark as number,
    volatility: raw.volatility as number,
    // Tickers write 0 for a side without a quote, summaries nothing: both mean that there is none.
    ...(isQuote(raw.bid) && { bid: raw.bid }),
    ...(isQuote(raw.ask) && { ask: raw.ask }),
  };
}

export function isRefusal(outcome: OptionRow | Refusal): outcome is Refusal {
  return 'reason' in outcome;
}

export function isQuote(cell: Cell): cell is number {
  return typeof cell === 'number' && cell > 0;
}

export function refusal(reason: ImportRefusal, detail: string): Refusal {
  return { reason, detail };
}

/** Every number that is used reads as one, is not negative, no larger than any price and 0 or large enough for the kernels. */
export function checkNumbers(cells: Readonly<Record<string, Cell>>): Refusal | undefined {
  for (const [field, cell] of Object.entries(cells)) {
    if (isUnreadable(cell)) return refusal('UNREADABLE_NUMBER', `${field} is ${cell.unreadable}`);
    if (cell !== null && cell < 0) return refusal('NEGATIVE_NUMBER', `${field} is ${cell}`);
    const isTiny = cell !== null && cell > 0 && cell < POSITIVE_MIN;
    if (isTiny || (cell !== null && cell > PRICE_MAX))
      return refusal('PRICE_OUT_OF_RANGE', `${field} is ${cell}`);
  }
  return undefined;
}

function checkReadable(raw: RawOptionRow): Refusal | undefined {
  const { forward, bid, ask, mark, volatility, declared } = raw;
  const { strike, contractSize } = declared;
  return checkNumbers({
    forward,
    bid,
    ask,
    mark,
    volatility,
    strike,
    'contract size': contractSize,
    'index price': raw.indexPrice ?? null,
  });
}

/** The name and the fields beside it must tell the same story. */
function checkDeclared({ terms, declared }: RawOptionRow): Refusal | undefined {
  const { underlying, optionType, strike, expiryMs, contractSize } = declared;
  if (underlying !== undefined && underlying !== terms.underlying)
    return refusal('CURRENCY_MISMATCH', `The row says ${underlying}`);
  if (optionType !== undefined && optionType.toUpperCase() !== terms.optionType)
    return refusal('OPTION_TYPE_MISMATCH', `The row says ${optionType}`);
  if (strike !== null && strike !== terms.strike)
    return refusal('STRIKE_MISMATCH', `The row says ${showCell(strike)}`);
  if (isUnreadable(expiryMs)) return refusal('UNREADABLE_TIME', `expiry is ${expiryMs.unreadable}`);
  if (expiryMs !== null && expiryMs !== terms.expiryMs)
    return refusal('EXPIRY_MISMATCH', `The row says ${expiryMs} ms, the name ${terms.expiryMs} ms`);
  if (contractSize === 0) return refusal('NO_CONTRACT_SIZE', 'contract size is 0');
  return undefined;
}

function checkMoment({ terms }: RawOptionRow, timeMs: number): Refusal | undefined {
  if (terms.expiryMs > timeMs) return undefined;
  return refusal('EXPIRED', `Expiry ${terms.expiryMs} ms is not after the snapshot at ${timeMs} ms`);
}

function checkQuotes({ forward, mark, volatility, bid, ask, indexPrice }: RawOptionRow): Refusal | undefined {
  if (!isQuote(forward)) return refusal('NO_FORWARD', `forward is ${showCell(forward)}`);
  if (volatility === null) return refusal('NO_VOLATILITY', 'mark volatility is absent');
  if (volatility === 0) return refusal('ZERO_VOLATILITY', 'mark volatility is 0');
  if (!((volatility as number) <= MARK_VOLATILITY_MAX))
    return refusal('VOLATILITY_OUT_OF_RANGE', `mark volatility is ${showCell(volatility)}`);
  if (mark === null) return refusal('NO_MARK_PRICE', 'mark price is absent');
  if (indexPrice === 0) return refusal('ZERO_PRICE', 'index price is 0');
  if (isQuote(bid) && isQuote(ask) && bid > ask)
    return refusal('CROSSED_QUOTE', `bid ${bid} above ask ${ask}`);
  return undefined;
}
