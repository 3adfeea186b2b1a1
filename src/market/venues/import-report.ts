import type { Settlement } from '../../domain/instrument.js';
import type { MarketSnapshot } from '../snapshot/market-snapshot.js';

/** Why a row of a source did not become part of the market. */
export const IMPORT_REFUSALS = [
  /** Another number of cells than the header has, or no object. */
  'MALFORMED_ROW',
  /** The name does not read as an instrument of the venue. */
  'MALFORMED_NAME',
  /** Not settled in the coin, or no option, future or perpetual: another product than this importer is for. */
  'UNSUPPORTED_PRODUCT',
  /** A number that is used does not read as a finite number. */
  'UNREADABLE_NUMBER',
  /** A time that is used does not read as a time with a zone. */
  'UNREADABLE_TIME',
  /** A price, size or volatility below 0. */
  'NEGATIVE_NUMBER',
  /** A price of 0 where only an option may have one. */
  'ZERO_PRICE',
  'ZERO_VOLATILITY',
  /** Above any volatility: percent where a fraction is expected, or worse. */
  'VOLATILITY_OUT_OF_RANGE',
  /** A price or strike above any price. */
  'PRICE_OUT_OF_RANGE',
  /** The row belongs to another moment than the rest of the source. */
  'TIME_MISMATCH',
  'CURRENCY_MISMATCH',
  'STRIKE_MISMATCH',
  'EXPIRY_MISMATCH',
  'OPTION_TYPE_MISMATCH',
  /** The instrument stands in an earlier row. */
  'DUPLICATE_INSTRUMENT',
  /** Its expiry is at or before the time of the snapshot. */
  'EXPIRED',
  /** No forward, or a forward of 0. */
  'NO_FORWARD',
  'NO_VOLATILITY',
  'NO_MARK_PRICE',
  /** No index price for its underlying. */
  'NO_INDEX',
  /** The size of the contract is neither given nor known. */
  'NO_CONTRACT_SIZE',
  /** The bid is above the ask. */
  'CROSSED_QUOTE',
  /** Mark price and mark volatility contradict each other beyond what an asynchronous snapshot explains. */
  'MARK_CONTRADICTS_VOLATILITY',
  /** The venue lists no such instrument, or lists it as inactive. */
  'NOT_LISTED',
  /** Terms of an instrument without any quote. */
  'NOT_QUOTED',
  /** The source itself says that the price is not good. */
  'NOT_ACCEPTED_BY_SOURCE',
] as const;
export type ImportRefusal = (typeof IMPORT_REFUSALS)[number];

export interface ImportResult {
  readonly snapshot: MarketSnapshot;
  readonly report: ImportReport;
}

/** What an import did with every row. `rowsRead = rowsUsed + rowsRefused`, in total and for each source. */
export interface ImportReport extends RowCounts {
  readonly venue: string;
  readonly timeMs: number;
  readonly settlement: Settlement;
  readonly sources: readonly SourceReport[];
  /** Most frequent first. */
  readonly refusals: readonly RefusalReport[];
  readonly optionsUsed: number;
  /** Share of the options used that lack a bid, an ask or both. */
  readonly oneSidedShare: number;
  readonly expiries: readonly ExpiryImportReport[];
  /** Absent for a market without options. */
  readonly repricing?: RepricingReport;
  /** What a reader of the market must know, in sentences. */
  readonly notes: readonly string[];
}

export interface RowCounts {
  /** Rows about this snapshot. */
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly rowsRefused: number;
  /** Rows of the same files about other moments; they are not part of `rowsRead`. */
  readonly rowsOfOtherSnapshots: number;
}

export interface SourceReport extends RowCounts {
  readonly name: string;
  /** What the source holds, e.g. `option summaries`. */
  readonly kind: string;
}

export interface RefusalReport {
  readonly reason: ImportRefusal;
  readonly count: number;
  /** The first few. */
  readonly examples: readonly RefusalExample[];
}

export interface RefusalExample {
  readonly source: string;
  /** Number of the row in its source, from 1. */
  readonly row: number;
  readonly instrument: string;
  readonly detail: string;
}

export interface ExpiryImportReport {
  readonly underlying: string;
  readonly expiryMs: number;
  readonly optionsUsed: number;
  /** Share of the options used that have a bid and an ask. */
  readonly twoSidedShare: number;
  /** Median of the forwards of the rows, quote currency. */
  readonly forward: number;
  /** Half the range of the forwards of the rows, relative to `forward`. */
  readonly forwardScatter: number;
  readonly forwardConfidence: number;
  readonly volatilityConfidence: number;
  /** Largest |C - P - (1 - K/F)| of the marks of a strike, coins; absent when no strike has both. */
  readonly parityErrorMax?: number;
  /** |model - mark| of the options used, coins: Black-76 on `forward` divided by it. */
  readonly repricingErrorMedian: number;
  readonly repricingErrorMax: number;
}

/** |model - mark| over all options used, coins: Black-76 divided by its forward, ACT/365 to the millisecond. */
export interface RepricingReport {
  /** On the forward of the expiry, the one of the market. */
  readonly errorMedian: number;
  /** On the forward of each option's own row: shows the convention free of the scatter of forwards. */
  readonly errorMedianOnOwnForward: number;
  readonly errorMax: number;
  readonly worstInstrument: string;
}
