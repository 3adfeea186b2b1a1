import type { DollarBooks } from './book-tail.js';
import { bookColumns, type DollarBookColumns } from './native-book-tail.js';

/** In place of the underlying whose coins something is, where it is none. */
export const NO_COIN = 0xffffffff;

/** What every position of an instrument shares, one entry per instrument. */
export interface InstrumentFacts {
  readonly count: number;
  /** Place in the engine's order of positions, each once. */
  readonly rank: Uint32Array;
  /** Instruments of one group follow each other in that order, and so do the groups of one underlying. */
  readonly group: Uint32Array;
  readonly underlying: Uint32Array;
  /** 0 makes a book with a position in it odd. */
  readonly isUsual: Uint8Array;
  readonly isOption: Uint8Array;
  readonly isInverse: Uint8Array;
  readonly contractSize: Float64Array;
  readonly markPrice: Float64Array;
  /** What one option is worth to equity, settlement currency. */
  readonly equityValue: Float64Array;
  /** The model's value of one option, settlement currency; 0 for a future. */
  readonly unitValue: Float64Array;
  /** Dollars per unit of the settlement currency, as an asset. */
  readonly settlementPrice: Float64Array;
  /** Dollars per unit of the settlement currency, spot for an inverse contract. */
  readonly price: Float64Array;
  /** The underlying whose coins the contract settles in, or `NO_COIN`. */
  readonly coinOf: Uint32Array;
}

/** One entry per underlying. */
export interface UnderlyingFacts {
  readonly count: number;
  /** Dollars per coin. */
  readonly indexPrice: Float64Array;
  /** Row of its price moves. */
  readonly spotRow: Uint32Array;
}

/** One entry per asset of the balances. */
export interface AssetFacts {
  readonly count: number;
  /** Dollars; a balance in an asset without a price above 0 makes its book odd. */
  readonly price: Float64Array;
  /** The underlying whose coin it is, or `NO_COIN`. */
  readonly coinOf: Uint32Array;
}

/** Rows of accounts; columns begin with the row of the first offset. */
export interface AccountRows {
  readonly count: number;
  /** `[count + 1]`. */
  readonly rowOffsets: Uint32Array;
  /** From the count of instruments on for one that the market does not know. */
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
  /** Quote currency per unit; NaN for a row without, absent where no row has one. */
  readonly averagePrice: Float64Array | undefined;
  /** `[count + 1]`. */
  readonly balanceOffsets: Uint32Array;
  /** From the count of assets on for one that is unknown. */
  readonly balanceAsset: Uint32Array;
  /** Coins; NaN makes a book odd. */
  readonly balanceAmount: Float64Array;
}

/** What a book may hold and still be usual. */
export interface BookLimits {
  readonly positions: number;
  readonly balances: number;
  readonly quantity: number;
  /** Of entry prices and of the coins of a balance. */
  readonly price: number;
}

/**
 * Where the books go: columns of `DollarBooks` and `SparseRows` in the caller's memory, filled front to back. Sections have room for
 * `sectionsMax`, groups and positions for every row, entries for both.
 */
export interface ArrangedBooks {
  readonly books: Omit<DollarBooks, 'bookCount'>;
  /** `[count + 1]`, positions of each book. */
  readonly positionOffsets: Uint32Array;
  /** The same books over the rows of the single cube: positions, then coins. `[count + 1]`. */
  readonly entryOffsets: Uint32Array;
  readonly entryRow: Uint32Array;
  readonly entryQuantity: Float64Array;
  /** Dollars, one entry per book. */
  readonly cash: Float64Array;
  readonly markToMarket: Float64Array;
  /** 1 for a book that the ordinary engine must look at: it has no positions and no worth. */
  readonly isOdd: Uint8Array;
}

export interface BookArrangementKernels {
  /**
   * The rows of accounts as books, and what they are worth, with the engine's order of positions and its operations one by one. What
   * is out of the ordinary (too many rows, an instrument or asset that is unknown, unusual or stands twice, a number out of range)
   * makes a book odd.
   *
   * @throws RangeError where a column is too short, an offset falls, a fact names an underlying that is none or the ranks of an
   * underlying are not in a row
   */
  arrangeBooks(
    instruments: InstrumentFacts,
    underlyings: UnderlyingFacts,
    assets: AssetFacts,
    accounts: AccountRows,
    limits: BookLimits,
    arranged: ArrangedBooks,
    workspace: Float64Array,
  ): void;
}

/** Sections of the books of so many accounts with so many rows together, at most: a position has an underlying and a coin. */
export function sectionsMax(
  accounts: number,
  positions: number,
  balances: number,
  underlyings: number,
): number {
  return Math.min(2 * positions + balances, accounts * underlyings);
}

/** @param longest rows of the longest book that is within the limits; more will do */
export function arrangementWorkspaceLength(longest: number, underlyings: number): number {
  return longest + 2 * underlyings;
}

type InstrumentArguments = [
  count: number,
  rank: Uint32Array,
  group: Uint32Array,
  underlying: Uint32Array,
  isUsual: Uint8Array,
  isOption: Uint8Array,
  isInverse: Uint8Array,
  contractSize: Float64Array,
  markPrice: Float64Array,
  equityValue: Float64Array,
  unitValue: Float64Array,
  settlementPrice: Float64Array,
  price: Float64Array,
  coinOf: Uint32Array,
];

type AccountArguments = [
  count: number,
  rowOffsets: Uint32Array,
  instrument: Uint32Array,
  quantity: Float64Array,
  averagePrice: Float64Array | undefined,
  balanceOffsets: Uint32Array,
  balanceAsset: Uint32Array,
  balanceAmount: Float64Array,
];

type ArrangedArguments = [
  ...DollarBookColumns,
  bookOffsets: Uint32Array,
  entryOffsets: Uint32Array,
  entryRow: Uint32Array,
  entryQuantity: Float64Array,
  cash: Float64Array,
  markToMarket: Float64Array,
  isOdd: Uint8Array,
];

/** What a native library exports, in the order of `native/binding/book_arrangement_binding.cc`. */
export interface BookArrangementAddon {
  arrangeBooks(
    ...args: [
      ...InstrumentArguments,
      ...[count: number, indexPrice: Float64Array, spotRow: Uint32Array],
      ...[count: number, price: Float64Array, coinOf: Uint32Array],
      ...AccountArguments,
      ...[positions: number, balances: number, quantity: number, price: number],
      ...ArrangedArguments,
      workspace: Float64Array,
    ]
  ): void;
}

export function createNativeBookArrangement(addon: BookArrangementAddon): BookArrangementKernels {
  return {
    arrangeBooks(instruments, underlyings, assets, accounts, limits, arranged, workspace) {
      addon.arrangeBooks(
        ...instrumentArguments(instruments),
        ...([underlyings.count, underlyings.indexPrice, underlyings.spotRow] as const),
        ...([assets.count, assets.price, assets.coinOf] as const),
        ...accountArguments(accounts),
        ...([limits.positions, limits.balances, limits.quantity, limits.price] as const),
        ...arrangedArguments(arranged),
        workspace,
      );
    },
  };
}

function instrumentArguments(facts: InstrumentFacts): InstrumentArguments {
  return [
    facts.count,
    facts.rank,
    facts.group,
    facts.underlying,
    facts.isUsual,
    facts.isOption,
    facts.isInverse,
    facts.contractSize,
    facts.markPrice,
    facts.equityValue,
    facts.unitValue,
    facts.settlementPrice,
    facts.price,
    facts.coinOf,
  ];
}

function accountArguments(accounts: AccountRows): AccountArguments {
  return [
    accounts.count,
    accounts.rowOffsets,
    accounts.instrument,
    accounts.quantity,
    accounts.averagePrice,
    accounts.balanceOffsets,
    accounts.balanceAsset,
    accounts.balanceAmount,
  ];
}

function arrangedArguments({ books, ...arranged }: ArrangedBooks): ArrangedArguments {
  return [
    ...bookColumns(books),
    arranged.positionOffsets,
    arranged.entryOffsets,
    arranged.entryRow,
    arranged.entryQuantity,
    arranged.cash,
    arranged.markToMarket,
    arranged.isOdd,
  ];
}
