import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { FACTORS_MAX } from '../limits.js';
import { MOVE_SCALE } from './risk-factor.js';
import type { RiskFactor } from './risk-factor.js';

export interface DatedValue {
  readonly dateMs: number;
  readonly value: number;
}

/** Levels of one factor, e.g. daily closes, from the oldest. */
export interface FactorSeries {
  readonly factor: RiskFactor;
  readonly points: readonly DatedValue[];
}

/** Joint changes of all factors: a row is one step in time, so what moved together stays together. */
export interface FactorHistory {
  readonly factors: readonly RiskFactor[];
  readonly rowCount: number;
  /** Length of a step. */
  readonly stepDays: number;
  /** End of every step, from the oldest. */
  readonly dateMs: Float64Array;
  /** Row-major `[factor][row]`, on the scale of the factor's kind. */
  readonly changes: Float64Array;
  readonly notes: readonly string[];
}

export interface AlignOptions {
  /** The last so many steps; a shorter history is refused. */
  readonly windowRows: number;
  readonly stepMs: number;
  /** Whether a step that spans missing dates fails the history or is left out and noted. */
  readonly gaps: 'REFUSE' | 'SKIP';
}

export const DAY_MS = 86_400_000;

/**
 * Changes over the dates that all series share. Fails for no or too many series, a value that is not finite (or not positive where
 * moves are logarithms), dates out of order, a gap (as asked), a history shorter than the window, and a series that never moves.
 */
export function alignHistory(
  series: readonly FactorSeries[],
  { windowRows, stepMs, gaps }: AlignOptions,
): Outcome<FactorHistory> {
  if (series.length === 0 || series.length > FACTORS_MAX) {
    return failure(
      series.length === 0 ? 'MISSING_FIELD' : 'LIMIT_EXCEEDED',
      'series',
      `Expected 1 to ${FACTORS_MAX} series but received ${series.length}`,
    );
  }
  if (!(Number.isInteger(windowRows) && windowRows >= 1)) {
    return failure('INVALID_PARAMETER', 'windowRows', `Expected an integer >= 1 but received ${windowRows}`);
  }
  for (const [index, one] of series.entries()) {
    const refused = refuseSeries(one, index);
    if (refused !== undefined) return refused;
  }
  const byDate = series.map(({ points }) => new Map(points.map(({ dateMs, value }) => [dateMs, value])));
  const dates = series[0]!.points
    .map(({ dateMs }) => dateMs)
    .filter((date) => byDate.every((values) => values.has(date)));
  const isStep = (i: number): boolean => stepMs === dates[i]! - dates[i - 1]!;
  const ends = Array.from(dates.keys()).slice(1);
  const gap = ends.find((i) => !isStep(i));
  if (gap !== undefined && gaps === 'REFUSE') {
    return failure(
      'MISSING_MARKET_DATA',
      'series',
      `Expected a common date every ${stepMs} ms but after ${dates[gap - 1]!} comes ${dates[gap]!}`,
    );
  }
  const steps = ends.filter(isStep);
  if (steps.length < windowRows) {
    return failure(
      'MISSING_MARKET_DATA',
      'series',
      `Expected ${windowRows} common steps but the history has ${steps.length}`,
    );
  }
  const used = steps.slice(-windowRows);
  const changes = new Float64Array(series.length * windowRows);
  for (const [f, { factor }] of series.entries()) {
    const level = (i: number): number => byDate[f]!.get(dates[i]!)!;
    const isLog = MOVE_SCALE[factor.kind] === 'LOG';
    const row = changes.subarray(f * windowRows, (f + 1) * windowRows);
    used.forEach((i, k) => {
      row[k] = isLog ? Math.log(level(i) / level(i - 1)) : level(i) - level(i - 1);
    });
    if (row.every((change) => change === 0)) {
      return failure(
        'INVALID_VALUE',
        `series[${f}]`,
        `Expected a series that moves but ${factor.id} is constant over ${windowRows} steps`,
      );
    }
  }
  const skipped = ends.length - steps.length;
  return success({
    factors: series.map(({ factor }) => factor),
    rowCount: windowRows,
    stepDays: stepMs / DAY_MS,
    dateMs: Float64Array.from(used, (i) => dates[i]!),
    changes,
    notes: skipped === 0 ? [] : [`${skipped} steps over missing dates were left out of the history`],
  });
}

function refuseSeries({ factor, points }: FactorSeries, index: number): Outcome<never> | undefined {
  const isLog = MOVE_SCALE[factor.kind] === 'LOG';
  for (const [i, { dateMs, value }] of points.entries()) {
    const field = `series[${index}].points[${i}]`;
    if (!Number.isFinite(value) || (isLog && value <= 0)) {
      const wanted = isLog ? 'a finite number > 0' : 'a finite number';
      return failure(
        'INVALID_VALUE',
        `${field}.value`,
        `Expected ${wanted} for ${factor.id} but received ${value}`,
      );
    }
    const previous = i === 0 ? -Infinity : points[i - 1]!.dateMs;
    if (!(Number.isFinite(dateMs) && dateMs > previous)) {
      return failure(
        'INVALID_VALUE',
        `${field}.dateMs`,
        `Expected a date after ${previous} but received ${dateMs}`,
      );
    }
  }
  return undefined;
}

/** Changes of one factor, one entry per step. */
export function changesOf(history: FactorHistory, factor: number): Float64Array {
  return history.changes.subarray(factor * history.rowCount, (factor + 1) * history.rowCount);
}
