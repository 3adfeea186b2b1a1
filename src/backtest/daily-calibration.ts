import { dailyDeviation } from './daily-deviation.js';
import type { PriceHistory } from './price-history.js';

/** Parameters of an own model as they were known at the close of a day. */
export type DailyCalibration = (dateMs: number) => Readonly<Record<string, unknown>>;

/** Decay of daily correlation: a memory of three months, since a correlation needs more days than a deviation. */
const CORRELATION_DECAY = 0.99;

/** A correlation of 1 has no joint law. */
const CORRELATION_MAX = 0.999;

/** Closes of the past that filtered history draws from. */
const FILTERED_CLOSES_MAX = 1_500;

/**
 * Deviations of daily returns, and the correlation of every pair, exponentially weighted until that day; with `isFiltered` the
 * record until that day itself, from which filtered history draws. Days of a record that are no days of the history have no
 * calibration: a RangeError.
 */
export function dailyCalibration(
  { datesMs, prices }: PriceHistory,
  underlyings: readonly string[],
  isFiltered: boolean,
): DailyCalibration {
  const dayOf = new Map(datesMs.map((dateMs, t) => [dateMs, t]));
  const names = [...new Set(underlyings)].filter((name) => prices.has(name));
  const rows = names.map((name) => prices.get(name) ?? new Float64Array());
  const deviations = rows.map(dailyDeviation);
  const correlations = names.flatMap((first, i) =>
    names.slice(i + 1).map((second, k) => {
      const values = ewmaCorrelation(rows[i] ?? new Float64Array(), rows[i + 1 + k] ?? new Float64Array());
      return { first, second, values };
    }),
  );
  return (dateMs) => {
    const t = dayOf.get(dateMs);
    if (t === undefined) throw new RangeError(`No day ${String(dateMs)} in the history`);
    const draws = isFiltered
      ? {
          history: {
            source: 'the replayed history',
            closes: Object.fromEntries(
              names.map((name, i) => [
                name,
                [
                  ...(rows[i] ?? new Float64Array()).subarray(
                    Math.max(0, t + 1 - FILTERED_CLOSES_MAX),
                    t + 1,
                  ),
                ],
              ]),
            ),
          },
        }
      : {
          correlations: correlations.map(({ first, second, values }) => ({
            first,
            second,
            value: values[t] ?? NaN,
          })),
        };
    return {
      underlyings: Object.fromEntries(
        names.map((name, i) => [name, { dailyVolatility: deviations[i]?.[t] ?? NaN }]),
      ),
      ...(isFiltered || correlations.length > 0 ? { draws } : {}),
    };
  };
}

/** Of log returns about 0, as known at every close. */
function ewmaCorrelation(first: Float64Array, second: Float64Array): Float64Array {
  const correlation = new Float64Array(first.length).fill(NaN);
  let [xx, yy, xy] = [0, 0, 0];
  for (let t = 1; t < first.length; t += 1) {
    const x = Math.log((first[t] ?? NaN) / (first[t - 1] ?? NaN));
    const y = Math.log((second[t] ?? NaN) / (second[t - 1] ?? NaN));
    xx = CORRELATION_DECAY * xx + x * x;
    yy = CORRELATION_DECAY * yy + y * y;
    xy = CORRELATION_DECAY * xy + x * y;
    const value = xy / Math.sqrt(xx * yy);
    correlation[t] = Math.max(-CORRELATION_MAX, Math.min(CORRELATION_MAX, value));
  }
  return correlation;
}
