/** Columns of undiscounted option prices, one entry per option. Any numbers: what is wrong with a row is its status. */
export interface ImpliedVolatilityInputs {
  readonly count: number;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Uint8Array;
  /** Quote currency per coin. */
  readonly forward: Float64Array;
  /** Quote currency per coin. */
  readonly strike: Float64Array;
  /** Undiscounted, quote currency per coin, as the forward; a price in coins is multiplied by the forward before. */
  readonly price: Float64Array;
  /** ACT/365. */
  readonly timeToExpiryYears: Float64Array;
}

/**
 * Why a row has no implied volatility. `NOT_FINITE` is looked for first, then the domain of forward and strike, then the
 * time, then the price. `ImpliedVolatilityStatus` of `native/kernels/implied_volatility_row.h` has the same codes.
 */
export const IMPLIED_VOLATILITY_STATUS = {
  OK: 0,
  /** The price is below the intrinsic value; negative prices are. */
  BELOW_INTRINSIC: 1,
  /** The price equals the intrinsic value, 0 out of the money: any volatility small enough would do. */
  AT_INTRINSIC: 2,
  /** The price reaches or exceeds its limit for infinite volatility: the forward for a call, the strike for a put. */
  ABOVE_MAXIMUM: 3,
  /** At or past expiry. */
  ZERO_TIME: 4,
  /** A number is NaN or infinite. */
  NOT_FINITE: 5,
  /** Forward or strike not positive, or forward, strike or time outside [1e-60, 1e60], or neither call nor put. */
  OUT_OF_DOMAIN: 6,
} as const;
export type ImpliedVolatilityStatus =
  (typeof IMPLIED_VOLATILITY_STATUS)[keyof typeof IMPLIED_VOLATILITY_STATUS];
