/** How procyclical a series of margins was (D. Murphy, M. Vasios and N. Vause, Bank of England FSP 29, 2014). */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';

export interface ProcyclicalityMetrics {
  /** Largest over smallest. */
  readonly peakToTrough: number;
  /** Largest rise over n steps, in the unit of the series, and as a share of where it began. Negative where it only fell. */
  readonly maxIncrease: number;
  readonly maxRelativeIncrease: number;
  readonly mean: number;
}

/** @param series > 0, more than `steps` entries */
export function procyclicality(series: readonly number[], steps: number): Outcome<ProcyclicalityMetrics> {
  const wrong = series.findIndex((value) => !(value > 0 && value < Infinity));
  if (wrong >= 0) {
    const field = `series[${String(wrong)}]`;
    return failure('INVALID_VALUE', field, expected('a finite number > 0', field, series[wrong]));
  }
  if (!(Number.isInteger(steps) && steps >= 1 && steps < series.length)) {
    const what = `an integer in [1, ${String(series.length - 1)}]`;
    return failure('INVALID_VALUE', 'steps', expected(what, 'steps', steps));
  }
  let [most, least, sum] = [0, Infinity, 0];
  let [maxIncrease, maxRelativeIncrease] = [-Infinity, -Infinity];
  series.forEach((value, at) => {
    most = Math.max(most, value);
    least = Math.min(least, value);
    sum += value;
    const before = series[at - steps];
    if (before === undefined) return;
    maxIncrease = Math.max(maxIncrease, value - before);
    maxRelativeIncrease = Math.max(maxRelativeIncrease, value / before - 1);
  });
  return success({ peakToTrough: most / least, maxIncrease, maxRelativeIncrease, mean: sum / series.length });
}
