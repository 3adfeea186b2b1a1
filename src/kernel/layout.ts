/**
 * Memory layout that TypeScript and C++ agree on. `native/kernels/layout.h` states the same numbers; a test compares
 * them through the addon.
 *
 * A cube is block-major: `[scenario block][instrument][SCENARIO_BLOCK]`. A block of 1,000 instruments is 512 KB and stays
 * in the second-level cache while every portfolio of a shard passes over it.
 */
export const SCENARIO_BLOCK = 64;

/**
 * Domain of the kernels: every number has a magnitude of at most `MAGNITUDE_MAX`, and a number that must be positive is at
 * least `POSITIVE_MIN`. Far wider than any market, and narrow enough that no product inside a kernel overflows.
 */
export const MAGNITUDE_MAX = 1e60;
export const POSITIVE_MIN = 1e-60;

/** Scenarios rounded up to whole blocks: the length of every row of scenario columns and of every P&L vector. */
export function scenarioStride(scenarioCount: number): number {
  return Math.ceil(scenarioCount / SCENARIO_BLOCK) * SCENARIO_BLOCK;
}

export function cubeLength(instrumentCount: number, scenarioCount: number): number {
  return instrumentCount * scenarioStride(scenarioCount);
}

/** Index of one cell of a cube. */
export function cubeIndex(instrument: number, scenario: number, instrumentCount: number): number {
  const block = Math.floor(scenario / SCENARIO_BLOCK);
  return (block * instrumentCount + instrument) * SCENARIO_BLOCK + (scenario % SCENARIO_BLOCK);
}

/** How one unit of an instrument pays; the codes are those of `enum class Payoff` in `native/kernels/layout.h`. */
export const PAYOFF = {
  LINEAR_CALL: 0,
  LINEAR_PUT: 1,
  INVERSE_CALL: 2,
  INVERSE_PUT: 3,
  /** Linear future, perpetual or spot: value = price. */
  LINEAR_DELTA_ONE: 4,
  /** Coin-settled future or perpetual: value = -1/price coins per quote unit. */
  INVERSE_DELTA_ONE: 5,
} as const;
export type Payoff = (typeof PAYOFF)[keyof typeof PAYOFF];

/**
 * Instruments as columns, one entry per instrument.
 *
 * For an option `forward` is the part of the forward that still moves, `fixedForward` the part already averaged before a
 * settlement on an average (0 otherwise); the forward of scenario s is `fixedForward + forward x spotFactor[s]`.
 * For a delta-one instrument `forward` is its price and `fixedForward` is 0.
 */
export interface InstrumentColumns {
  readonly count: number;
  /** `PAYOFF` code. */
  readonly payoff: Uint8Array;
  /** Quote currency per coin, > 0. */
  readonly forward: Float64Array;
  /** Quote currency per coin, >= 0. */
  readonly fixedForward: Float64Array;
  /** Quote currency per coin, > 0; ignored for delta-one. */
  readonly strike: Float64Array;
  /** Annualised fraction, >= 0; ignored for delta-one. */
  readonly volatility: Float64Array;
  /** ACT/365, >= 0; ignored for delta-one. */
  readonly timeToExpiryYears: Float64Array;
  /** Multiplies the unit value: contract size, times the discount factor for discounted options. Finite. */
  readonly scale: Float64Array;
  /** Which row of `spotFactor` moves it. */
  readonly spotRow: Uint32Array;
  /** Which row of `volShock`, `skewShock`, `smileShock`, `volFloor` moves its volatility. */
  readonly volRow: Uint32Array;
  /** Multiplies `volShock`: the term structure of the model, e.g. (30/DTE)^p. */
  readonly termFactor: Float64Array;
  /** Multiplies `skewShock`: the instrument's place on the skew (0 at the forward). */
  readonly skewFactor: Float64Array;
  /** Multiplies `smileShock`. */
  readonly smileFactor: Float64Array;
}

/**
 * Scenarios as columns. Every matrix is row-major `[row][scenarioStride]`; entries beyond `count` are neutral (factor 1,
 * shocks and floor 0).
 *
 *   sigma'[i][s] = max(volFloor, sigma_i x max(0, 1 + volShock x termFactor_i + skewShock x skewFactor_i + smileShock x smileFactor_i))
 *   forward'[i][s] = fixedForward_i + forward_i x spotFactor
 */
export interface ScenarioColumns {
  readonly count: number;
  readonly stride: number;
  readonly spotRows: number;
  readonly volRows: number;
  /** 1 + relative move, > 0. */
  readonly spotFactor: Float64Array;
  readonly volShock: Float64Array;
  readonly skewShock: Float64Array;
  readonly smileShock: Float64Array;
  /** Annualised fraction below which a shocked volatility does not fall; 0 where the scenario has no floor. */
  readonly volFloor: Float64Array;
}

/** Signed positions in compressed rows: row r holds entries `rowOffsets[r]` to `rowOffsets[r + 1]`. */
export interface SparseRows {
  readonly rowCount: number;
  /** `rowCount + 1` entries, non-decreasing. */
  readonly rowOffsets: Uint32Array;
  /** Row of the cube, one entry per position. */
  readonly instrument: Uint32Array;
  /** Signed contracts, one entry per position. */
  readonly quantity: Float64Array;
}
