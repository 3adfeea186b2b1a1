/**
 * A P&L of `delta' u + u' Gamma u / 2` with u normal of mean 0: a screen and a control variate, never a margin.
 *
 * In the eigenvectors of L' Gamma L (covariance = L L') it is a sum of independent `d z + lambda z^2 / 2`, so that its moments and
 * its cumulant generating function are closed. Many printed formulas for its third and fourth moment are wrong; these are
 * `tr((GO)^3) + 3 d'OGOd` and, in excess of the normal, `3 tr((GO)^4) + 12 d'O(GO)^2 d`.
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { normalCdf, normalPdf } from '../kernel/reference/normal.js';
import { symmetricEigen } from '../kernel/reference/symmetric-matrix.js';
import { refuseConfidence } from './sample.js';

export interface DeltaGammaBook {
  /** P&L per unit of each factor. */
  readonly delta: Float64Array;
  /** Second derivatives, row-major, symmetric. */
  readonly gamma: Float64Array;
  /** Covariance of the factors' moves, row-major, positive semidefinite. */
  readonly covariance: Float64Array;
}

/** One independent part: `slope z + curvature z^2 / 2`, z standard normal. */
interface Part {
  readonly slope: number;
  readonly curvature: number;
}

export interface DeltaGammaMoments {
  readonly mean: number;
  readonly variance: number;
  /** Of the P&L. */
  readonly skewness: number;
  readonly excessKurtosis: number;
}

/** Moments of the P&L. Fails for extents that do not fit, a covariance with a negative eigenvalue, and a book without variance. */
export function deltaGammaMoments(book: DeltaGammaBook): Outcome<DeltaGammaMoments> {
  const parts = independentParts(book);
  if (!parts.ok) return parts;
  const sum = (term: (part: Part) => number): number =>
    parts.value.reduce((total, part) => total + term(part), 0);
  const variance = sum(({ slope, curvature }) => slope ** 2 + curvature ** 2 / 2);
  if (!(variance > 0)) {
    return failure('INVALID_VALUE', 'delta', `Expected a P&L with a variance > 0 but it is ${variance}`);
  }
  const third = sum(({ slope, curvature }) => curvature ** 3 + 3 * slope ** 2 * curvature);
  const fourth = sum(({ slope, curvature }) => 3 * curvature ** 4 + 12 * slope ** 2 * curvature ** 2);
  return success({
    mean: sum(({ curvature }) => curvature / 2),
    variance,
    skewness: third / variance ** 1.5,
    excessKurtosis: fourth / variance ** 2,
  });
}

/**
 * p-quantile of the P&L by the saddlepoint formula of R. Lugannani and S. Rice (1980), within a per cent or so of the exact one
 * also where a Cornish-Fisher expansion is absurd.
 */
export function deltaGammaQuantile(book: DeltaGammaBook, p: number): Outcome<number> {
  const refused = refuseConfidence(p);
  if (refused !== undefined) return { ok: false, failure: refused };
  const moments = deltaGammaMoments(book);
  if (!moments.ok) return moments;
  const parts = independentParts(book);
  if (!parts.ok) return parts;
  const saddle = saddleOf(parts.value, Math.sqrt(moments.value.variance), p);
  return success(cumulants(parts.value, saddle).first);
}

const BISECTIONS = 200;

/** The saddle point at which the distribution function is p; the function rises with it. */
function saddleOf(parts: readonly Part[], standardDeviation: number, p: number): number {
  const curvatures = parts.map(({ curvature }) => curvature);
  const top = Math.max(...curvatures);
  const bottom = Math.min(...curvatures);
  let low = bottom < 0 ? 1 / bottom : -1 / standardDeviation;
  let high = top > 0 ? 1 / top : 1 / standardDeviation;
  while (bottom >= 0 && distribution(parts, low) > p) low *= 2;
  while (top <= 0 && distribution(parts, high) < p) high *= 2;
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (distribution(parts, middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(P&L <= first cumulant at the saddle point). */
function distribution(parts: readonly Part[], saddle: number): number {
  const { zeroth, first, second, third } = cumulants(parts, saddle);
  const w = Math.sign(saddle) * Math.sqrt(Math.max(0, 2 * (saddle * first - zeroth)));
  // At the mean the two reciprocals cancel; their limit is a third cumulant.
  if (Math.abs(w) < 1e-4) return normalCdf(w) + (normalPdf(w) * third) / (6 * second ** 1.5);
  return normalCdf(w) + normalPdf(w) * (1 / w - 1 / (saddle * Math.sqrt(second)));
}

/** Cumulant generating function and its derivatives. */
function cumulants(
  parts: readonly Part[],
  t: number,
): { zeroth: number; first: number; second: number; third: number } {
  const sums = { zeroth: 0, first: 0, second: 0, third: 0 };
  for (const { slope, curvature } of parts) {
    const r = 1 / (1 - curvature * t);
    const d2 = slope * slope;
    sums.zeroth += Math.log(r) / 2 + (t * t * d2 * r) / 2;
    sums.first += (curvature * r) / 2 + d2 * t * r + (d2 * curvature * t * t * r * r) / 2;
    sums.second += (curvature * r) ** 2 / 2 + d2 * r ** 3;
    sums.third += (curvature * r) ** 3 + 3 * d2 * curvature * r ** 4;
  }
  return sums;
}

const NEGATIVE_EIGENVALUE_TOLERANCE = 1e-10;

function independentParts({ delta, gamma, covariance }: DeltaGammaBook): Outcome<Part[]> {
  const size = delta.length;
  for (const [name, matrix] of [
    ['gamma', gamma],
    ['covariance', covariance],
  ] as const) {
    if (matrix.length !== size * size || !matrix.every(Number.isFinite)) {
      return failure(
        'INVALID_VALUE',
        name,
        `Expected ${size * size} finite numbers but received ${matrix.length} entries`,
      );
    }
  }
  const { values, vectors } = symmetricEigen(covariance, size);
  const largest = Math.max(0, ...values);
  const smallest = Math.min(...values);
  if (smallest < -NEGATIVE_EIGENVALUE_TOLERANCE * largest) {
    return failure(
      'INVALID_VALUE',
      'covariance',
      `Expected eigenvalues >= 0 but the smallest is ${smallest}`,
    );
  }
  // Columns of the root are eigenvectors times the root of their eigenvalue: root root' = covariance.
  const root = vectors.map((entry, index) => entry * Math.sqrt(Math.max(0, values[index % size]!)));
  const curved = multiply(transposed(root, size), multiply(gamma, root, size), size);
  const own = symmetricEigen(curved, size);
  const slopes = multiplyRow(multiplyRow(delta, root, size), own.vectors, size);
  return success(Array.from({ length: size }, (_, i) => ({ slope: slopes[i]!, curvature: own.values[i]! })));
}

function multiply(left: Float64Array, right: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < size; k += 1) {
      for (let j = 0; j < size; j += 1) {
        product[i * size + j]! += left[i * size + k]! * right[k * size + j]!;
      }
    }
  }
  return product;
}

function multiplyRow(row: Float64Array, matrix: Float64Array, size: number): Float64Array {
  const product = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    for (let j = 0; j < size; j += 1) product[j]! += row[k]! * matrix[k * size + j]!;
  }
  return product;
}

function transposed(matrix: Float64Array, size: number): Float64Array {
  return matrix.map((_, index) => matrix[(index % size) * size + Math.floor(index / size)]!);
}
