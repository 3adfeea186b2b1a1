/**
 * GARCH(1,1): v(t+1) = omega + alpha x(t)^2 + beta v(t). T. Bollerslev, "Generalized autoregressive conditional heteroskedasticity",
 * Journal of Econometrics 31 (1986).
 */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { nelderMead } from './nelder-mead.js';

export interface GarchParameters {
  /** Variance of a step, > 0. */
  readonly omega: number;
  /** >= 0; the sum with `beta` is below 1, so that there is a long-run variance. */
  readonly alpha: number;
  readonly beta: number;
}

export function longRunVariance({ omega, alpha, beta }: GarchParameters): number {
  return omega / (1 - alpha - beta);
}

/** Variance of the step that lies `stepsAhead` after the one whose variance is `variance`. */
export function forecastVariance(parameters: GarchParameters, variance: number, stepsAhead: number): number {
  const longRun = longRunVariance(parameters);
  return longRun + (parameters.alpha + parameters.beta) ** stepsAhead * (variance - longRun);
}

/** Variance of the sum of the next `steps` steps. */
export function aggregateVariance(parameters: GarchParameters, variance: number, steps: number): number {
  let sum = 0;
  for (let ahead = 1; ahead <= steps; ahead += 1) sum += forecastVariance(parameters, variance, ahead);
  return sum;
}

export interface GarchFit extends GarchParameters {
  /** Of the returns under normal innovations. */
  readonly logLikelihood: number;
  /** Variance of the step after the last return. */
  readonly varianceNow: number;
}

/** Below this many returns three parameters say nothing. */
export const GARCH_RETURNS_MIN = 100;

const SEARCH = { tolerance: 1e-9, iterationsMax: 600 };

/** Where the search starts, alpha + beta and the share of alpha: one quick and one slow market. */
const STARTS = [
  { persistence: 0.95, share: 0.1 },
  { persistence: 0.8, share: 0.3 },
] as const;

/** Long runs of persistence next to 1 are no better than 1 - 1e-6 and have no long-run variance to return to. */
const PERSISTENCE_MAX = 1 - 1e-6;

/**
 * Maximum likelihood with normal innovations (quasi-maximum likelihood where they are not), the first variance the mean square
 * of all returns. Searches ln(long-run variance), logit(alpha + beta) and logit(alpha / (alpha + beta)), so that every point is a
 * stationary model.
 */
export function fitGarch(returns: ArrayLike<number>): Outcome<GarchFit> {
  const count = returns.length;
  if (count < GARCH_RETURNS_MIN) {
    const what = expected(`at least ${String(GARCH_RETURNS_MIN)} returns`, 'returns', count);
    return failure('MISSING_MARKET_DATA', 'returns', what);
  }
  let meanSquare = 0;
  for (let t = 0; t < count; t += 1) meanSquare += returns[t]! ** 2 / count;
  if (!(meanSquare > 0 && meanSquare < Infinity)) {
    const what = expected('finite returns that move', 'returns', meanSquare);
    return failure('INVALID_VALUE', 'returns', what);
  }
  const objective = (at: readonly number[]): number =>
    -logLikelihood(returns, parametersAt(at), meanSquare) / count;
  const [best] = STARTS.map(({ persistence, share }) =>
    nelderMead(objective, [Math.log(meanSquare), logit(persistence), logit(share)], 0.5, SEARCH),
  ).sort((a, b) => a.value - b.value);
  const parameters = parametersAt(best?.at ?? []);
  return success({
    ...parameters,
    logLikelihood: logLikelihood(returns, parameters, meanSquare),
    varianceNow: varianceAfter(returns, parameters, meanSquare),
  });
}

function parametersAt([lnVariance = NaN, persistenceLogit = NaN, shareLogit = NaN]: readonly number[]) {
  const persistence = Math.min(PERSISTENCE_MAX, logistic(persistenceLogit));
  const alpha = persistence * logistic(shareLogit);
  return { omega: Math.exp(lnVariance) * (1 - persistence), alpha, beta: persistence - alpha };
}

/** ln of the density of the returns. */
export function logLikelihood(
  returns: ArrayLike<number>,
  { omega, alpha, beta }: GarchParameters,
  firstVariance: number,
): number {
  let variance = firstVariance;
  let sum = 0;
  for (let t = 0; t < returns.length; t += 1) {
    const square = returns[t]! ** 2;
    sum += Math.log(variance) + square / variance;
    variance = omega + alpha * square + beta * variance;
  }
  return -0.5 * (sum + returns.length * Math.log(2 * Math.PI));
}

function varianceAfter(
  returns: ArrayLike<number>,
  { omega, alpha, beta }: GarchParameters,
  firstVariance: number,
): number {
  let variance = firstVariance;
  for (let t = 0; t < returns.length; t += 1) variance = omega + alpha * returns[t]! ** 2 + beta * variance;
  return variance;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function logit(p: number): number {
  return Math.log(p / (1 - p));
}
