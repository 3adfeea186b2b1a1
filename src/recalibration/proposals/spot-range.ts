/** How far the price of an underlying may go over a holding period: what the range of a scenario grid should be. */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { sampleErrors } from '../../measures/standard-errors.js';
import { sortedQuantile } from '../../measures/quantile.js';
import { ewmaFilter, rescaled } from '../../scenarios/ewma-filter.js';
import { fitParetoTail } from '../../scenarios/pareto-tail.js';

export interface SpotRange {
  /** Share of price, rounded up to `ROUNDING`. */
  readonly range: number;
  /** Relative standard error of the quantile. */
  readonly relativeError: number;
  /** The same quantile by a Pareto tail: the audit run. */
  readonly paretoRange: number;
}

export interface SpotRangeTerms {
  readonly confidence: number;
  readonly horizonHours: number;
  readonly decay: number;
}

/** 99.9 % of the moves of a day, filtered with the decay of the house (market-and-risk.md 7.3). */
export const HOUSE_SPOT_RANGE: SpotRangeTerms = { confidence: 0.999, horizonHours: 24, decay: 0.97 };

/** Ranges are published in half percents. */
const ROUNDING = 0.005;

/** Where the Pareto tail begins. */
const PARETO_THRESHOLD = 0.95;

/**
 * The quantile of |move| over the horizon by filtered history: every day's move at today's volatility.
 *
 * @param dailyReturns changes of ln price, a day each, oldest first
 */
export function spotRange(
  dailyReturns: Float64Array,
  terms: SpotRangeTerms = HOUSE_SPOT_RANGE,
): Outcome<SpotRange> {
  const { confidence, horizonHours, decay } = terms;
  if (!(horizonHours > 0 && horizonHours < Infinity)) {
    const what = expected('a finite number > 0', 'horizonHours', horizonHours);
    return failure('INVALID_PARAMETER', 'horizonHours', what);
  }
  const filtered = ewmaFilter(dailyReturns, decay);
  if (!filtered.ok) return filtered;
  const { deviation, deviationNow } = filtered.value;
  const scale = Math.sqrt(horizonHours / 24);
  const moves = dailyReturns.map((move, t) => {
    const ratio = deviationNow / (deviation[t] ?? NaN);
    return Math.abs(Math.expm1(scale * rescaled(move, ratio, false)));
  });
  const errors = sampleErrors(moves, confidence);
  if (!errors.ok) return errors;
  const sorted = Float64Array.from(moves).sort();
  const quantile = sortedQuantile(sorted, confidence, 'R7');
  const pareto = paretoQuantile(sorted, confidence);
  if (!pareto.ok) return pareto;
  return success({
    range: roundedUp(quantile),
    relativeError: errors.value.valueAtRisk / quantile,
    paretoRange: roundedUp(pareto.value),
  });
}

/** Rounding must not lift a number that is a half percent already. */
function roundedUp(share: number): number {
  return Math.ceil(share / ROUNDING - 1e-9) * ROUNDING;
}

function paretoQuantile(sorted: Float64Array, confidence: number): Outcome<number> {
  const threshold = sortedQuantile(sorted, PARETO_THRESHOLD, 'R7');
  const fitted = fitParetoTail(sorted.filter((move) => move > threshold).map((move) => move - threshold));
  if (!fitted.ok) return fitted;
  const { shape, scale } = fitted.value;
  const beyond = (1 - confidence) / (1 - PARETO_THRESHOLD);
  const excess = shape === 0 ? -scale * Math.log(beyond) : (scale / shape) * (beyond ** -shape - 1);
  return success(threshold + excess);
}

/** Changes below noise are not made: 2 %, or two standard errors (market-and-risk.md 7.3). */
export function noiseBand(relativeError: number): number {
  return Math.max(0.02, 2 * relativeError);
}
