/**
 * The supervisors' traffic light (Basel Committee, "Supervisory framework for the use of backtesting", 1996): green below the 95 %
 * quantile of the number of exceptions, red from the 99.99 % quantile on.
 */
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { lnGamma } from '../../kernel/reference/gamma.js';
import { normalQuantile } from '../../kernel/reference/normal.js';
import { fillNormals, randomStream } from '../random.js';
import { refuseConfidence } from '../sample.js';
import { refuseCounts } from './coverage.js';

export type Zone = 'GREEN' | 'YELLOW' | 'RED';

const YELLOW_FROM = 0.95;
const RED_FROM = 0.9999;

export interface TrafficLight {
  readonly zone: Zone;
  /** Probability of at most as many exceptions when the model is right. */
  readonly cumulativeProbability: number;
}

/** Zone of a number of exceptions over independent days. */
export function trafficLight(days: number, exceptions: number, tail: number): Outcome<TrafficLight> {
  const refused = refuseCounts(days, exceptions, tail);
  if (refused !== undefined) return refused;
  let cumulativeProbability = 0;
  for (let k = 0; k <= exceptions; k += 1) cumulativeProbability += binomial(days, k, tail);
  cumulativeProbability = Math.min(1, cumulativeProbability);
  return success({ zone: zoneOf(cumulativeProbability), cumulativeProbability });
}

function zoneOf(cumulativeProbability: number): Zone {
  if (cumulativeProbability < YELLOW_FROM) return 'GREEN';
  return cumulativeProbability < RED_FROM ? 'YELLOW' : 'RED';
}

function binomial(n: number, k: number, p: number): number {
  const logChoose = lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}

/** What 250 days at 99 % cost in capital: the plus factor of 1996 and the multiplier of the market risk standard of 2019. */
const BASEL = [
  [0, 1.5],
  [0, 1.5],
  [0, 1.5],
  [0, 1.5],
  [0, 1.5],
  [0.4, 1.7],
  [0.5, 1.76],
  [0.65, 1.83],
  [0.75, 1.88],
  [0.85, 1.92],
  [1, 2],
] as const;

export interface BaselFactors {
  readonly plusFactor: number;
  readonly multiplier: number;
}

/** Factors for a number of exceptions in 250 days at 99 %; from 10 on they stay. */
export function baselFactors(exceptions: number): BaselFactors {
  const [plusFactor, multiplier] = BASEL[Math.min(BASEL.length - 1, Math.max(0, Math.trunc(exceptions)))]!;
  return { plusFactor, multiplier };
}

export interface OverlapOptions {
  /** Overlapping periods observed. */
  readonly observations: number;
  /** Days of one period. */
  readonly periodDays: number;
  readonly confidence: number;
  readonly seed: number;
  readonly simulations: number;
  /** Portfolios counted together, and the correlation between any two. */
  readonly portfolios?: number;
  readonly correlation?: number;
}

/** Most exceptions that are still green, and still yellow. */
export interface OverlapLimits {
  readonly green: number;
  readonly yellow: number;
}

/**
 * Limits for overlapping periods, whose exceptions come in runs: the binomial is far too narrow. Simulated with independent
 * normal days and a model that is right; every path counts twice, as it is and with all signs turned.
 */
export function overlapLimits(options: OverlapOptions): Outcome<OverlapLimits> {
  const {
    observations,
    periodDays,
    confidence,
    seed,
    simulations,
    portfolios = 1,
    correlation = 0,
  } = options;
  const refused = refuseConfidence(confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  for (const name of ['observations', 'periodDays', 'simulations'] as const) {
    if (!(Number.isInteger(options[name]) && options[name] >= 1)) {
      return failure('INVALID_PARAMETER', name, `Expected an integer >= 1 but received ${options[name]}`);
    }
  }
  if (!(portfolios >= 1 && correlation >= 0 && correlation <= 1)) {
    return failure(
      'INVALID_PARAMETER',
      'correlation',
      `Expected a number in [0, 1] but received ${correlation}`,
    );
  }
  const random = randomStream(seed);
  const days = observations + periodDays - 1;
  const limit = normalQuantile(confidence) * Math.sqrt(periodDays);
  const common = new Float64Array(days);
  const losses = new Float64Array(days);
  const histogram = new Float64Array(observations * portfolios + 1);
  const [shared, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)];
  const paths = Math.ceil(simulations / 2);
  for (let path = 0; path < paths; path += 1) {
    let [above, below] = [0, 0];
    if (correlation > 0) fillNormals(random, common);
    for (let p = 0; p < portfolios; p += 1) {
      fillNormals(random, losses);
      if (correlation > 0)
        for (let day = 0; day < days; day += 1) losses[day] = shared * common[day]! + own * losses[day]!;
      above += countExceptions(losses, periodDays, limit, 1);
      below += countExceptions(losses, periodDays, limit, -1);
    }
    histogram[above]! += 0.5 / paths;
    histogram[below]! += 0.5 / paths;
  }
  return success({ green: lastBelow(histogram, YELLOW_FROM), yellow: lastBelow(histogram, RED_FROM) });
}

function countExceptions(losses: Float64Array, periodDays: number, limit: number, sign: 1 | -1): number {
  let sum = 0;
  let exceptions = 0;
  for (let day = 0; day < losses.length; day += 1) {
    sum += losses[day]!;
    if (day >= periodDays) sum -= losses[day - periodDays]!;
    if (day >= periodDays - 1 && sign * sum > limit) exceptions += 1;
  }
  return exceptions;
}

/** Largest count whose cumulated frequency is below a level. */
function lastBelow(histogram: Float64Array, level: number): number {
  let cumulated = 0;
  let count = -1;
  for (const frequency of histogram) {
    cumulated += frequency;
    if (cumulated >= level) break;
    count += 1;
  }
  return count;
}
