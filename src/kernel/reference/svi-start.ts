import { SVI_LOWER, SVI_PARAMETERS, SVI_UPPER } from '../svi.js';
import { entry, requireCount, requireLength } from './checks.js';

const SHIFTS = 21;
const WIDTHS = 20;
const WIDTH_FIRST = 0.01;
const WIDTH_STEP = 1.371;
const SLOPE_MIN = 1e-6;
const SLOPE_MAX = 2;

interface Corner {
  readonly shift: number;
  readonly width: number;
  readonly cost: number;
  readonly p1: number;
  readonly p2: number;
  readonly base: number;
}

interface Quote {
  readonly k: number;
  readonly w: number;
  readonly factor: number;
}

/** The twin of `native/kernels/svi_start.cc`. */
export function sviStarts(
  quoteCount: number,
  logMoneyness: Float64Array,
  totalVariance: Float64Array,
  weight: Float64Array,
  startCount: number,
  starts: Float64Array,
): number {
  requireCount('quoteCount', quoteCount);
  for (const [name, column] of Object.entries({ logMoneyness, totalVariance, weight }))
    requireLength(name, column, quoteCount);
  requireCount('startCount', startCount);
  requireLength('starts', starts, startCount * SVI_PARAMETERS);
  const quotes: Quote[] = [];
  for (let i = 0; i < quoteCount; i += 1) {
    const factor = entry(weight, i) ** 2;
    if (factor > 0) quotes.push({ k: entry(logMoneyness, i), w: entry(totalVariance, i), factor });
  }
  if (quotes.length === 0) return 0;

  const low = Math.min(...quotes.map(({ k }) => k));
  const range = Math.max(Math.max(...quotes.map(({ k }) => k)) - low, 1e-3);
  const corners: Corner[][] = [];
  for (let i = 0; i < SHIFTS; i += 1) {
    const shift = boxed(low + range * ((1.5 * i) / (SHIFTS - 1) - 0.25), 3);
    let width = WIDTH_FIRST * range;
    const row: Corner[] = [];
    for (let j = 0; j < WIDTHS; j += 1) {
      row.push(solveCorner(quotes, shift, boxed(width, 4)));
      width *= WIDTH_STEP;
    }
    corners.push(row);
  }
  return takeValleys(corners, startCount, starts);
}

function boxed(value: number, parameter: number): number {
  return Math.min(Math.max(value, SVI_LOWER[parameter] ?? NaN), SVI_UPPER[parameter] ?? NaN);
}

/** Best corners, best first; neighbours lead to the same valley and are left out. */
function takeValleys(corners: readonly Corner[][], startCount: number, starts: Float64Array): number {
  const isTaken = corners.map((row) => row.map(() => false));
  for (let found = 0; found < startCount; found += 1) {
    let best: { corner: Corner; i: number; j: number } | undefined;
    for (const [i, row] of corners.entries()) {
      for (const [j, corner] of row.entries()) {
        if (isTaken[i]?.[j] === true || !(corner.cost < (best?.corner.cost ?? Infinity))) continue;
        best = { corner, i, j };
      }
    }
    if (best === undefined) return found;
    const { i, j, corner } = best;
    isTaken.forEach((row, x) => {
      row.forEach((_, y) => {
        if (Math.abs(x - i) <= 2 && Math.abs(y - j) <= 2) row[y] = true;
      });
    });
    const wMin = Math.max(corner.base + corner.width * Math.sqrt(corner.p1 * corner.p2), SVI_LOWER[2] ?? NaN);
    starts.set([corner.p1, corner.p2, wMin, corner.shift, corner.width], found * SVI_PARAMETERS);
  }
  return startCount;
}

/** Weighted least squares of w on (R - d)/2, (R + d)/2 and 1 with both slopes in their box. */
function solveCorner(quotes: readonly Quote[], shift: number, width: number): Corner {
  const rows = quotes.map(({ k, w, factor }) => {
    const d = k - shift;
    const r = Math.sqrt(d * d + width * width);
    return { left: (r - d) / 2, right: (r + d) / 2, w, factor };
  });
  const total = rows.reduce((sum, { factor }) => sum + factor, 0);
  const mean = (of: (row: (typeof rows)[number]) => number): number =>
    rows.reduce((sum, row) => sum + row.factor * of(row), 0) / total;
  const left = mean((row) => row.left);
  const right = mean((row) => row.right);
  const w = mean((row) => row.w);
  const moment = (a: (row: (typeof rows)[number]) => number, b: (row: (typeof rows)[number]) => number) =>
    rows.reduce((sum, row) => sum + row.factor * a(row) * b(row), 0);
  const l = (row: (typeof rows)[number]): number => row.left - left;
  const r = (row: (typeof rows)[number]): number => row.right - right;
  const v = (row: (typeof rows)[number]): number => row.w - w;
  const [ll, lr, rr, lw, rw, vv] = [
    moment(l, l),
    moment(l, r),
    moment(r, r),
    moment(l, v),
    moment(r, v),
    moment(v, v),
  ];
  const corner = (p1: number, p2: number): Corner => ({
    shift,
    width,
    p1,
    p2,
    base: w - p1 * left - p2 * right,
    cost: vv + p1 * (p1 * ll + 2 * p2 * lr - 2 * lw) + p2 * (p2 * rr - 2 * rw),
  });
  const determinant = ll * rr - lr * lr;
  if (determinant > 1e-14 * ll * rr) {
    const p1 = (lw * rr - rw * lr) / determinant;
    const p2 = (rw * ll - lw * lr) / determinant;
    if (p1 >= SLOPE_MIN && p1 <= SLOPE_MAX && p2 >= SLOPE_MIN && p2 <= SLOPE_MAX) return corner(p1, p2);
  }
  const candidates = [SLOPE_MIN, SLOPE_MAX].flatMap((edge) => [
    ...(rr > 0 ? [corner(edge, boxed((rw - edge * lr) / rr, 1))] : []),
    ...(ll > 0 ? [corner(boxed((lw - edge * lr) / ll, 0), edge)] : []),
    corner(edge, edge),
    corner(edge, SLOPE_MIN + SLOPE_MAX - edge),
  ]);
  return candidates.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best));
}
