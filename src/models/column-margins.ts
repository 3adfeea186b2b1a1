import type { NettingBooks, NettingResults, NettingTerms, SparseRows } from '../kernel/layout.js';
import type { Market } from '../market/snapshot/market.js';
import type { PositionGroup, ResolvedBalance, ResolvedPosition } from './model.js';

/**
 * Many books as columns, laid out once per change of a book and read at every epoch. A row is the options of one expiry of one
 * book; the rows of account a are `firstRow[a]` to `firstRow[a + 1]`. Names are resolved against one table of the market.
 */
export interface BookColumns {
  readonly accountCount: number;
  /** 1 where the columns hold the whole book; a book that they cannot hold is margined by itself. */
  readonly isLaidOut: Uint8Array;
  readonly firstRow: Uint32Array;
  readonly rows: SparseRows;
  /** Row of the market's expiry columns. */
  readonly rowExpiry: Uint32Array;
  /** Sum of |contracts|, coins. */
  readonly rowGross: Float64Array;
  /** Row of the market's underlying columns. */
  readonly underlying: Uint32Array;
  /** Whole units of the cash asset, signed. */
  readonly cash: Float64Array;
  /** Short contracts that nothing at their strike covers, all expiries together, coins, >= 0. */
  readonly nakedShort: Float64Array;
  /** Instrument of the perpetual; `NONE` for none. */
  readonly perpetual: Int32Array;
  readonly perpetualQuantity: Float64Array;
  /** NaN where the P&L does not follow from it. */
  readonly perpetualEntryPrice: Float64Array;
  /** P&L that does not follow from the entry price, and unsettled funding, settlement currency. */
  readonly perpetualStatedPnl: Float64Array;
  readonly perpetualFunding: Float64Array;
  /** Collateral of account a: `firstCollateral[a]` to `firstCollateral[a + 1]`. */
  readonly firstCollateral: Uint32Array;
  /** Row of the market's asset columns. */
  readonly collateralAsset: Uint32Array;
  /** Whole coins, > 0. */
  readonly collateralAmount: Float64Array;
}

/** What became of an account at an epoch. */
export const COLUMN_STATUS = {
  /** The columns hold its margin. */
  MARGINED: 1,
  /** Not in columns: its book, or what the market lacks for it, needs the margin of one book, which says why. */
  BY_ITSELF: 2,
  /** It has no margin at this epoch. */
  FAILED: 3,
} as const;

/** Results, one entry per account. */
export interface MarginColumns {
  readonly equity: Float64Array;
  readonly initialMargin: Float64Array;
  readonly maintenanceMargin: Float64Array;
  /** `COLUMN_STATUS` code. */
  readonly status: Uint8Array;
}

/** One book on its way into columns. */
export interface BookToLayOut {
  readonly positions: readonly ResolvedPosition[];
  readonly groups: readonly PositionGroup[];
  readonly balances: readonly ResolvedBalance[];
}

/** The facts of one book that no market moves. */
export interface BookRecord {
  readonly underlying: number;
  readonly cash: number;
  /** Index among the positions; `NONE` for none. */
  readonly perpetualPosition: number;
  /** Contracts, all expiries together. */
  readonly nakedShort: number;
  /** Sum of |contracts|; one entry per group with an expiry, in the order of the groups. */
  readonly gross: readonly number[];
  readonly collateral: readonly { readonly asset: number; readonly amount: number }[];
}

/** Books at one epoch. */
export interface ColumnInput<Parameters> {
  readonly parameters: Parameters;
  readonly market: Market;
  readonly books: BookColumns;
  /** Of the scenario vectors. */
  readonly stride: number;
  readonly unitValue: Float64Array;
  readonly usable: Uint8Array;
  readonly results: MarginColumns;
  /** The kernel of that name (`kernel/kernels.ts`). */
  netExpiries(terms: NettingTerms, books: NettingBooks, results: NettingResults): void;
}

/** An epoch under way: ranges of accounts one after the other, then the margins of all. */
export interface ColumnEpoch {
  /** `vectors` is the P&L of the rows of these accounts, `[row - firstRow[first]][stride]`, before any rule of the model. */
  net(first: number, end: number, vectors: Float64Array): void;
  /** Writes the results of every account. */
  finish(): void;
}

/** Margins of many books at once: the bits of `MarginModel.margin`, without an object per book. */
export interface ColumnMargins<Parameters> {
  /** Undefined for a book that is margined by itself. */
  layOut(parameters: Parameters, market: Market, book: BookToLayOut): BookRecord | undefined;
  begin(input: ColumnInput<Parameters>): ColumnEpoch;
}
