import type { Instrument } from '../../domain/instrument.js';

export { KIND, NONE } from '../../domain/codes.js';

/**
 * The names of a market: what does not change from epoch to epoch. `index` maps are built once per table and thread.
 */
export interface MarketTable {
  /** Same order as the instrument columns. */
  readonly instruments: readonly Instrument[];
  /** Same order as the underlying columns. */
  readonly underlyings: readonly string[];
  /** Same order as the asset columns. */
  readonly assets: readonly string[];
  /** Same order as the expiry columns. */
  readonly expiries: readonly { readonly underlying: string; readonly expiryMs: number }[];
  readonly instrumentIndex: ReadonlyMap<string, number>;
  readonly underlyingIndex: ReadonlyMap<string, number>;
  readonly assetIndex: ReadonlyMap<string, number>;
}

/**
 * The numbers of a market as columns over shared memory. NaN stands for "not quoted" inside these columns and nowhere
 * else: every reader tests before use.
 */
export interface MarketColumns {
  // one entry per instrument
  /** `KIND` code. */
  readonly kind: Uint8Array;
  /** 1 for INVERSE. */
  readonly isInverse: Uint8Array;
  /** 1 for a call; 0 for a put and for everything that is no option. */
  readonly isCall: Uint8Array;
  readonly underlying: Uint32Array;
  /** Row of the expiry columns; `NONE` for instruments without one and for dated futures whose expiry has no quote. */
  readonly expiry: Int32Array;
  readonly contractSize: Float64Array;
  /** NaN for everything that is no option. */
  readonly strike: Float64Array;
  /** Quote currency, or coins for inverse options. */
  readonly markPrice: Float64Array;
  readonly priceConfidence: Float64Array;
  /** Of the option: its own mark, else from the expiry's smile. */
  readonly volatility: Float64Array;
  readonly volatilityConfidence: Float64Array;
  /** As `markPrice`. */
  readonly bidPrice: Float64Array;
  /** As `markPrice`. */
  readonly askPrice: Float64Array;
  /** The venue's own delta, coins per contract. */
  readonly delta: Float64Array;
  readonly eightHourFundingRate: Float64Array;
  readonly feeRate: Float64Array;
  // one entry per expiry
  readonly expiryMs: Float64Array;
  readonly expiryUnderlying: Uint32Array;
  readonly forward: Float64Array;
  readonly fixedForward: Float64Array;
  readonly forwardConfidence: Float64Array;
  readonly rate: Float64Array;
  readonly rateConfidence: Float64Array;
  // one entry per underlying
  readonly indexPrice: Float64Array;
  readonly indexConfidence: Float64Array;
  // one entry per asset
  readonly assetPriceUsd: Float64Array;
  readonly assetConfidence: Float64Array;
}

/** An immutable, numbered market, resolved for calculation. */
export interface Market {
  readonly epoch: number;
  readonly timeMs: number;
  readonly venue: string;
  /** SHA-256 of time, venue, table and columns, hex: equal markets have equal hashes, whatever their epoch. */
  readonly hash: string;
  readonly table: MarketTable;
  readonly columns: MarketColumns;
}
