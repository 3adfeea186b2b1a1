/** Positions of books in compressed rows, with what each contributes to its book. */
export interface ContributingPositions {
  readonly bookCount: number;
  /** `[bookCount + 1]`: book b holds the positions from entry b to entry b + 1. */
  readonly positionOffsets: Uint32Array;
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
  /** Finite. */
  readonly contribution: Float64Array;
}

/** Rows of positions, one book after the other; the caller's memory, with room for every position or for `most` of every book. */
export interface PositionRows {
  /** `[bookCount + 1]`: rows of each book; the first is 0. */
  readonly offsets: Uint32Array;
  readonly book: Uint32Array;
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
  readonly contribution: Float64Array;
}

export interface LargestPositionsKernels {
  /**
   * The positions of each book that contribute most, at most `most` of them: the largest |contribution| first, among equal ones
   * the position that comes first.
   *
   * @throws RangeError where a column is too short or an offset falls
   */
  largestPositions(positions: ContributingPositions, most: number, rows: PositionRows): void;
}

/** What a native library exports, in the order of `native/binding/largest_positions_binding.cc`. */
export interface LargestPositionsAddon {
  largestPositions(
    bookCount: number,
    positionOffsets: Uint32Array,
    instrument: Uint32Array,
    quantity: Float64Array,
    contribution: Float64Array,
    most: number,
    rowOffsets: Uint32Array,
    rowBook: Uint32Array,
    rowInstrument: Uint32Array,
    rowQuantity: Float64Array,
    rowContribution: Float64Array,
  ): void;
}

export function createNativeLargestPositions(addon: LargestPositionsAddon): LargestPositionsKernels {
  return {
    largestPositions(positions, most, rows) {
      addon.largestPositions(
        positions.bookCount,
        positions.positionOffsets,
        positions.instrument,
        positions.quantity,
        positions.contribution,
        most,
        rows.offsets,
        rows.book,
        rows.instrument,
        rows.quantity,
        rows.contribution,
      );
    },
  };
}
