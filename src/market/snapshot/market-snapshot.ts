import type { Instrument } from '../../domain/instrument.js';

/**
 * A market as it is published: plain records, prices in US dollars unless stated, every number with a confidence in
 * [0, 1] (1 is certain). What is absent is unknown; it is never read as 0.
 */
export interface MarketSnapshot {
  /** Number of the epoch, >= 0; 0 for a market that was never published. */
  readonly epoch: number;
  readonly timeMs: number;
  /** Where it comes from, e.g. `deribit`; chooses the default model of the command line. */
  readonly venue: string;
  readonly underlyings: readonly UnderlyingQuote[];
  readonly assets: readonly AssetQuote[];
  readonly expiries: readonly ExpiryQuote[];
  readonly instruments: readonly InstrumentQuote[];
}

export interface UnderlyingQuote {
  readonly name: string;
  /** Index price, > 0. */
  readonly indexPrice: number;
  readonly confidence: number;
}

/** Price of what accounts hold as collateral or cash, e.g. `USDC` or `BTC`. */
export interface AssetQuote {
  readonly asset: string;
  readonly priceUsd: number;
  readonly confidence: number;
}

/** Everything that the options of one underlying and expiry share. */
export interface ExpiryQuote {
  readonly underlying: string;
  readonly expiryMs: number;
  /** Expected settlement price, > 0. */
  readonly forward: number;
  /**
   * Part of `forward` that is already averaged, in [0, forward): settlement on a 30-minute average. Absent when the window
   * has not begun; a model that needs it inside the window refuses to guess.
   */
  readonly fixedForward?: number;
  readonly forwardConfidence: number;
  /** Continuously compounded, ACT/365; absent is unknown. */
  readonly rate?: number;
  readonly rateConfidence?: number;
  readonly volatility?: VolatilitySource;
  /** Confidence of the volatilities of this expiry, where an instrument has none of its own. */
  readonly volatilityConfidence?: number;
}

export type VolatilitySource = SviSlice | VolatilityPoints;

/** Raw SVI: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), k = ln(strike/forward), volatility = sqrt(w / T). */
export interface SviSlice {
  readonly kind: 'SVI';
  readonly a: number;
  readonly b: number;
  readonly rho: number;
  readonly m: number;
  readonly sigma: number;
}

/** Quoted smile. Between strikes the total variance is linear in ln(strike); beyond the ends volatility is flat. */
export interface VolatilityPoints {
  readonly kind: 'POINTS';
  /** Strikes strictly increasing. */
  readonly points: readonly VolatilityPoint[];
}

export interface VolatilityPoint {
  readonly strike: number;
  /** Annualised fraction, > 0. */
  readonly volatility: number;
}

export interface InstrumentQuote {
  readonly instrument: Instrument;
  /** Quote currency for linear instruments and inverse futures; coins for inverse options. */
  readonly markPrice?: number;
  /** Confidence of the mark price of a delta-one instrument. */
  readonly priceConfidence?: number;
  /** Annualised fraction, > 0; it takes precedence over the volatility of the expiry. */
  readonly markVolatility?: number;
  readonly volatilityConfidence?: number;
  readonly bidPrice?: number;
  readonly askPrice?: number;
  /** Coins per contract of one long contract, as the venue states it; models that need a delta fall back to Black's. */
  readonly delta?: number;
  /** Fraction of notional that longs pay shorts every 8 hours; negative when shorts pay. */
  readonly eightHourFundingRate?: number;
  /** Fraction of notional for taking liquidity; negative is a rebate. */
  readonly feeRate?: number;
}
