/**
 * Filtered historical simulation: yesterday's joint moves at today's volatility (G. Barone-Adesi, K. Giannopoulos and L. Vosper,
 * "VaR without correlations for portfolios of derivative securities", Journal of Futures Markets 19 (1999)).
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { FILTER_DECAY, FILTER_RATIO_MAX, FILTER_START_STEPS, ewmaFilter, rescaled } from './ewma-filter.js';
import type { FilteredSeries } from './ewma-filter.js';
import { changesOf } from './history.js';
import type { FactorHistory } from './history.js';
import { asProxies, scalingNote } from './historical.js';
import type { FactorKind, FactorMoves } from './risk-factor.js';

export interface FilterOptions {
  /** Decay per step of each kind of factor; default `FILTER_DECAY`. */
  readonly decay?: Readonly<Record<FactorKind, number>>;
  readonly startSteps?: number;
  /** Rescale half way only. Default false. */
  readonly isHalf?: boolean;
}

/** A history with the conditional deviation of every change. */
export interface FilteredHistory {
  readonly history: FactorHistory;
  /** One per factor. */
  readonly filters: readonly FilteredSeries[];
  readonly decays: readonly number[];
  readonly isHalf: boolean;
}

export function filterHistory(
  history: FactorHistory,
  { decay = FILTER_DECAY, startSteps = FILTER_START_STEPS, isHalf = false }: FilterOptions = {},
): Outcome<FilteredHistory> {
  const filters: FilteredSeries[] = [];
  const decays: number[] = [];
  for (const [f, { id, kind }] of history.factors.entries()) {
    const filter = ewmaFilter(changesOf(history, f), decay[kind], startSteps);
    if (!filter.ok) {
      const { reason, field, message } = filter.failure;
      return failure(reason, field, `${message} (${id})`);
    }
    filters.push(filter.value);
    decays.push(decay[kind]);
  }
  return success({ history, filters, decays, isHalf });
}

/**
 * One scenario per step of the history: every change times `sigma now / sigma then`, capped. A horizon below one step scales by the
 * root of time and makes every factor a PROXY; a longer horizon needs paths (`filteredPaths`).
 */
export function filteredHistoricalMoves(
  filtered: FilteredHistory,
  horizonDays: number,
): Outcome<FactorMoves> {
  const { history, filters, isHalf } = filtered;
  const { stepDays, rowCount } = history;
  if (!(horizonDays > 0 && horizonDays <= stepDays)) {
    return failure(
      'INVALID_PARAMETER',
      'horizonDays',
      `Expected a number in (0, ${stepDays}] but received ${horizonDays}`,
    );
  }
  const scale = Math.sqrt(horizonDays / stepDays);
  const moves = new Float64Array(history.changes.length);
  let capped = 0;
  for (const [f, { deviation, deviationNow }] of filters.entries()) {
    const changes = changesOf(history, f);
    for (let row = 0; row < rowCount; row += 1) {
      const ratio = deviationNow / deviation[row]!;
      if (ratio > FILTER_RATIO_MAX) capped += 1;
      moves[f * rowCount + row] = scale * rescaled(changes[row]!, ratio, isHalf);
    }
  }
  const notes = [...history.notes];
  if (capped > 0) notes.push(`${capped} of ${moves.length} rescalings were capped at ${FILTER_RATIO_MAX}`);
  if (scale < 1) notes.push(scalingNote(stepDays, horizonDays));
  return success({
    method: 'FILTERED_HISTORICAL',
    factors: scale < 1 ? asProxies(history.factors) : history.factors,
    horizonDays,
    count: rowCount,
    moves,
    names: Array.from(history.dateMs, (ms) => new Date(ms).toISOString().slice(0, 10)),
    notes,
  });
}
