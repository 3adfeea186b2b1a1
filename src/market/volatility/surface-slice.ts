import type { SviSlice } from '../snapshot/market-snapshot.js';

/**
 * How a slice came about, from best to worst: an own SVI fit; an eSSVI slice because quotes were few; the previous slice moved
 * to the one or two quotes there were; the last good slice, unchanged.
 */
export const SLICE_KINDS = ['SVI', 'ESSVI', 'SHIFTED', 'LAST_GOOD'] as const;
export type SliceKind = (typeof SLICE_KINDS)[number];

/**
 * What a reader may rely on: `ACCEPTED`, the fit of this moment passed every gate; `DEGRADED`, it is of this moment but rests on
 * few quotes or on an expiry of less than two days; `STALE`, the fit was refused or had no quotes and an older slice stands.
 */
export const SLICE_STATUSES = ['ACCEPTED', 'DEGRADED', 'STALE'] as const;
export type SliceStatus = (typeof SLICE_STATUSES)[number];

/** One expiry of a surface. Volatilities are annualised fractions. */
export interface SurfaceSlice {
  readonly expiryMs: number;
  /** ACT/365 from the surface's `asOfMs`, > 0. */
  readonly timeToExpiryYears: number;
  /** Quote currency per coin, > 0. */
  readonly forward: number;
  /** Same unit, >= 0. */
  readonly forwardStandardError: number;
  readonly kind: SliceKind;
  /** An eSSVI slice is kept as the raw SVI slice it equals. */
  readonly parameters: SviSlice;
  /** ln(strike / forward) of the lowest and the highest quote in use; equal to each other and 0 when there was none. */
  readonly quotedLogMoneynessMin: number;
  readonly quotedLogMoneynessMax: number;
  /** Root of the weighted mean square of fitted less quoted mid volatility; absent when no quote was fitted. */
  readonly weightedRmseVolatility?: number;
  /** Share of the quotes in use whose fitted volatility lies within bid and ask, in [0, 1]; absent when there was none. */
  readonly insideBidAskShare?: number;
  /**
   * Uncertainty of the slice's volatilities, one number of volatility: sqrt(rmse^2 + (median half-spread / 2)^2 + drift^2 x age).
   * Larger is worse.
   */
  readonly confidence: number;
  readonly status: SliceStatus;
}

/** The slices of one underlying at one moment, by rising expiry. Immutable; a new fit is a new version. */
export interface VolatilitySurface {
  /** Number of the fit, >= 0, rising. */
  readonly version: number;
  readonly asOfMs: number;
  readonly underlying: string;
  /** Index price of the underlying, > 0. */
  readonly spot: number;
  readonly slices: readonly SurfaceSlice[];
}
