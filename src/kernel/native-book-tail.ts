import type { BookTailKernels, CubeBasis, DollarBooks, ScenarioRows, SingleCube } from './book-tail.js';

type ScenarioRowArguments = [
  pnl: Float64Array,
  instrumentCount: number,
  scenarioCount: number,
  spotFactor: Float64Array,
  spotRows: number,
  placeOf: Uint32Array,
];

/** Columns of `DollarBooks`; the arrangement of books writes what the tails read. */
export type DollarBookColumns = [
  sectionOffsets: Uint32Array,
  groupOffsets: Uint32Array,
  coinWorth: Float64Array,
  spotRow: Uint32Array,
  positionOffsets: Uint32Array,
  isInverse: Uint8Array,
  price: Float64Array,
  value: Float64Array,
  instrument: Uint32Array,
  quantity: Float64Array,
];

type SingleCubeArguments = [
  cells: Float32Array,
  rowCount: number,
  scenarioCount: number,
  largest: Float64Array,
  gross: Float64Array,
];

type CubeBasisArguments = [
  rank: number,
  vectors: Float32Array,
  loadings: Float32Array,
  loadingSum: Float64Array,
  residual: Float64Array,
];

/** The tails of books, in the order of `native/binding/book_tail_binding.cc`. */
export interface BookTailAddon {
  factorCube(...args: [...SingleCubeArguments, ...CubeBasisArguments, workspace: Float64Array]): void;
  preselectTail(
    ...args: [
      ...SingleCubeArguments,
      ...CubeBasisArguments,
      bookCount: number,
      rowOffsets: Uint32Array,
      row: Uint32Array,
      quantity: Float64Array,
      confidence: number,
      candidateOffsets: Uint32Array,
      candidate: Uint32Array,
      isLeft: Uint8Array,
      workspace: Float64Array,
    ]
  ): void;
  bookTail(
    ...args: [
      ...ScenarioRowArguments,
      bookCount: number,
      ...DollarBookColumns,
      candidateOffsets: Uint32Array,
      candidate: Uint32Array,
      confidence: number,
      valueAtRisk: Float64Array,
      expectedShortfall: Float64Array,
      standardError: Float64Array,
      worstPnl: Float64Array,
      worstScenario: Uint32Array,
      tailScenario: Uint32Array,
      workspace: Float64Array,
    ]
  ): void;
  tailContributions(
    ...args: [
      ...ScenarioRowArguments,
      bookCount: number,
      ...DollarBookColumns,
      unitValue: Float64Array,
      taken: Uint8Array,
      tailScenario: Uint32Array,
      confidence: number,
      contribution: Float64Array,
      workspace: Float64Array,
    ]
  ): void;
}

/** The tails of books over one loaded library, in the argument order of `native/binding/book_tail_binding.cc`. */
export function createNativeBookTailKernels(addon: BookTailAddon): BookTailKernels {
  return {
    factorCube(cube, basis, workspace) {
      addon.factorCube(...cubeArguments(cube), ...basisArguments(basis), workspace);
    },
    preselectTail(cube, basis, books, confidence, candidateOffsets, candidate, isLeft, workspace) {
      addon.preselectTail(
        ...cubeArguments(cube),
        ...basisArguments(basis),
        books.rowCount,
        books.rowOffsets,
        books.instrument,
        books.quantity,
        confidence,
        candidateOffsets,
        candidate,
        isLeft,
        workspace,
      );
    },
    bookTail(rows, books, candidateOffsets, candidate, confidence, tails, workspace) {
      addon.bookTail(
        ...rowArguments(rows),
        books.bookCount,
        ...bookColumns(books),
        candidateOffsets,
        candidate,
        confidence,
        tails.valueAtRisk,
        tails.expectedShortfall,
        tails.standardError,
        tails.worstPnl,
        tails.worstScenario,
        tails.tailScenario,
        workspace,
      );
    },
    tailContributions(rows, books, unitValue, taken, tailScenario, confidence, contribution, workspace) {
      addon.tailContributions(
        ...rowArguments(rows),
        books.bookCount,
        ...bookColumns(books),
        unitValue,
        taken,
        tailScenario,
        confidence,
        contribution,
        workspace,
      );
    },
  };
}

function cubeArguments(cube: SingleCube): SingleCubeArguments {
  return [cube.cells, cube.rowCount, cube.scenarioCount, cube.largest, cube.gross];
}

function basisArguments(basis: CubeBasis): CubeBasisArguments {
  return [basis.rank, basis.vectors, basis.loadings, basis.loadingSum, basis.residual];
}

function rowArguments(rows: ScenarioRows): ScenarioRowArguments {
  return [rows.pnl, rows.instrumentCount, rows.scenarioCount, rows.spotFactor, rows.spotRows, rows.placeOf];
}

export function bookColumns(books: Omit<DollarBooks, 'bookCount'>): DollarBookColumns {
  return [
    books.sectionOffsets,
    books.groupOffsets,
    books.coinWorth,
    books.spotRow,
    books.positionOffsets,
    books.isInverse,
    books.price,
    books.value,
    books.instrument,
    books.quantity,
  ];
}
