/**
 * Implied volatility the slow way: the total volatility s is bracketed by doubling, halved down to one percent, and
 * polished by Newton's method on the logarithm of the price.
 *
 * With m = |ln(F/K)|, h = m/s, t = s/2 and Mills' ratio Y(z) = N(-z)/n(z), the out-of-the-money option is worth
 *
 *   sqrt(FK) n(h) exp(-t^2/2) (Y(h - t) - Y(h + t)),
 *
 * and lacks sqrt(FK) n(h) exp(-t^2/2) (Y(t - h) + Y(t + h)) of its limit min(F, K). The smaller of the two is solved for:
 * its relative error is the input's.
 */
import { IMPLIED_VOLATILITY_STATUS } from '../implied-volatility.js';
import type { ImpliedVolatilityInputs, ImpliedVolatilityStatus } from '../implied-volatility.js';
import { MAGNITUDE_MAX, POSITIVE_MIN } from '../layout.js';
import { entry, requireCount, requireLength } from './checks.js';
import { scaledNormalCdf } from './normal.js';

const SQRT_TWO_PI = 2.5066282746310005024;

/** Below this ratio of t to h + 1 the difference of Y is summed as a series. */
const SERIES_LIMIT = 0.5;
const SERIES_TERMS = 80;
/** Below this h the moments are computed upward, above it by the continued fraction. */
const UPWARD_LIMIT = 0.5;
/** Beyond this z, Y(-z) overflows; a price is at its limit long before. */
const MILLS_MIN = -37;

const BRACKET_WIDTH = 1.01;
const NEWTON_STEPS = 8;

function mills(z: number): number {
  return scaledNormalCdf(-Math.max(z, MILLS_MIN));
}

/** Moments I_k = integral of u^k exp(-h u - u^2/2) over u > 0, the derivatives of Y but for the sign. */
function moments(h: number): Float64Array {
  const result = new Float64Array(SERIES_TERMS);
  result[0] = mills(h);
  if (h < UPWARD_LIMIT) {
    result[1] = 1 - h * entry(result, 0);
    for (let k = 2; k < SERIES_TERMS; k += 1) {
      result[k] = (k - 1) * entry(result, k - 2) - h * entry(result, k - 1);
    }
    return result;
  }
  // I_k / I_(k-1) = k / (h + I_(k+1) / I_k): every term positive, so downward recursion keeps all digits.
  const ratios = new Float64Array(SERIES_TERMS);
  const depth = Math.ceil(2 * SERIES_TERMS + 400 / (h * h));
  let ratio = 0.5 * (Math.sqrt(h * h + 4 * (depth + 1)) - h);
  for (let k = depth; k >= 1; k -= 1) {
    ratio = k / (h + ratio);
    if (k < SERIES_TERMS) ratios[k] = ratio;
  }
  for (let k = 1; k < SERIES_TERMS; k += 1) result[k] = entry(result, k - 1) * entry(ratios, k);
  return result;
}

/** Y(h - t) - Y(h + t), by 2 (t I1 + t^3/3! I3 + t^5/5! I5 + ...) where the two values agree in their first digits. */
function millsDifference(h: number, t: number): number {
  if (t >= SERIES_LIMIT * (h + 1)) return mills(h - t) - mills(h + t);
  const integrals = moments(h);
  let sum = 0;
  let weight = 2 * t;
  for (let k = 1; k < SERIES_TERMS; k += 2) {
    const term = weight * entry(integrals, k);
    sum += term;
    if (term < 1e-18 * sum) break;
    weight *= (t * t) / ((k + 1) * (k + 2));
  }
  return sum;
}

interface Equation {
  /** |ln(forward / strike)|. */
  readonly moneyness: number;
  /** Of the price, or of what it lacks, in units of sqrt(forward x strike) / sqrt(2 pi). */
  readonly target: number;
  /** ln(target), also where the target itself underflows. */
  readonly logTarget: number;
  readonly missing: boolean;
}

/** ln of the price (or of what it lacks) over the target, and its derivative in ln s; positive where s is too large. */
function evaluate(equation: Equation, s: number): { value: number; slope: number } {
  const h = equation.moneyness / s;
  const t = 0.5 * s;
  const scaled = equation.missing ? mills(t - h) + mills(t + h) : millsDifference(h, t);
  const logScaled =
    equation.target > 1e-290 ? Math.log(scaled / equation.target) : Math.log(scaled) - equation.logTarget;
  const value = logScaled - 0.5 * (h * h + t * t);
  // Far below the root h^2 or the moments overflow.
  if (!Number.isFinite(value)) return { value: h > t ? -Infinity : Infinity, slope: 1 };
  return equation.missing ? { value: -value, slope: s / scaled } : { value, slope: s / scaled };
}

function solve(equation: Equation): number {
  let low = Math.max(1, Math.sqrt(2 * equation.moneyness));
  let high = low;
  while (evaluate(equation, low).value > 0) low /= 2;
  while (evaluate(equation, high).value < 0) high *= 2;
  while (high > low * BRACKET_WIDTH) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (evaluate(equation, middle).value > 0) high = middle;
    else low = middle;
  }
  let s = low;
  for (let step = 0; step < NEWTON_STEPS; step += 1) {
    const { value, slope } = evaluate(equation, s);
    s = Math.min(Math.max(s - (s * value) / slope, low), high);
  }
  return s;
}

/** Total volatility of an out-of-the-money option; 0 < timeValue < smaller <= larger. */
function totalVolatility(smaller: number, larger: number, timeValue: number): number {
  const relative = (smaller - larger) / larger;
  const moneyness = -(relative > -0.5 ? Math.log1p(relative) : Math.log(smaller / larger));
  const missing = smaller - timeValue < 0.25 * smaller;
  const part = missing ? smaller - timeValue : timeValue;
  const unit = (larger * Math.sqrt(smaller / larger)) / SQRT_TWO_PI;
  return solve({ moneyness, target: part / unit, logTarget: Math.log(part) - Math.log(unit), missing });
}

/** ln of sqrt(2 pi) x the out-of-the-money price in units of sqrt(forward x strike); `moneyness` = |ln(forward / strike)|. */
export function logTimeValue(moneyness: number, totalVolatility: number): number {
  return evaluate({ moneyness, target: 0, logTarget: 0, missing: false }, totalVolatility).value;
}

/** Its inverse. */
export function totalVolatilityOfLog(moneyness: number, logTimeValue: number): number {
  return solve({ moneyness, target: 0, logTarget: logTimeValue, missing: false });
}

function isPositive(value: number): boolean {
  return value >= POSITIVE_MIN && value <= MAGNITUDE_MAX;
}

/** One row: its status, and its volatility, which is 0 unless the status is `OK`. */
export function impliedVolatilityOf(
  isCall: number,
  forward: number,
  strike: number,
  price: number,
  timeToExpiryYears: number,
): { readonly status: ImpliedVolatilityStatus; readonly volatility: number } {
  const refused = (status: ImpliedVolatilityStatus) => ({ status, volatility: 0 });
  const numbers = [forward, strike, price, timeToExpiryYears];
  if (!numbers.every(Number.isFinite)) return refused(IMPLIED_VOLATILITY_STATUS.NOT_FINITE);
  if (isCall > 1 || !isPositive(forward) || !isPositive(strike)) {
    return refused(IMPLIED_VOLATILITY_STATUS.OUT_OF_DOMAIN);
  }
  if (timeToExpiryYears <= 0) return refused(IMPLIED_VOLATILITY_STATUS.ZERO_TIME);
  if (!isPositive(timeToExpiryYears)) return refused(IMPLIED_VOLATILITY_STATUS.OUT_OF_DOMAIN);
  const intrinsic = Math.max(isCall === 1 ? forward - strike : strike - forward, 0);
  const smaller = Math.min(forward, strike);
  if (price < intrinsic) return refused(IMPLIED_VOLATILITY_STATUS.BELOW_INTRINSIC);
  if (price === intrinsic) return refused(IMPLIED_VOLATILITY_STATUS.AT_INTRINSIC);
  if (price >= (isCall === 1 ? forward : strike) || price - intrinsic >= smaller) {
    return refused(IMPLIED_VOLATILITY_STATUS.ABOVE_MAXIMUM);
  }
  const total = totalVolatility(smaller, Math.max(forward, strike), price - intrinsic);
  return { status: IMPLIED_VOLATILITY_STATUS.OK, volatility: total / Math.sqrt(timeToExpiryYears) };
}

export function impliedVolatility(
  inputs: ImpliedVolatilityInputs,
  volatility: Float64Array,
  status: Uint8Array,
): void {
  requireCount('inputs.count', inputs.count);
  for (const name of ['isCall', 'forward', 'strike', 'price', 'timeToExpiryYears'] as const) {
    requireLength(`inputs.${name}`, inputs[name], inputs.count);
  }
  requireLength('volatility', volatility, inputs.count);
  requireLength('status', status, inputs.count);
  for (let i = 0; i < inputs.count; i += 1) {
    const row = impliedVolatilityOf(
      entry(inputs.isCall, i),
      entry(inputs.forward, i),
      entry(inputs.strike, i),
      entry(inputs.price, i),
      entry(inputs.timeToExpiryYears, i),
    );
    volatility[i] = row.volatility;
    status[i] = row.status;
  }
}
