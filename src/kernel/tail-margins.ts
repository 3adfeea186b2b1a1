/** Books whose margin is the expected shortfall of their tail; one entry per book, dollars. */
export interface TailMarginInputs {
  readonly bookCount: number;
  readonly markToMarket: Float64Array;
  readonly cash: Float64Array;
  readonly expectedShortfall: Float64Array;
  readonly worstPnl: Float64Array;
}

/** What their accounts report; the caller's memory, one entry per book, dollars. */
export interface TailMargins {
  /** Mark-to-market and cash. */
  readonly equity: Float64Array;
  /** The expected shortfall where it is a loss, else 0. */
  readonly initialMargin: Float64Array;
  readonly maintenanceMargin: Float64Array;
  /** Equity over the margin. */
  readonly initialExcess: Float64Array;
  readonly maintenanceExcess: Float64Array;
  /** The worst P&L; NaN where it is no loss. */
  readonly worstLoss: Float64Array;
}

export interface TailMarginKernels {
  /**
   * Margins of books from their tails; an expected shortfall that is no number gives margins that are none.
   *
   * @param maintenanceShare maintenance margin in units of the initial one
   * @throws RangeError where a column is too short
   */
  tailMargins(books: TailMarginInputs, maintenanceShare: number, margins: TailMargins): void;
}

/** What a native library exports, in the order of `native/binding/tail_margins_binding.cc`. */
export interface TailMarginAddon {
  tailMargins(
    bookCount: number,
    markToMarket: Float64Array,
    cash: Float64Array,
    expectedShortfall: Float64Array,
    worstPnl: Float64Array,
    maintenanceShare: number,
    equity: Float64Array,
    initialMargin: Float64Array,
    maintenanceMargin: Float64Array,
    initialExcess: Float64Array,
    maintenanceExcess: Float64Array,
    worstLoss: Float64Array,
  ): void;
}

export function createNativeTailMargins(addon: TailMarginAddon): TailMarginKernels {
  return {
    tailMargins(books, maintenanceShare, margins) {
      addon.tailMargins(
        books.bookCount,
        books.markToMarket,
        books.cash,
        books.expectedShortfall,
        books.worstPnl,
        maintenanceShare,
        margins.equity,
        margins.initialMargin,
        margins.maintenanceMargin,
        margins.initialExcess,
        margins.maintenanceExcess,
        margins.worstLoss,
      );
    },
  };
}
