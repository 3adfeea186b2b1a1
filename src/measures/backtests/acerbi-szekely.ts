/**
 * Tests of expected shortfall. C. Acerbi and B. Szekely, "Backtesting expected shortfall", Risk (2014). A right model gives statistics
 * around 0, one that is too low negative ones; what is too negative depends on the law, the days and the level, so that critical
 * values are simulated.
 */
import { failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { normalQuantile } from '../../kernel/reference/normal.js';
import { studentTQuantile } from '../../kernel/reference/student-t.js';
import { normalTail, standardTTail } from '../parametric.js';
import { randomStream } from '../random.js';
import { sortedQuantile } from '../quantile.js';

/** One day: P&L (a gain is positive) against the value at risk and expected shortfall (positive) that were forecast for it. */
export interface ForecastDay {
  readonly pnl: number;
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

export interface ShortfallStatistics {
  readonly exceptions: number;
  /** Mean of P&L over shortfall on the days of exception, plus 1; undefined without exceptions. */
  readonly z1: number | undefined;
  /** Sum of the same over the expected number of exceptions, plus 1. */
  readonly z2: number;
}

/**
 * Z1 and Z2.
 *
 * @param tail probability that the forecasts are for, in (0, 1)
 */
export function shortfallStatistics(
  days: readonly ForecastDay[],
  tail: number,
): Outcome<ShortfallStatistics> {
  if (!(tail > 0 && tail < 1)) {
    return failure('INVALID_PARAMETER', 'tail', `Expected a number in (0, 1) but received ${tail}`);
  }
  if (days.length === 0) return failure('INVALID_VALUE', 'days', 'Expected at least 1 day but received 0');
  let sum = 0;
  let exceptions = 0;
  for (const [i, { pnl, valueAtRisk, expectedShortfall }] of days.entries()) {
    const isFinite = Number.isFinite(pnl) && Number.isFinite(valueAtRisk);
    if (!(isFinite && expectedShortfall > 0 && expectedShortfall < Infinity)) {
      return failure(
        'INVALID_VALUE',
        `days[${i}]`,
        `Expected finite numbers and a shortfall > 0 but received ${pnl}, ${valueAtRisk}, ${expectedShortfall}`,
      );
    }
    if (-pnl <= valueAtRisk) continue;
    exceptions += 1;
    sum += pnl / expectedShortfall;
  }
  return success({
    exceptions,
    z1: exceptions === 0 ? undefined : sum / exceptions + 1,
    z2: sum / (days.length * tail) + 1,
  });
}

/** Law of the P&L under which a model is right: normal, or t with these degrees of freedom (> 1). */
export type NullLaw = 'NORMAL' | { readonly degreesOfFreedom: number };

export interface SimulationOptions {
  readonly days: number;
  readonly tail: number;
  readonly law: NullLaw;
  readonly simulations: number;
  readonly seed: number;
}

/** Z2 under a right model, sorted from the smallest. */
export function simulateZ2({ days, tail, law, simulations, seed }: SimulationOptions): Outcome<Float64Array> {
  const areCounts = Number.isInteger(days) && days >= 1 && Number.isInteger(simulations) && simulations >= 1;
  if (!areCounts) {
    return failure(
      'INVALID_PARAMETER',
      'simulations',
      `Expected integers >= 1 but received ${days} days and ${simulations} simulations`,
    );
  }
  if (!(tail > 0 && tail < 1)) {
    return failure('INVALID_PARAMETER', 'tail', `Expected a number in (0, 1) but received ${tail}`);
  }
  if (law !== 'NORMAL' && !(law.degreesOfFreedom > 1)) {
    return failure(
      'INVALID_PARAMETER',
      'law.degreesOfFreedom',
      `Expected a number > 1 but received ${law.degreesOfFreedom}`,
    );
  }
  const shortfall = shortfallOf(law, 1 - tail);
  if (!shortfall.ok) return shortfall;
  const lossAt =
    law === 'NORMAL'
      ? (p: number): number => -normalQuantile(p)
      : (p: number): number => -studentTQuantile(p, law.degreesOfFreedom);
  const random = randomStream(seed);
  const logCalm = Math.log1p(-tail);
  const statistics = Float64Array.from({ length: simulations }, () => {
    let sum = 0;
    // Only days of exception count: the waits between them are geometric, the losses beyond the quantile uniform in the tail.
    for (let day = wait(random.uniform(), logCalm); day <= days; day += wait(random.uniform(), logCalm)) {
      sum += lossAt(tail * random.uniform());
    }
    return 1 - sum / (shortfall.value * days * tail);
  });
  return success(statistics.sort());
}

/** Days until the next exception, at least 1. */
function wait(uniform: number, logCalm: number): number {
  return Math.ceil(Math.log(uniform) / logCalm);
}

function shortfallOf(law: NullLaw, confidence: number): Outcome<number> {
  if (law !== 'NORMAL') return success(standardTTail(law.degreesOfFreedom, confidence).tailMean);
  const tail = normalTail(0, 1, confidence);
  return tail.ok ? success(tail.value.expectedShortfall) : tail;
}

/** Z2 below which a model is rejected at a level of significance. */
export function criticalZ2(simulated: Float64Array, significance: number): number {
  return sortedQuantile(simulated, significance, 'R7');
}

/** Share of simulated statistics at most as large. */
export function pValueOfZ2(simulated: Float64Array, z2: number): number {
  return simulated.filter((statistic) => statistic <= z2).length / simulated.length;
}
