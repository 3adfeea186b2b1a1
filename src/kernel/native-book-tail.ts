import type {
  BookTailAddon,
  CubeBasisArguments,
  DollarBookArguments,
  ScenarioRowArguments,
  SingleCubeArguments,
} from './addon.js';
import type { BookTailKernels, CubeBasis, DollarBooks, ScenarioRows, SingleCube } from './book-tail.js';

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
        ...bookArguments(books),
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
        ...bookArguments(books),
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

function bookArguments(books: DollarBooks): DollarBookArguments {
  return [
    books.bookCount,
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
