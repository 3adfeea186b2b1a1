import {
  BUTTERFLY_TOLERANCE,
  INTERPOLATION,
  QUERY_FLAG,
  SURFACE_ANSWER_NAMES,
  SURFACE_COLUMN_NAMES,
  VOLATILITY_GUARD,
} from '../surface-query.js';
import type { SurfaceAnswers, SurfaceColumns, SurfaceQueries } from '../surface-query.js';
import { MAGNITUDE_MAX, POSITIVE_MIN } from '../layout.js';
import { logTimeValue, totalVolatilityOfLog } from './implied-volatility.js';
import { entry, requireCount, requireLength } from './checks.js';

/** Entries of `SurfaceColumns.rates`. */
const SHORT_CARRY = 0;
const LONG_VARIANCE_RATE = 1;

/** Raw SVI, and the derivatives of its total variance in k. */
interface Smile {
  readonly a: number;
  readonly b: number;
  readonly rho: number;
  readonly m: number;
  readonly sigma: number;
}

interface Variance {
  readonly w: number;
  readonly dw: number;
  readonly d2w: number;
}

/** Total variance and butterfly measure at one k. */
interface SmilePoint {
  readonly w: number;
  readonly g: number;
}

/** Twin of `native/kernels/surface_query.cc`. */
export function surfaceQuery(
  surface: SurfaceColumns,
  queries: SurfaceQueries,
  answers: SurfaceAnswers,
): void {
  checkSurface(surface);
  checkQueries(queries);
  for (const name of SURFACE_ANSWER_NAMES) requireLength(`answers.${name}`, answers[name], queries.count);
  requireLength('answers.flags', answers.flags, queries.count);
  for (let i = 0; i < queries.count; i += 1) {
    answer(surface, entry(queries.strike, i), entry(queries.timeToExpiryYears, i), i, answers);
  }
}

function checkSurface(surface: SurfaceColumns): void {
  const { sliceCount, interpolation, rates } = surface;
  requireCount('surface.sliceCount', sliceCount);
  if (sliceCount === 0)
    throw new RangeError('Expected at least 1 slice for surface.sliceCount but received 0 of type number');
  for (const name of SURFACE_COLUMN_NAMES) requireLength(`surface.${name}`, surface[name], sliceCount);
  requireLength('surface.interpolation', interpolation, sliceCount);
  requireLength('surface.rates', rates, 2);
  const ratesAreSound = isBounded(entry(rates, 0)) && isBounded(entry(rates, 1));
  for (let i = 0; i < sliceCount; i += 1) {
    if (ratesAreSound && isSound(surface, i)) continue;
    throw new RangeError(
      `Expected a slice within the kernel's domain for surface[${i}]: times rising, forward and sigma positive, |rho| < 1, all numbers finite`,
    );
  }
}

function isSound(surface: SurfaceColumns, slice: number): boolean {
  const years = entry(surface.timeToExpiryYears, slice);
  const isRising = slice === 0 || years > entry(surface.timeToExpiryYears, slice - 1);
  const areBounded = SURFACE_COLUMN_NAMES.every((name) => isBounded(entry(surface[name], slice)));
  const arePositive = (['timeToExpiryYears', 'forward', 'sigma'] as const).every((name) =>
    isPositive(entry(surface[name], slice)),
  );
  const rule = entry(surface.interpolation, slice);
  const hasRule = Object.values(INTERPOLATION).some((code) => code === rule);
  const isShaped =
    rule !== INTERPOLATION.ESSVI ||
    slice + 1 === surface.sliceCount ||
    [surface.a, surface.b].every((column) => entry(column, slice) > 0 && entry(column, slice + 1) > 0);
  return (
    isRising && areBounded && arePositive && Math.abs(entry(surface.rho, slice)) < 1 && hasRule && isShaped
  );
}

function isBounded(value: number): boolean {
  return Math.abs(value) <= MAGNITUDE_MAX;
}

function isPositive(value: number): boolean {
  return value >= POSITIVE_MIN && value <= MAGNITUDE_MAX;
}

function checkQueries(queries: SurfaceQueries): void {
  requireCount('queries.count', queries.count);
  for (const name of ['strike', 'timeToExpiryYears'] as const)
    requireLength(`queries.${name}`, queries[name], queries.count);
  for (let i = 0; i < queries.count; i += 1)
    for (const name of ['strike', 'timeToExpiryYears'] as const) {
      const value = entry(queries[name], i);
      if (!isPositive(value))
        throw new RangeError(
          `Expected a number in [${POSITIVE_MIN}, ${MAGNITUDE_MAX}] for queries.${name}[${i}] but received ${value} of type number`,
        );
    }
}

function answer(
  surface: SurfaceColumns,
  strike: number,
  years: number,
  index: number,
  answers: SurfaceAnswers,
): void {
  const last = surface.sliceCount - 1;
  let near = 0;
  while (near < last && entry(surface.timeToExpiryYears, near + 1) <= years) near += 1;
  const nearYears = entry(surface.timeToExpiryYears, near);
  const carry = years < nearYears ? entry(surface.rates, SHORT_CARRY) : entry(surface.carry, near);
  const k = Math.log(strike / entry(surface.forward, near)) - carry * (years - nearYears);

  const { w, g } = smilePointAt(surface, near, years, k);
  const isBetween = years > nearYears && near < last;
  const rangeMin = isBetween
    ? Math.max(entry(surface.quotedMin, near), entry(surface.quotedMin, near + 1))
    : entry(surface.quotedMin, near);
  const rangeMax = isBetween
    ? Math.min(entry(surface.quotedMax, near), entry(surface.quotedMax, near + 1))
    : entry(surface.quotedMax, near);

  const hasVariance = w >= POSITIVE_MIN;
  const rootW = Math.sqrt(w);
  const dMinus = -k / rootW - rootW / 2;
  const density = hasVariance ? (g / (rootW * Math.sqrt(2 * Math.PI))) * Math.exp((-dMinus * dMinus) / 2) : 0;

  const volatility = hasVariance ? Math.sqrt(w / years) : 0;
  const guarded = Math.min(VOLATILITY_GUARD.max, Math.max(VOLATILITY_GUARD.min, volatility));
  answers.volatility[index] = guarded;
  answers.totalVariance[index] = guarded === volatility ? w : guarded * guarded * years;
  answers.butterflyMeasure[index] = g;
  answers.density[index] = density;
  answers.confidence[index] = isBetween
    ? Math.max(entry(surface.confidence, near), entry(surface.confidence, near + 1))
    : entry(surface.confidence, near);
  answers.flags[index] =
    (k < rangeMin || k > rangeMax ? QUERY_FLAG.EXTRAPOLATED_STRIKE : 0) |
    (years < nearYears || (near === last && years > nearYears) ? QUERY_FLAG.EXTRAPOLATED_TIME : 0) |
    (guarded === volatility ? 0 : QUERY_FLAG.GUARDED) |
    (g >= -BUTTERFLY_TOLERANCE ? 0 : QUERY_FLAG.ARBITRAGE);
}

/** `near` is the last slice at or before the time, or the first of all. */
function smilePointAt(surface: SurfaceColumns, near: number, years: number, k: number): SmilePoint {
  const nearYears = entry(surface.timeToExpiryYears, near);
  const isBetween = years > nearYears && near < surface.sliceCount - 1;
  if (!isBetween || entry(surface.interpolation, near) !== INTERPOLATION.PRICE)
    return pointOf(varianceAt(surface, near, years, k), k);
  const share = (years - nearYears) / (entry(surface.timeToExpiryYears, near + 1) - nearYears);
  const smiles = [smileOf(surface, near), smileOf(surface, near + 1)] as const;
  return smiles.every((smile) => isPriced(smile, k))
    ? mixPrices(...smiles, share, k)
    : pointOf(varianceAt(surface, near, years, k), k);
}

/** Farthest |k|/s + s/2 at which prices are mixed, and largest s/2 - |k|/s. */
const PRICED_DISTANCE_MAX = 1000;
const PRICED_DEPTH_MAX = 1;

function isPriced(smile: Smile, k: number): boolean {
  const s = Math.sqrt(smileVariance(smile, k).w);
  const h = Math.abs(k) / s;
  const hasVariance = [0, k].every((at) => smileVariance(smile, at).w >= POSITIVE_MIN);
  return hasVariance && s / 2 - h <= PRICED_DEPTH_MAX && h + s / 2 <= PRICED_DISTANCE_MAX;
}

/** Without variance there is no g. */
function pointOf({ w, dw, d2w }: Variance, k: number): SmilePoint {
  const first = 1 - (k * dw) / (2 * w);
  const half = dw / 2;
  return { w, g: w >= POSITIVE_MIN ? first * first - half * half * (1 / w + 0.25) + d2w / 2 : 0 };
}

/** The smile whose option prices lie between those of two others, and the density with them. */
function mixPrices(nearSmile: Smile, farSmile: Smile, share: number, k: number): SmilePoint {
  const near = pointOf(smileVariance(nearSmile, k), k);
  const far = pointOf(smileVariance(farSmile, k), k);
  const root = (w: number): number => Math.sqrt(w);
  const [nearForward, farForward] = [smileVariance(nearSmile, 0).w, smileVariance(farSmile, 0).w];
  const between = (1 - share) * nearForward + share * farForward;
  const weight = (share * (root(nearForward) + root(farForward))) / (root(nearForward) + root(between));

  const moneyness = Math.abs(k);
  const nearLog = logTimeValue(moneyness, root(near.w)) + Math.log(1 - weight);
  const farLog = logTimeValue(moneyness, root(far.w)) + Math.log(weight);
  const larger = Math.max(nearLog, farLog);
  const sum = larger + Math.log(Math.exp(nearLog - larger) + Math.exp(farLog - larger));
  const deviation = totalVolatilityOfLog(moneyness, sum);

  const dMinus = (s: number): number => -k / s - s / 2;
  const densityRatio = (s: number): number =>
    (deviation / s) * Math.exp((dMinus(deviation) ** 2 - dMinus(s) ** 2) / 2);
  return {
    w: deviation * deviation,
    g: (1 - weight) * near.g * densityRatio(root(near.w)) + weight * far.g * densityRatio(root(far.w)),
  };
}

/** Total variance at k of a time: `near` is the last slice at or before it, or the first of all. */
function varianceAt(surface: SurfaceColumns, near: number, years: number, k: number): Variance {
  const nearYears = entry(surface.timeToExpiryYears, near);
  const nearSmile = smileOf(surface, near);
  if (years < nearYears) return scaled(smileVariance(nearSmile, k), years / nearYears, 0);
  if (near === surface.sliceCount - 1)
    return scaled(
      smileVariance(nearSmile, k),
      1,
      entry(surface.rates, LONG_VARIANCE_RATE) * (years - nearYears),
    );

  const share = (years - nearYears) / (entry(surface.timeToExpiryYears, near + 1) - nearYears);
  const farSmile = smileOf(surface, near + 1);
  if (entry(surface.interpolation, near) === INTERPOLATION.ESSVI)
    return smileVariance(essviBetween(nearSmile, farSmile, share), k);
  const before = smileVariance(nearSmile, k);
  const after = smileVariance(farSmile, k);
  const mix = (x: number, y: number): number => (1 - share) * x + share * y;
  return { w: mix(before.w, after.w), dw: mix(before.dw, after.dw), d2w: mix(before.d2w, after.d2w) };
}

function smileOf(surface: SurfaceColumns, slice: number): Smile {
  return {
    a: entry(surface.a, slice),
    b: entry(surface.b, slice),
    rho: entry(surface.rho, slice),
    m: entry(surface.m, slice),
    sigma: entry(surface.sigma, slice),
  };
}

function smileVariance({ a, b, rho, m, sigma }: Smile, k: number): Variance {
  const d = k - m;
  const squared = d * d + sigma * sigma;
  const root = Math.sqrt(squared);
  return {
    w: a + b * (rho * d + root),
    dw: b * (rho + d / root),
    d2w: (b * sigma * sigma) / (squared * root),
  };
}

function scaled({ w, dw, d2w }: Variance, factor: number, added: number): Variance {
  return { w: w * factor + added, dw: dw * factor, d2w: d2w * factor };
}

/** The eSSVI slice between two that are of that form, with theta, psi (1 + rho) and psi (1 - rho) linear in time. */
function essviBetween(near: Smile, far: Smile, share: number): Smile {
  const mix = (x: number, y: number): number => (1 - share) * x + share * y;
  const theta = mix(thetaOf(near), thetaOf(far));
  const callWing = mix(2 * near.b * (1 + near.rho), 2 * far.b * (1 + far.rho));
  const putWing = mix(2 * near.b * (1 - near.rho), 2 * far.b * (1 - far.rho));
  const psi = (callWing + putWing) / 2;
  const rho = (callWing - putWing) / (callWing + putWing);
  const coRhoSquared = (1 - rho) * (1 + rho);
  return {
    a: (theta * coRhoSquared) / 2,
    b: psi / 2,
    rho,
    m: (-rho * theta) / psi,
    sigma: (Math.sqrt(coRhoSquared) * theta) / psi,
  };
}

/** Total variance at the forward of an eSSVI slice, which is twice a / (1 - rho^2). */
function thetaOf({ a, rho }: Smile): number {
  return (2 * a) / ((1 - rho) * (1 + rho));
}
