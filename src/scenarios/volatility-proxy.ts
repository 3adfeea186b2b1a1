import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { cholesky } from '../kernel/reference/symmetric-matrix.js';
import { sortedQuantile } from '../measures/quantile.js';

/** `change of ln volatility = intercept + slope r + curvature |r| + residual`, r the change of ln spot of the same day. */
export interface VolatilityProxy {
  readonly intercept: number;
  readonly slope: number;
  readonly curvature: number;
  /** Robust standard deviation of the residuals. */
  readonly residualDeviation: number;
  /** One per observation. */
  readonly residuals: Float64Array;
}

/** Below this many observations three coefficients say nothing. */
export const PROXY_OBSERVATIONS_MIN = 30;

/** Residuals beyond this many robust deviations lose weight: 95 % efficiency for normal residuals. */
const HUBER_REACH = 1.345;
/** A median absolute deviation times this estimates a normal standard deviation. */
const MAD_TO_DEVIATION = 1.4826022185056018;
const ITERATIONS_MAX = 200;

/**
 * Fits the proxy by iteratively reweighted least squares (P. J. Huber, "Robust estimation of a location parameter", 1964): a handful
 * of odd days decides nothing.
 *
 * @param returns changes of ln spot
 * @param volatilityChanges changes of ln volatility on the same days
 */
export function fitVolatilityProxy(
  returns: Float64Array,
  volatilityChanges: Float64Array,
): Outcome<VolatilityProxy> {
  const count = returns.length;
  if (count < PROXY_OBSERVATIONS_MIN || volatilityChanges.length !== count) {
    return failure(
      'MISSING_MARKET_DATA',
      'volatilityChanges',
      `Expected at least ${PROXY_OBSERVATIONS_MIN} pairs of changes but received ${count} and ${volatilityChanges.length}`,
    );
  }
  const weights = new Float64Array(count).fill(1);
  let coefficients = weightedFit(returns, volatilityChanges, weights);
  for (let k = 0; k < ITERATIONS_MAX; k += 1) {
    if (coefficients === undefined) break;
    const residuals = residualsOf(returns, volatilityChanges, coefficients);
    const bound = HUBER_REACH * robustDeviation(residuals);
    residuals.forEach((residual, i) => {
      weights[i] = Math.abs(residual) <= bound ? 1 : bound / Math.abs(residual);
    });
    const next = weightedFit(returns, volatilityChanges, weights);
    const previous: Coefficients = coefficients;
    coefficients = next;
    if (next?.every((value, i) => Math.abs(value - previous[i]!) <= 1e-13) === true) break;
  }
  if (coefficients === undefined) {
    return failure('INVALID_VALUE', 'returns', 'Expected returns of both signs and several sizes');
  }
  const [intercept, slope, curvature] = coefficients;
  const residuals = residualsOf(returns, volatilityChanges, coefficients);
  return success({ intercept, slope, curvature, residualDeviation: robustDeviation(residuals), residuals });
}

/** The change of ln volatility that the proxy gives for a return and a residual. */
export function proxyChange(proxy: VolatilityProxy, spotReturn: number, residual: number): number {
  return proxy.intercept + proxy.slope * spotReturn + proxy.curvature * Math.abs(spotReturn) + residual;
}

type Coefficients = readonly [intercept: number, slope: number, curvature: number];

/** Normal equations; undefined where the returns do not determine three coefficients. */
function weightedFit(x: Float64Array, y: Float64Array, weights: Float64Array): Coefficients | undefined {
  const matrix = new Float64Array(9);
  const right = new Float64Array(3);
  for (let i = 0; i < x.length; i += 1) {
    const basis = [1, x[i]!, Math.abs(x[i]!)];
    for (let a = 0; a < 3; a += 1) {
      right[a]! += weights[i]! * basis[a]! * y[i]!;
      for (let b = 0; b < 3; b += 1) matrix[3 * a + b]! += weights[i]! * basis[a]! * basis[b]!;
    }
  }
  const lower = cholesky(matrix, 3);
  if (lower === undefined) return undefined;
  const [l00, , , l10, l11, , l20, l21, l22] = lower as unknown as readonly number[];
  const u0 = right[0]! / l00!;
  const u1 = (right[1]! - l10! * u0) / l11!;
  const u2 = (right[2]! - l20! * u0 - l21! * u1) / l22!;
  const c2 = u2 / l22!;
  const c1 = (u1 - l21! * c2) / l11!;
  return [(u0 - l10! * c1 - l20! * c2) / l00!, c1, c2];
}

function residualsOf(x: Float64Array, y: Float64Array, [a, b, c]: Coefficients): Float64Array {
  return y.map((value, i) => value - a - b * x[i]! - c * Math.abs(x[i]!));
}

function robustDeviation(residuals: Float64Array): number {
  const middle = sortedQuantile(Float64Array.from(residuals).sort(), 0.5, 'R7');
  const spread = residuals.map((residual) => Math.abs(residual - middle)).sort();
  return MAD_TO_DEVIATION * sortedQuantile(spread, 0.5, 'R7');
}
