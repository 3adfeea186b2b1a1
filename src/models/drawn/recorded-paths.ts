import { unwrap } from '../../domain/outcome.js';
import { secondsBetween } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';
import { drawSeed } from '../../scenarios/draws.js';
import { filterHistory, type FilteredHistory } from '../../scenarios/filtered-historical.js';
import type { FactorHistory } from '../../scenarios/history.js';
import { filteredPaths } from '../../scenarios/path-simulation.js';
import { logReturns } from './filtered-draws.js';
import type { FactorRow } from './factor-rows.js';
import { underlyingRules, type DrawnLaw, type PriceRecord } from './law.js';

const HOURS_PER_DAY = 24;
const SECONDS_PER_HOUR = 3_600;

/** Log moves of what one row of the scenario columns moves, one per draw. */
export interface RowMoves {
  /** To the end of the period, or to the settlement of what expires inside it. */
  readonly settled: Float64Array;
  /** To the end of the period. */
  readonly atEnd: Float64Array;
}

/**
 * Filtered history over more than a day: every draw is a path of recorded days, whose volatility follows its own moves
 * (`scenarios/path-simulation`), and what expires on the way settles on it. By row; undefined where a day or a fitted law is drawn.
 * Paths are frozen: seeds know the version, the record and the period, never the market.
 */
export function recordedPaths(
  law: DrawnLaw,
  market: Market,
  rows: readonly FactorRow[],
  hours: number,
): ReadonlyMap<number, RowMoves> | undefined {
  const { history, version, count } = law.draws;
  if (history === undefined || hours <= HOURS_PER_DAY) return undefined;
  const nameOf = ({ underlying }: FactorRow): string => market.table.underlyings[underlying] ?? '';
  const filtered = filteredRecord(law, history);
  const names = filtered.history.factors.map(({ subject }) => subject);
  const secondsOf = ({ expiryMs }: FactorRow): number =>
    expiryMs === undefined ? Infinity : secondsBetween(market.timeMs, expiryMs);
  const settles = (row: FactorRow): boolean =>
    names.includes(nameOf(row)) && secondsOf(row) > 0 && secondsOf(row) <= hours * SECONDS_PER_HOUR;
  const settling = rows.flatMap((row, at) => (settles(row) ? [at] : []));
  const { moves, settlements } = unwrap(
    filteredPaths(filtered, {
      horizonDays: hours / HOURS_PER_DAY,
      count,
      seed: drawSeed(version, { method: 'filtered paths', days: filtered.history.rowCount, hours }),
      settlements: settling.map((at) => {
        const row = rows[at] ?? { underlying: -1 };
        return { underlying: nameOf(row), secondsToExpiry: secondsOf(row) };
      }),
    }),
  );
  const settledAt = new Map(settling.map((at, k) => [at, settlements[k]?.moves]));
  return new Map(
    rows.flatMap((row, at) => {
      const factor = names.indexOf(nameOf(row));
      if (factor < 0) return [];
      const atEnd = moves.subarray(factor * count, (factor + 1) * count);
      return [[at, { settled: settledAt.get(at) ?? atEnd, atEnd }] as const];
    }),
  );
}

/** The record with the deviations that were expected then, and today's from the law. */
function filteredRecord(law: DrawnLaw, { closes }: PriceRecord): FilteredHistory {
  const names = Object.keys(closes).sort();
  const rowCount = (closes[names[0] ?? '']?.length ?? 0) - 1;
  const changes = new Float64Array(names.length * rowCount);
  names.forEach((name, f) => {
    changes.set(logReturns(closes[name] ?? []), f * rowCount);
  });
  const history: FactorHistory = {
    factors: names.map((name) => ({ id: `${name}.spot`, kind: 'SPOT', subject: name, evidence: 'PROXY' })),
    rowCount,
    stepDays: 1,
    dateMs: new Float64Array(rowCount),
    changes,
    notes: [],
  };
  // A record that cannot be filtered was refused with the parameters.
  const filtered = unwrap(filterHistory(history));
  return {
    ...filtered,
    filters: filtered.filters.map((filter, f) => ({
      ...filter,
      deviationNow: underlyingRules(law, names[f] ?? '')?.dailyVolatility ?? NaN,
    })),
  };
}
