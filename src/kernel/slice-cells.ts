import type { ScenarioRows, SingleCube } from './book-tail.js';
import type { ScenarioColumns } from './layout.js';

/** P&L of one contract for a slice of the instruments of a cube, as `scenarioPnl` gives it. */
export interface CubeSlice {
  /** Settlement currency, `[scenario block][count][SCENARIO_BLOCK]`. */
  readonly pnl: Float64Array;
  /** Place of the slice's first instrument in the cube. */
  readonly first: number;
  readonly count: number;
  readonly scenarioCount: number;
}

/** One entry per instrument of a slice. */
export interface SliceTerms {
  /** Row of the price moves of its underlying. */
  readonly spotRow: Uint32Array;
  readonly isInverse: Uint8Array;
  /** Dollars per unit of the settlement currency; spot for an inverse contract. */
  readonly price: Float64Array;
  /** What one option is worth today, settlement currency; 0 for what is none. */
  readonly value: Float64Array;
}

/** One entry per underlying, whose coins have the rows from `first` on. */
export interface CoinTerms {
  readonly first: number;
  readonly count: number;
  readonly spotRow: Uint32Array;
  /** Dollars per coin. */
  readonly price: Float64Array;
}

type SpotMoves = Pick<ScenarioColumns, 'spotRows' | 'spotFactor'>;

/**
 * Cells of slices of instruments in the two cubes of a tail. Slices of one cube may be filled by several threads at once. Each throws
 * a `RangeError` where a column is too short or a row is none of the cube.
 */
export interface SliceCellKernels {
  /** Fills the slice's cells of `rows.pnl`. @param scenarioAt the scenario of each place */
  placeCells(
    slice: CubeSlice,
    scenarioAt: Uint32Array,
    rows: Pick<ScenarioRows, 'pnl' | 'instrumentCount'>,
  ): void;

  /**
   * Fills the slice's rows of a single cube: its cells in dollars, the largest before it is rounded and the largest intermediate; a
   * cell that is no number makes both none.
   */
  dollarCells(slice: CubeSlice, terms: SliceTerms, moves: SpotMoves, to: SingleCube): void;

  /** Fills the rows of coins likewise: what a move of the price makes of one. */
  coinCells(coins: CoinTerms, moves: SpotMoves, to: SingleCube): void;
}

type SliceArguments = [pnl: Float64Array, first: number, count: number, scenarioCount: number];
type MoveArguments = [spotRows: number, spotFactor: Float64Array];
type CellArguments = [cells: Float32Array, rowCount: number, largest: Float64Array, gross: Float64Array];

/** What a native library exports, in the order of `native/binding/slice_cells_binding.cc`. */
export interface SliceCellAddon {
  placeCells(
    ...args: [...SliceArguments, scenarioAt: Uint32Array, instrumentCount: number, rows: Float64Array]
  ): void;
  dollarCells(
    ...args: [
      ...SliceArguments,
      spotRow: Uint32Array,
      isInverse: Uint8Array,
      price: Float64Array,
      value: Float64Array,
      ...MoveArguments,
      ...CellArguments,
    ]
  ): void;
  coinCells(
    ...args: [
      first: number,
      count: number,
      scenarioCount: number,
      spotRow: Uint32Array,
      price: Float64Array,
      ...MoveArguments,
      ...CellArguments,
    ]
  ): void;
}

export function createNativeSliceCells(addon: SliceCellAddon): SliceCellKernels {
  return {
    placeCells(slice, scenarioAt, rows) {
      addon.placeCells(...sliceArguments(slice), scenarioAt, rows.instrumentCount, rows.pnl);
    },
    dollarCells(slice, terms, moves, to) {
      addon.dollarCells(
        ...sliceArguments(slice),
        terms.spotRow,
        terms.isInverse,
        terms.price,
        terms.value,
        moves.spotRows,
        moves.spotFactor,
        ...cellArguments(to),
      );
    },
    coinCells(coins, moves, to) {
      addon.coinCells(
        coins.first,
        coins.count,
        to.scenarioCount,
        coins.spotRow,
        coins.price,
        moves.spotRows,
        moves.spotFactor,
        ...cellArguments(to),
      );
    },
  };
}

function sliceArguments({ pnl, first, count, scenarioCount }: CubeSlice): SliceArguments {
  return [pnl, first, count, scenarioCount];
}

function cellArguments({ cells, rowCount, largest, gross }: SingleCube): CellArguments {
  return [cells, rowCount, largest, gross];
}
