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

/** A vector and multiples of others: PnL_s = base_s + sum over terms of weight x unit_s, in the order of the terms. */
export interface WeightedSum {
  /** > 0. */
  readonly scenarioCount: number;
  readonly base: Float64Array;
  readonly termCount: number;
  /** Row of `units` of each term. */
  readonly unitRow: Uint32Array;
  readonly weight: Float64Array;
  readonly unitCount: number;
  /** Row-major `[row][stride]`. */
  readonly units: Float64Array;
}

/** What the kernel `netExpiries` takes of an epoch. Columns of scenarios have the stride of the vectors, 0 beyond `count`. */
export interface NettingTerms {
  /** Scenarios that are judged; the two rows of the basis move, up and down, stand behind them in the vectors. */
  readonly count: number;
  readonly stride: number;
  /** Relative move of spot. */
  readonly spotMove: Float64Array;
  /** Multiplies the P&L of the scenario. */
  readonly dampening: Float64Array;
  /** 1 where every change of an expiry counts as a loss, else 0. */
  readonly skewed: Float64Array;
  readonly instrumentCount: number;
  /** Value of one contract, settlement currency. */
  readonly unitValue: Float64Array;
  /** NaN where unknown. */
  readonly volatilityConfidence: Float64Array;
  /** 1 where row and value are real. */
  readonly usable: Uint8Array;
  readonly expiryCount: number;
  /** Factor on the value of an expiry where it is >= 0, and where it is below. */
  readonly longDiscount: Float64Array;
  readonly shortDiscount: Float64Array;
  /** Multiplies the worse of the two basis moves. */
  readonly basisFactor: Float64Array;
  /** Of forward and rate; NaN where unknown. */
  readonly expiryConfidence: Float64Array;
  /** Confidence below which a notional is charged. */
  readonly confidenceThreshold: number;
  /** Share of the notional at confidence 0. */
  readonly confidenceRate: number;
}

/** Some books: rows `firstRow[a]` to `firstRow[a + 1]` of the positions are the expiries of account a. */
export interface NettingBooks {
  readonly accountCount: number;
  readonly firstRow: Uint32Array;
  readonly rows: SparseRows;
  readonly rowExpiry: Uint32Array;
  /** Sum of |contracts|, coins. */
  readonly rowGross: Float64Array;
  /** Coins that move as spot does, and their price. */
  readonly contracts: Float64Array;
  readonly price: Float64Array;
  /** Further values that move as spot does: `firstMoving[a]` to `firstMoving[a + 1]`. */
  readonly firstMoving: Uint32Array;
  readonly movingValue: Float64Array;
  readonly spot: Float64Array;
  /** Of everything but the expiries. */
  readonly confidence: Float64Array;
  /** P&L of the rows, `[row - firstRow[0]][stride]`, before any rule. */
  readonly vectors: Float64Array;
}

/** One entry per account. */
export interface NettingResults {
  /** Lowest P&L over the scenarios, or that of the basis moves where it is lower; <= 0. */
  readonly worst: Float64Array;
  /** Adds the value of the expiries to what stands there. */
  readonly value: Float64Array;
  /** Adds the charge of uncertain expiries to what stands there. */
  readonly confidenceCharge: Float64Array;
  /** 0 where something is unknown or not finite; the other results of the account then mean nothing. */
  readonly isComplete: Uint8Array;
}
