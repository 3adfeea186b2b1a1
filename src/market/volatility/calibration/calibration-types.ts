import type { OptionType } from '../../../domain/instrument.js';
import type { SliceKind, VolatilitySurface } from '../surface-slice.js';

/** One option as it is quoted. */
export interface OptionQuote {
  /** Quote currency per coin. */
  readonly strike: number;
  readonly optionType: OptionType;
  /** In the unit of the request; absent or 0 is no quote. */
  readonly bidPrice?: number;
  readonly askPrice?: number;
  /** Affiliated group of the quoter, where the source has it. */
  readonly group?: string;
}

export interface ExpiryQuotes {
  readonly expiryMs: number;
  /** Quote currency per coin; absent when nothing says it. */
  readonly forward?: number;
  /** Same unit, >= 0. */
  readonly forwardStandardError?: number;
  readonly quotes: readonly OptionQuote[];
}

export interface CalibrationRequest {
  readonly underlying: string;
  /** Index price, > 0. */
  readonly spot: number;
  readonly asOfMs: number;
  /** Number of the surface to be made. */
  readonly version: number;
  /** `COIN`: prices in coins of the expiry's forward, as inverse options are quoted; `QUOTE_CURRENCY`: in dollars. */
  readonly priceUnit: 'COIN' | 'QUOTE_CURRENCY';
  /** Smallest step of a price, in its unit. */
  readonly priceTick: number;
  /**
   * Length of the window whose average price settles the options; 0 for settlement at one moment. Implied volatilities are
   * those of `pricingYears`, which knows the window; the surface keeps total variance, so both clocks give one price.
   */
  readonly settlementWindowMs: number;
  readonly expiries: readonly ExpiryQuotes[];
  /** What the last call gave: warm starts, last good slices, recent moves. */
  readonly previous?: Calibration;
}

/** Why a quote is not in the fit. */
export const QUOTE_REFUSALS = [
  'INVALID_NUMBER',
  'NO_FORWARD',
  'EXPIRED',
  'IN_THE_MONEY',
  'NO_QUOTE',
  'ONE_SIDED',
  'CROSSED',
  'WIDE',
  'FEW_TICKS',
  'BELOW_INTRINSIC',
  'ABOVE_MAXIMUM',
  'VOLATILITY_OUT_OF_RANGE',
  /** More than ten half spreads from the slice through the other quotes. */
  'OUTLIER',
] as const;
export type QuoteRefusal = (typeof QUOTE_REFUSALS)[number];

/** Why a fit is not accepted as it is. */
export const FIT_REFUSALS = [
  /** No number of quotes above 0, or no time left. */
  'NO_QUOTES',
  'NO_FORWARD',
  'EXPIRED',
  /** Fewer good quotes than a free slice needs. */
  'FEW_QUOTES',
  /** Less than two hours to go. */
  'TOO_CLOSE_TO_EXPIRY',
  'NOT_CONVERGED',
  'RMSE',
  'INSIDE_SHARE',
  /** The shape that its neighbours leave costs more than a tenth of the rmse, or three points of the inside share. */
  'ARBITRAGE_BINDS',
  /** Butterfly or calendar arbitrage is left on the judged range. */
  'ARBITRAGE',
  /** The volatility at the money moved too far and was not seen twice. */
  'UNCONFIRMED_MOVE',
] as const;
export type FitRefusal = (typeof FIT_REFUSALS)[number];

/** A fit against the quotes it was made from. */
export interface FitQuality {
  /** Root mean square of (w - mid) / half spread in w. */
  readonly weightedRmse: number;
  /** Root of the mean square of fitted less mid volatility, weighted by 1 / half spread^2. */
  readonly weightedRmseVolatility: number;
  /** Share of quotes whose fitted volatility lies within bid and ask. */
  readonly insideShare: number;
}

/**
 * `ACCEPTED`: a fit of this moment that passed every gate. `DEGRADED`: of this moment, with `refusals`, used for want of
 * better. `STALE`: an older slice stands. `UNAVAILABLE`: there is nothing to stand on; the surface has no such slice.
 */
export type ExpiryStatus = 'ACCEPTED' | 'DEGRADED' | 'STALE' | 'UNAVAILABLE';

export interface ExpiryReport {
  readonly expiryMs: number;
  readonly timeToExpiryYears: number;
  /** The clock of the volatilities in this report. */
  readonly pricingYears: number;
  readonly status: ExpiryStatus;
  /** Tier of the slice in the surface; absent when there is none. */
  readonly kind?: SliceKind;
  readonly refusals: readonly FitRefusal[];
  readonly quotesUsed: number;
  readonly quotesRefused: Readonly<Partial<Record<QuoteRefusal, number>>>;
  /** Distinct groups among the quotes in use; absent where no quote names one. */
  readonly groups?: number;
  /** The slice in the surface. */
  readonly fit?: FitQuality;
  /** The best unconstrained SVI slice on the same quotes and weights; absent below five quotes. */
  readonly unconstrained?: FitQuality;
  /** Of the slice in the surface, on the judged range: smallest g, and smallest w less that of the slice before. */
  readonly worstButterfly?: number;
  readonly worstButterflyAt?: number;
  readonly worstCalendar?: number;
  readonly worstCalendarAt?: number;
  /** Uncertainty of its volatilities; larger is worse. */
  readonly confidence?: number;
  readonly isNearExpiry: boolean;
}

export interface Calibration {
  readonly surface: VolatilitySurface;
  readonly expiries: readonly ExpiryReport[];
  /** For the next call, by expiry. */
  readonly memory: ReadonlyMap<number, SliceMemory>;
}

/** What the next fit of an expiry starts from. Wings are p1, p2, wMin, m, s. */
export interface SliceMemory {
  readonly asOfMs: number;
  readonly timeToExpiryYears: number;
  readonly pricingYears: number;
  readonly forward: number;
  /** The last slice that was good enough to stand. */
  readonly wings: Float64Array;
  readonly unconstrained?: Float64Array;
  readonly noise: number;
  /** Uncertainty when it was fitted. */
  readonly confidence: number;
  readonly atmVolatility: number;
  /** Variance of its moves per second. */
  readonly moveVariance: number;
  /** A volatility at the money that was too far away to be believed at once. */
  readonly unconfirmedVolatility?: number;
}
