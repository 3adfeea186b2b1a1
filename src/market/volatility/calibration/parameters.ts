/**
 * Numbers of the calibration. Where no source is named they are choices, tested on the recorded chains of Deribit; the
 * sizes of results with them are in docs/calibration.md.
 */

/** Widest quote in use: (ask - bid) / mid. */
export const RELATIVE_SPREAD_MAX = 0.5;

/** A mid of at most this many ticks says little more than that the option is worth something. */
export const PRICE_TICKS_MIN = 5;

/** An expiry nearer than this has no fit of its own: its variance is that of the averaging and of a few trades. */
export const OWN_FIT_HOURS_MIN = 2;

/** Slices nearer than this are flagged. */
export const NEAR_EXPIRY_DAYS = 2;

/** Volatilities that a quote may imply, annualised fractions: 1 % and 1000 %. */
export const QUOTE_VOLATILITY_MIN = 0.01;
export const QUOTE_VOLATILITY_MAX = 10;

/** Least half spread of a quote, in volatility: a locked book is not known better than a quarter of a point. */
export const HALF_SPREAD_MIN = 0.0025;

/** Half spreads beyond which a quote pulls no harder. */
export const HUBER_DELTA = 2;

/** Half spreads from what the other quotes say beyond which a quote is left out, and the share that may be. */
export const OUTLIER_HALF_SPREADS = 10;
export const OUTLIER_SHARE_MAX = 0.2;

/** Good quotes for a free SVI slice, and for an eSSVI slice. */
export const SVI_QUOTES_MIN = 5;
export const ESSVI_QUOTES_MIN = 3;

/** Points of the grid on which arbitrage is penalised, and of the one on which it is judged. */
export const PENALTY_POINTS = 121;
export const CHECK_POINTS = 601;

/** The judged range; wider where quotes are. */
export const CHECKED_LOG_MONEYNESS = 1.5;

/** g that the fit keeps above, so that none is below 0 between the points of the grid. */
export const BUTTERFLY_MARGIN = 1e-3;

/** Penalties in turn, each with the precision of the pull towards a plain smile. */
export const PENALTY_STAGES: readonly (readonly [penalty: number, precision: number])[] = [
  [1e1, 1],
  [1e2, 0.3],
  [1e3, 0.1],
  [1e4, 0.03],
  [1e5, 0.01],
  [1e6, 0.01],
  [1e7, 0.01],
  [1e8, 0.01],
];

/** Of a warm fit: the last stage, with the pull towards the slice before it. */
export const WARM_STAGES: readonly (readonly [penalty: number, precision: number])[] = [
  [1e6, 1e-3],
  [1e8, 1e-3],
];

export const ITERATIONS_MAX = 100;
export const WARM_ITERATIONS_MAX = 40;
export const TOLERANCE = 1e-9;

/** Of the unconstrained slice that a fit is measured by. */
export const FREE_ITERATIONS_MAX = 200;
export const FREE_TOLERANCE = 1e-13;
export const STARTS = 8;

/** Weighted residual, in half spreads, below which a slice fits so well that a better fit means nothing. */
export const NOISE_MIN = 0.1;

/** Passes in which slices that pay too much for the shape of their neighbours get more weight. */
export const REWEIGHT_ROUNDS = 8;

/** Largest weighted rmse of an accepted slice, in that of the best unconstrained slice on the same quotes and weights. */
export const RMSE_RATIO_MAX = 1.1;

/** Share of quotes inside bid and ask that an accepted slice may lose against that slice. */
export const INSIDE_SHARE_LOSS_MAX = 0.03;

/** Gate: rmse <= max(half a point, 1.5 x median half spread), and 85 % of the quotes inside bid and ask. */
export const RMSE_MAX = 0.005;
export const RMSE_HALF_SPREADS_MAX = 1.5;
export const INSIDE_SHARE_MIN = 0.85;

/** Gate: the move at the money is believed within this many standard deviations of recent ones, or when seen twice. */
export const JUMP_DEVIATIONS_MAX = 5;

/** Volatility of volatility at the money before any move was seen: 150 % of the volatility a year. */
export const VOL_OF_VOL_START = 1.5;
/** Memory of recent moves, per accepted fit. */
export const MOVE_DECAY = 0.94;

/** Seconds in which the uncertainty of a slice that no quote confirms doubles. */
export const CONFIDENCE_HALF_LIFE_SECONDS = 60;
/** Uncertainty that stands for knowing nothing: 500 points of volatility. */
export const CONFIDENCE_MAX = 5;

/** A move by more than this share of the half spread, or this age, makes an expiry dirty. */
export const DIRTY_HALF_SPREADS = 0.1;
export const DIRTY_AGE_MS = 250;
