/**
 * Tests of how often losses exceed value at risk. P. Kupiec, "Techniques for verifying the accuracy of risk measurement models",
 * Journal of Derivatives 3 (1995); P. Christoffersen, "Evaluating interval forecasts", International Economic Review 39 (1998).
 */
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { chiSquaredTail } from '../../kernel/reference/gamma.js';

/** A likelihood ratio and the probability of a larger one when the model is right. */
export interface LikelihoodRatio {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Kupiec's test of the share of exceptions, chi-squared with one degree of freedom. Two-sided: no exception in 250 days at 99 % is
 * rejected too, so an alarm asks `exceptions` against `days x tail` besides.
 *
 * @param tail probability of an exception, in (0, 1)
 */
export function kupiec(days: number, exceptions: number, tail: number): Outcome<LikelihoodRatio> {
  const refused = refuseCounts(days, exceptions, tail);
  if (refused !== undefined) return refused;
  const share = exceptions / days;
  const under = (p: number): number => logPower(1 - p, days - exceptions) + logPower(p, exceptions);
  return success(ratio(-2 * (under(tail) - under(share)), 1));
}

/** Days by what the day before was: `afterCalm[0]` calm after calm, `afterCalm[1]` exception after calm, and so on. */
export interface Transitions {
  readonly afterCalm: readonly [calm: number, exception: number];
  readonly afterException: readonly [calm: number, exception: number];
}

export interface ChristoffersenTest {
  readonly transitions: Transitions;
  /** Do exceptions follow one another? Chi-squared, one degree. */
  readonly independence: LikelihoodRatio;
  /** Kupiec's and independence together: chi-squared, two degrees. */
  readonly conditionalCoverage: LikelihoodRatio;
}

/**
 * Christoffersen's tests on a series of days.
 *
 * @param isException one entry per day
 */
export function christoffersen(isException: readonly boolean[], tail: number): Outcome<ChristoffersenTest> {
  const counts = [0, 0, 0, 0];
  for (let day = 1; day < isException.length; day += 1) {
    counts[2 * Number(isException[day - 1]) + Number(isException[day])]! += 1;
  }
  const [n00, n01, n10, n11] = counts as [number, number, number, number];
  const unconditional = kupiec(isException.length, isException.filter(Boolean).length, tail);
  if (!unconditional.ok) return unconditional;
  const transitions = { afterCalm: [n00, n01], afterException: [n10, n11] } as const;
  const independence = independenceOf(transitions);
  return success({
    transitions,
    independence,
    conditionalCoverage: ratio(unconditional.value.statistic + independence.statistic, 2),
  });
}

/** The independence part alone, where only the transitions are known. */
export function independenceOf({ afterCalm, afterException }: Transitions): LikelihoodRatio {
  const [n00, n01] = afterCalm;
  const [n10, n11] = afterException;
  const share = (hits: number, total: number): number => (total === 0 ? 0 : hits / total);
  const common = share(n01 + n11, n00 + n01 + n10 + n11);
  const calm = share(n01, n00 + n01);
  const excited = share(n11, n10 + n11);
  const pooled = logPower(1 - common, n00 + n10) + logPower(common, n01 + n11);
  const apart =
    logPower(1 - calm, n00) + logPower(calm, n01) + logPower(1 - excited, n10) + logPower(excited, n11);
  return ratio(-2 * (pooled - apart), 1);
}

/** n ln p with 0 ln 0 = 0. */
function logPower(p: number, count: number): number {
  return count === 0 ? 0 : count * Math.log(p);
}

/** Rounding may leave a ratio of equal likelihoods a hair below 0. */
function ratio(statistic: number, degrees: number): LikelihoodRatio {
  const bounded = Math.max(0, statistic);
  return { statistic: bounded, pValue: chiSquaredTail(bounded, degrees) };
}

export function refuseCounts(days: number, exceptions: number, tail: number): Outcome<never> | undefined {
  if (!(Number.isInteger(days) && days >= 1)) {
    return failure('INVALID_VALUE', 'days', `Expected an integer >= 1 but received ${days}`);
  }
  if (!(Number.isInteger(exceptions) && exceptions >= 0 && exceptions <= days)) {
    return failure(
      'INVALID_VALUE',
      'exceptions',
      `Expected an integer in [0, ${days}] but received ${exceptions}`,
    );
  }
  if (tail > 0 && tail < 1) return undefined;
  return failure('INVALID_PARAMETER', 'tail', `Expected a number in (0, 1) but received ${tail}`);
}
