import { coverage } from '../../backtest/coverage.js';
import { isoDay } from '../../backtest/price-history.js';
import type { Outcome } from '../../domain/outcome.js';
import type { RangeDay } from '../../recalibration/proposals/followed-range.js';
import { procyclicality } from '../../recalibration/procyclicality/metrics.js';
import type { ReplayResult } from '../../replay/replay-tally.js';
import { InputError } from '../exit.js';
import { formatPercent } from '../format.js';
import { describeFailure } from '../margin-table.js';
import { renderReplays } from '../replay/table.js';
import { renderTable, type Column } from '../table.js';
import type { PolicyDays, RangePolicy } from './policies.js';

/** Steps over which the largest rise is stated. */
const INCREASE_DAYS = 5;

/** One range over the days. */
export interface RangeRow {
  readonly policy: string;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly peakToTrough: number;
  /** Largest rise over five days, share of where it began. */
  readonly increase: number;
  readonly moves: number;
}

export function rangeRows(policies: readonly RangePolicy[], days: readonly RangeDay[]): RangeRow[] {
  return policies.map(({ name, rangeOn }) => {
    const series = days.map(rangeOn);
    const { mean, peakToTrough, maxRelativeIncrease } = valueOf(procyclicality(series, INCREASE_DAYS));
    return {
      ...{ policy: name, mean, peakToTrough, increase: maxRelativeIncrease },
      least: Math.min(...series),
      most: Math.max(...series),
      moves: series.filter((range, at) => at > 0 && range !== series[at - 1]).length,
    };
  });
}

/** Margins of one book under one policy, shares of its notional. */
export interface MarginTableRow {
  readonly book: string;
  readonly policy: string;
  readonly days: number;
  readonly meanInitial: number;
  readonly peakToTrough: number;
  readonly increase: number;
  readonly initialBreaches: number;
  readonly maintenanceBreaches: number;
  readonly lossBeyondInitial: number;
}

export function marginRows(results: readonly PolicyDays[]): MarginTableRow[] {
  return results.map(({ book, policy, notionalUsd, days }) => {
    const covered = valueOf(coverage(days));
    const margins = days.map(({ initialMargin }) => initialMargin);
    const { peakToTrough, maxRelativeIncrease } = valueOf(procyclicality(margins, INCREASE_DAYS));
    return {
      ...{ book, policy, days: days.length, peakToTrough, increase: maxRelativeIncrease },
      meanInitial: covered.meanInitialMargin / notionalUsd,
      initialBreaches: covered.initialBreaches,
      maintenanceBreaches: covered.maintenanceBreaches,
      lossBeyondInitial: covered.lossBeyondInitial / notionalUsd,
    };
  });
}

const RANGE_COLUMNS: readonly Column<RangeRow>[] = [
  { title: 'range', align: 'left', cell: ({ policy }) => policy },
  { title: 'mean', align: 'right', cell: ({ mean }) => formatPercent(mean) },
  { title: 'least', align: 'right', cell: ({ least }) => formatPercent(least) },
  { title: 'most', align: 'right', cell: ({ most }) => formatPercent(most) },
  { title: 'peak/trough', align: 'right', cell: ({ peakToTrough }) => peakToTrough.toFixed(2) },
  { title: 'most in 5 days', align: 'right', cell: ({ increase }) => formatPercent(increase) },
  { title: 'moves', align: 'right', cell: ({ moves }) => String(moves) },
];

const MARGIN_COLUMNS: readonly Column<MarginTableRow>[] = [
  { title: 'book', align: 'left', cell: ({ book }) => book },
  { title: 'range', align: 'left', cell: ({ policy }) => policy },
  { title: 'days', align: 'right', cell: ({ days }) => String(days) },
  { title: 'mean IM', align: 'right', cell: ({ meanInitial }) => formatPercent(meanInitial) },
  { title: 'peak/trough', align: 'right', cell: ({ peakToTrough }) => peakToTrough.toFixed(2) },
  { title: 'most in 5 days', align: 'right', cell: ({ increase }) => formatPercent(increase) },
  { title: 'loss > IM', align: 'right', cell: ({ initialBreaches }) => String(initialBreaches) },
  { title: 'loss > MM', align: 'right', cell: ({ maintenanceBreaches }) => String(maintenanceBreaches) },
  {
    title: 'lost beyond IM',
    align: 'right',
    cell: ({ lossBeyondInitial }) => formatPercent(lossBeyondInitial),
  },
];

export interface Recalibration {
  readonly days: readonly RangeDay[];
  readonly ranges: readonly RangeRow[];
  readonly margins: readonly MarginTableRow[];
  /** Empty where no crash is replayed. */
  readonly replays: readonly ReplayResult[];
}

export function renderRecalibration({ days, ranges, margins, replays }: Recalibration): string {
  const [first, last] = [days[0], days.at(-1)];
  return [
    `${isoDay(first?.dateMs)} to ${isoDay(last?.dateMs)}, ${String(days.length)} days; margins are shares of notional`,
    renderTable(RANGE_COLUMNS, ranges),
    renderTable(MARGIN_COLUMNS, margins),
    ...(replays.length > 0 ? [renderReplays(replays)] : []),
  ].join('\n\n');
}

function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new InputError(describeFailure(outcome.failure));
}
