import { DAYS_PER_YEAR } from '../../domain/time.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { SurfaceQueries } from '../../kernel/surface-query.js';
import type { Surface } from './surface.js';
import { allocateAnswers, surfaceForward } from './surface.js';

/**
 * A move of the whole surface, applied to its answers and never refitted: the surface itself stays as it is.
 *
 *   sigma' = max(floor, sigma x max(0, 1 + volShock x term + skewShock x skew + smileShock x smile + termTwist x twist))
 */
export interface SurfaceShock {
  /** Multiplies spot and every forward, > 0. */
  readonly spotFactor: number;
  /** `MONEYNESS`: volatility stays where k = ln(strike / forward) is; `STRIKE`: it stays with the strike. */
  readonly stickiness: 'MONEYNESS' | 'STRIKE';
  /** Relative move of a 30-day volatility; shorter ones move more. */
  readonly volShock: number;
  /** 1 turns the smile up for high strikes by its capped slope, -1 for low ones. */
  readonly skewShock: number;
  /** 1 lifts both wings, -1 lowers them. */
  readonly smileShock: number;
  /** Relative move of the shortest volatility; the longest moves by as much the other way. */
  readonly termTwist: number;
}

export const NO_SURFACE_SHOCK: SurfaceShock = {
  spotFactor: 1,
  stickiness: 'MONEYNESS',
  volShock: 0,
  skewShock: 0,
  smileShock: 0,
  termTwist: 0,
};

/** Volatility does not end below this when it is shocked up: a low start must not make the shock small. */
const SHOCKED_UP_FLOOR = 0.4;

/** Of the term structure of the shock, (30 / max(days, 1))^power. */
const REFERENCE_DAYS = 30;
const SHORT_POWER = 0.3;
const LONG_POWER = 0.13;

/** The cap of the skew is 0.25 - 0.1 sqrt(years), reached at k = max(0.01, 2.4 sqrt(years)). */
const CAP_AT_ZERO = 0.25;
const CAP_PER_ROOT_YEAR = 0.1;
const WIDTH_MIN = 0.01;
const WIDTH_PER_ROOT_YEAR = 2.4;

/** Multiplier of `volShock`. */
export function termFactor(years: number): number {
  const days = years * DAYS_PER_YEAR;
  const power = days <= REFERENCE_DAYS ? SHORT_POWER : LONG_POWER;
  return (REFERENCE_DAYS / Math.max(days, 1)) ** power;
}

/** Multiplier of `skewShock`, and with |k| of `smileShock`: straight in k up to the cap. */
export function skewFactor(k: number, years: number): number {
  const root = Math.sqrt(years);
  const cap = Math.max(0, CAP_AT_ZERO - CAP_PER_ROOT_YEAR * root);
  const width = Math.max(WIDTH_MIN, WIDTH_PER_ROOT_YEAR * root);
  return Math.min(cap, Math.max(-cap, (k * cap) / width));
}

/** Multiplier of `termTwist`: 1 for no time, 0 at 30 days, -1 for very long ones. */
export function twistFactor(years: number): number {
  const days = years * DAYS_PER_YEAR;
  return (REFERENCE_DAYS - days) / (REFERENCE_DAYS + days);
}

/** One volatility under a shock; k = ln(strike / shocked forward). */
export function shockVolatility(volatility: number, k: number, years: number, shock: SurfaceShock): number {
  const multiplier =
    1 +
    shock.volShock * termFactor(years) +
    shock.skewShock * skewFactor(k, years) +
    shock.smileShock * skewFactor(Math.abs(k), years) +
    shock.termTwist * twistFactor(years);
  const shocked = volatility * Math.max(0, multiplier);
  return shock.volShock > 0 ? Math.max(SHOCKED_UP_FLOOR, shocked) : shocked;
}

/** Volatilities of the queries under a shock, one entry each. */
export function shockedSurfaceVolatility(
  kernels: Kernels,
  surface: Surface,
  shock: SurfaceShock,
  queries: SurfaceQueries,
): Float64Array {
  const { count, strike, timeToExpiryYears } = queries;
  const answers = allocateAnswers(count);
  const divisor = shock.stickiness === 'MONEYNESS' ? shock.spotFactor : 1;
  kernels.surfaceQuery(
    surface.columns,
    { count, strike: strike.map((value) => value / divisor), timeToExpiryYears },
    answers,
  );
  return answers.volatility.map((volatility, i) => {
    const years = timeToExpiryYears[i]!;
    const forward = surfaceForward(surface, years) * shock.spotFactor;
    return shockVolatility(volatility, Math.log(strike[i]! / forward), years, shock);
  });
}
