import { SCENARIO_BLOCK, scenarioStride, type SparseRows } from './layout.js';
import { tailCount } from './tail-risk.js';

/** Dollars per unit of every row in every scenario, single precision, block-major `[block][row][SCENARIO_BLOCK]`. */
export interface SingleCube {
  readonly cells: Float32Array;
  readonly rowCount: number;
  readonly scenarioCount: number;
  /** Largest |cell| of each row before it was rounded. */
  readonly largest: Float64Array;
  /** Largest |intermediate| of the formula behind each row's cells. */
  readonly gross: Float64Array;
}

/**
 * A single cube as a product of few: cell(k, s) = sum over j of loading(k, j) vector(j, s), and what that leaves of each row.
 * Rank 0, with empty arrays, stands for none (`NO_BASIS`).
 */
export interface CubeBasis {
  /** At most `SCENARIO_BLOCK`. */
  readonly rank: number;
  /** `[block][rank][SCENARIO_BLOCK]`, sizes at most 1. */
  readonly vectors: Float32Array;
  /** `[row][rank]`. */
  readonly loadings: Float32Array;
  /** Sum of the sizes of each row's loadings. */
  readonly loadingSum: Float64Array;
  /** Largest |cell - product| of each row, rounding included. */
  readonly residual: Float64Array;
}

/** Places of one block of `ScenarioRows`; `kTailLanes` of `native/kernels/book_tail.h`. */
export const TAIL_LANES = 8;

/**
 * P&L of one contract, settlement currency, `[block of places][instrument][TAIL_LANES]`, and the price moves behind it. The caller
 * gives every scenario its place; a book costs less the more of the scenarios of its tail have their places in the same blocks.
 */
export interface ScenarioRows {
  /** Finite past the last place as well: contributions take whole blocks, with a weight of 0 for what is no tail. */
  readonly pnl: Float64Array;
  readonly instrumentCount: number;
  readonly scenarioCount: number;
  /** `[row][scenarioStride]` by place, 1 + relative move; finite past the last place as well. */
  readonly spotFactor: Float64Array;
  readonly spotRows: number;
  /** Place of each scenario: 0 to `scenarioCount - 1`, each once. */
  readonly placeOf: Uint32Array;
}

/** Books as sections (one underlying each), groups (one settlement and expiry each) and positions, in compressed rows. */
export interface DollarBooks {
  readonly bookCount: number;
  /** `[bookCount + 1]`. */
  readonly sectionOffsets: Uint32Array;
  /** `[sections + 1]`. */
  readonly groupOffsets: Uint32Array;
  /** Coins held beside the contracts, at today's price; 0 for none. */
  readonly coinWorth: Float64Array;
  /** Row of the price moves of each section. */
  readonly spotRow: Uint32Array;
  /** `[groups + 1]`. */
  readonly positionOffsets: Uint32Array;
  readonly isInverse: Uint8Array;
  /** Dollars per unit of the settlement currency; spot for an inverse group. */
  readonly price: Float64Array;
  /** Coins that an inverse group's options are worth today. */
  readonly value: Float64Array;
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
}

/** Results of each book, losses positive. */
export interface BookTails {
  readonly valueAtRisk: Float64Array;
  readonly expectedShortfall: Float64Array;
  /** Of the expected shortfall, for independent scenarios (`measures/standard-errors.ts`). */
  readonly standardError: Float64Array;
  readonly worstPnl: Float64Array;
  readonly worstScenario: Uint32Array;
  /** `[bookCount][tailCount]`, largest loss first, among equal ones the earlier. */
  readonly tailScenario: Uint32Array;
}

export interface BookTailKernels {
  /** Finds vectors that span a cube, and bounds what they leave of each row; fills the arrays of `basis`. */
  factorCube(cube: SingleCube, basis: CubeBasis, workspace: Float64Array): void;

  /**
   * The scenarios that can belong to the tail of each book, found in single precision with a proven bound: none of the
   * tail in double precision is missing. A book is a sparse row over the cube; one of many positions goes by the basis.
   *
   * @param candidateOffsets where the candidates of each book begin and end, filled from its first entry on, which is the caller's
   * @param candidate the candidates of one book after those of another, in no order; room for `candidateCapacity` of every book
   *   from the first offset on
   * @param isLeft becomes 1 for a book without candidates because it has too many or numbers beyond single precision, and stays
   *   as it is for the others; a book without rows has no candidates
   */
  preselectTail(
    cube: SingleCube,
    basis: CubeBasis,
    books: SparseRows,
    confidence: number,
    candidateOffsets: Uint32Array,
    candidate: Uint32Array,
    isLeft: Uint8Array,
    workspace: Float64Array,
  ): void;

  /**
   * The tail of each book among its candidates, revalued in double precision as the engine does it, bit for bit. Book b has
   * `candidate[candidateOffsets[b]]` to `candidate[candidateOffsets[b + 1]]`; one without candidates gets zeros.
   */
  bookTail(
    rows: ScenarioRows,
    books: DollarBooks,
    candidateOffsets: Uint32Array,
    candidate: Uint32Array,
    confidence: number,
    tails: BookTails,
    workspace: Float64Array,
  ): void;

  /**
   * What each position adds to the expected shortfall of its book, dollars; 0 for books that are not `taken`.
   *
   * @param unitValue coins that one contract is worth, one entry per instrument, 0 for what is no option
   */
  tailContributions(
    rows: ScenarioRows,
    books: DollarBooks,
    unitValue: Float64Array,
    taken: Uint8Array,
    tailScenario: Uint32Array,
    confidence: number,
    contribution: Float64Array,
    workspace: Float64Array,
  ): void;
}

/** Blocks that `preselectTail` looks at for its thresholds; `kSampleBlocks` of `native/kernels/tail_preselection.cc`. */
const SAMPLE_BLOCKS = 16;

/** Entries of a list of candidates beyond its capacity; `kCandidateSlack`. */
const CANDIDATE_SLACK = SCENARIO_BLOCK + 16;

export const NO_BASIS: CubeBasis = {
  rank: 0,
  vectors: new Float32Array(0),
  loadings: new Float32Array(0),
  loadingSum: new Float64Array(0),
  residual: new Float64Array(0),
};

export function cubeBasisWorkspaceLength(rowCount: number, scenarioCount: number, rank: number): number {
  const floats = rank * rowCount + SCENARIO_BLOCK * SCENARIO_BLOCK;
  return rank * (scenarioStride(scenarioCount) + 1) + rowCount * SCENARIO_BLOCK + Math.ceil(floats / 2);
}

export function candidateCapacity(scenarioCount: number, confidence: number): number {
  return Math.min(scenarioCount, 6 * tailCount(scenarioCount, confidence) + 2 * SCENARIO_BLOCK);
}

export function preselectionWorkspaceLength(
  bookCount: number,
  positionCount: number,
  scenarioCount: number,
  rank: number,
  confidence: number,
): number {
  const stride = scenarioStride(scenarioCount);
  const sampleLanes = Math.min(SAMPLE_BLOCKS * SCENARIO_BLOCK, stride);
  const room = candidateCapacity(scenarioCount, confidence) + CANDIDATE_SLACK;
  const floats = bookCount * (rank + sampleLanes + 2 * room + 3) + stride;
  return bookCount + positionCount + Math.ceil(floats / 2);
}

/** For so many candidates together; `tailContributions` counts every scenario of every tail. */
export function bookTailWorkspaceLength(candidateCount: number, scenarioCount: number): number {
  return 2 * candidateCount + Math.ceil(1.5 * candidateCount) + Math.ceil(scenarioCount / TAIL_LANES / 2) + 2;
}

/** Length of `ScenarioRows.pnl`. */
export function scenarioRowsLength(instrumentCount: number, scenarioCount: number): number {
  return instrumentCount * Math.ceil(scenarioCount / TAIL_LANES) * TAIL_LANES;
}

/** Where `ScenarioRows.pnl` holds the instrument in the scenario of this place. */
export function scenarioRowsIndex(instrument: number, place: number, instrumentCount: number): number {
  const block = Math.floor(place / TAIL_LANES);
  return (block * instrumentCount + instrument) * TAIL_LANES + (place % TAIL_LANES);
}
