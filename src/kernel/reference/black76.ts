/**
 * Undiscounted Black-76 for one option, relative error <= 1e-12 of price and Greeks with the tails and tiny total
 * volatilities included.
 *
 * Every option is the intrinsic value plus an out-of-the-money option, and that one depends only on the smaller and the
 * larger of forward and strike: `a N(d1) - b N(d2)` with a <= b, x = ln(a/b) <= 0, d1 = x/s + s/2, d2 = x/s - s/2.
 * The textbook difference loses all digits when the two terms agree; it is then written as an integral of the scaled
 * distribution Y = N/n: with h = x/s, t = s/2 (P. Jaeckel, "Let's be rational", Wilmott 2015, section 6)
 *
 *   price = sqrt(ab) n(h) exp(-t^2/2) (Y(h + t) - Y(h - t)).
 */
import { INV_SQRT_TWO_PI, expOfMinusHalfSquare, normalCdf, normalPdf, scaledNormalCdf } from './normal.js';

/** Total volatility below which an option is worth its intrinsic value; keeps every Greek finite. */
export const TOTAL_VOLATILITY_MIN = 1e-100;

/** Below this ratio of t to max(1, |h|) the difference of Y is summed as a series; its sixth term is then < 1e-15. */
const SERIES_LIMIT = 0.05;

/** Below this |h| the moments are computed upward, above it by the continued fraction. */
const UPWARD_LIMIT = 2;

export interface Black76Value {
  price: number;
  /** d price / d forward. */
  delta: number;
  gamma: number;
  /** Per 1.00 of volatility. */
  vega: number;
  /** Per year, negative for a long option. */
  theta: number;
  /** d delta / d volatility. */
  vanna: number;
  /** d vega / d volatility. */
  volga: number;
}

/** ln(numerator / denominator) without loss of digits when the two are close. */
function logRatio(numerator: number, denominator: number): number {
  const relative = (numerator - denominator) / denominator;
  return Math.abs(relative) < 0.5 ? Math.log1p(relative) : Math.log(numerator / denominator);
}

/**
 * Y(h + t) - Y(h - t) for h <= 0 and small t: 2 (t I1 + t^3/3! I3 + t^5/5! I5 + ...) with the moments
 * I_k = integral of u^k exp(h u - u^2/2) over u > 0, the k-th derivative of Y at h.
 */
function scaledCdfDifferenceSeries(h: number, t: number): number {
  const moments = new Array<number>(12).fill(0);
  moments[0] = scaledNormalCdf(h);
  if (-h < UPWARD_LIMIT) {
    moments[1] = 1 + h * at(moments, 0);
    for (let k = 2; k < 12; k += 1) moments[k] = (k - 1) * at(moments, k - 2) + h * at(moments, k - 1);
  } else {
    // I_k / I_(k-1) = k / (|h| + I_(k+1) / I_k): every term positive, so downward recursion keeps all digits.
    const ratios = new Array<number>(12).fill(0);
    const depth = Math.ceil(20 + 320 / (h * h));
    let ratio = 0.5 * (h + Math.sqrt(h * h + 4 * (depth + 1)));
    for (let k = depth; k >= 1; k -= 1) {
      ratio = k / (ratio - h);
      if (k < 12) ratios[k] = ratio;
    }
    for (let k = 1; k < 12; k += 1) moments[k] = at(moments, k - 1) * at(ratios, k);
  }
  let sum = 0;
  let weight = 2 * t;
  for (let k = 1; k < 12; k += 2) {
    sum += weight * at(moments, k);
    weight *= (t * t) / ((k + 1) * (k + 2));
  }
  return sum;
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`No entry ${index} among ${values.length}`);
  return value;
}

/** `a N(x/s + s/2) - b N(x/s - s/2)` for 0 < a <= b, x = ln(a/b), s >= TOTAL_VOLATILITY_MIN. */
function outOfTheMoneyPrice(a: number, b: number, x: number, s: number): number {
  const h = x / s;
  const t = 0.5 * s;
  if (t < SERIES_LIMIT * Math.max(1, -h)) {
    const scale = Math.sqrt(a) * Math.sqrt(b) * INV_SQRT_TWO_PI;
    return scale * expOfMinusHalfSquare(h) * expOfMinusHalfSquare(t) * scaledCdfDifferenceSeries(h, t);
  }
  if (h + t > 0) return a * normalCdf(h + t) - b * normalCdf(h - t);
  const scale = Math.sqrt(a) * Math.sqrt(b) * INV_SQRT_TWO_PI;
  const difference = scaledNormalCdf(h + t) - scaledNormalCdf(h - t);
  return scale * expOfMinusHalfSquare(h) * expOfMinusHalfSquare(t) * difference;
}

/** Undiscounted price. Zero volatility, time, forward or strike give the intrinsic value. */
export function black76Price(
  isCall: boolean,
  forward: number,
  strike: number,
  volatility: number,
  timeToExpiryYears: number,
): number {
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  const a = Math.min(forward, strike);
  const b = Math.max(forward, strike);
  const totalVolatility = volatility * Math.sqrt(timeToExpiryYears);
  if (a === 0 || totalVolatility < TOTAL_VOLATILITY_MIN) return intrinsic;
  return intrinsic + outOfTheMoneyPrice(a, b, logRatio(a, b), totalVolatility);
}

/**
 * Price and Greeks. Without volatility the Greeks are those of the intrinsic value: delta at the strike is one half (the
 * limit), vega and vanna at the strike are their limits for vanishing volatility, and gamma and theta, which have no
 * finite limit there, are 0.
 */
export function black76(
  isCall: boolean,
  forward: number,
  strike: number,
  volatility: number,
  timeToExpiryYears: number,
): Black76Value {
  const price = black76Price(isCall, forward, strike, volatility, timeToExpiryYears);
  const rootTime = Math.sqrt(timeToExpiryYears);
  const s = volatility * rootTime;
  if (forward === 0 || strike === 0 || s < TOTAL_VOLATILITY_MIN) {
    const atTheMoney = forward === strike && forward > 0;
    const callDelta = atTheMoney ? 0.5 : forward > strike ? 1 : 0;
    const rootTimeAtTheMoney = atTheMoney ? rootTime : 0;
    return {
      price,
      delta: isCall ? callDelta : callDelta - 1,
      gamma: 0,
      vega: forward * INV_SQRT_TWO_PI * rootTimeAtTheMoney,
      theta: 0,
      vanna: 0.5 * INV_SQRT_TWO_PI * rootTimeAtTheMoney,
      volga: 0,
    };
  }
  const h = logRatio(forward, strike) / s;
  const d1 = h + 0.5 * s;
  const d2 = h - 0.5 * s;
  const density = normalPdf(d1);
  const vega = forward * density * rootTime;
  return {
    price,
    delta: isCall ? normalCdf(d1) : -normalCdf(-d1),
    gamma: density / (forward * s),
    vega,
    theta: (-forward * density * volatility) / (2 * rootTime),
    vanna: (-density * d2) / volatility,
    volga: (vega * d1 * d2) / volatility,
  };
}
