import { MARGIN_HEALTHS, stepOf } from '../../live/state/ladder.js';
import type { UnmarginedBook } from '../../recalibration/preview/book-impact.js';
import type { AccountImpact, AccountMargins, ParameterImpact } from '../../recalibration/preview/impact.js';
import { formatCount, formatPercent } from '../format.js';
import { describeFailure } from '../margin-table.js';
import { renderTable, type Column } from '../table.js';
import type { ChangedParameter } from './compared-sets.js';

const dollars = (value: number): string => formatCount(Math.round(value) + 0);

/** What changes, what every account together must hold, whom it hits, and what cannot be said. */
export interface PreviewTables {
  readonly changes: readonly ChangedParameter[];
  readonly impact: ParameterImpact;
  readonly failures: readonly UnmarginedBook[];
}

export function renderPreview({ changes, impact, failures }: PreviewTables): string {
  const movers = impact.topMovers.filter(({ before, after }) => after.initialMargin !== before.initialMargin);
  return [
    renderTable(CHANGE_COLUMNS, changes),
    renderTable(SUM_COLUMNS, sumsOf(impact)),
    renderHit(impact),
    ...(movers.length > 0 ? [renderTable(MOVER_COLUMNS, movers)] : []),
    ...(failures.length > 0 ? [renderTable(FAILURE_COLUMNS, failures)] : []),
  ].join('\n\n');
}

const CHANGE_COLUMNS: readonly Column<ChangedParameter>[] = [
  { title: 'parameter', align: 'left', cell: ({ path }) => path },
  { title: 'before', align: 'right', cell: ({ before }) => valueText(before) },
  { title: 'after', align: 'right', cell: ({ after }) => valueText(after) },
  {
    title: 'change',
    align: 'right',
    cell: ({ before, after }) =>
      typeof before === 'number' && typeof after === 'number' && before !== 0
        ? formatPercent(after / before - 1)
        : '-',
  },
];

function valueText(value: unknown): string {
  return value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
}

interface Sum {
  readonly what: string;
  readonly before: number;
  readonly after: number;
}

function sumsOf(impact: ParameterImpact): Sum[] {
  return [
    { what: 'initial margin', before: impact.initialMarginBefore, after: impact.initialMarginAfter },
    {
      what: 'maintenance margin',
      before: impact.maintenanceMarginBefore,
      after: impact.maintenanceMarginAfter,
    },
  ];
}

const SUM_COLUMNS: readonly Column<Sum>[] = [
  { title: 'all accounts, USD', align: 'left', cell: ({ what }) => what },
  { title: 'before', align: 'right', cell: ({ before }) => dollars(before) },
  { title: 'after', align: 'right', cell: ({ after }) => dollars(after) },
  { title: 'change', align: 'right', cell: ({ before, after }) => dollars(after - before) },
];

function renderHit(impact: ParameterImpact): string {
  const margined = impact.accountCount - impact.failedAccounts;
  return [
    `accounts margined under both  ${formatCount(margined)} of ${formatCount(impact.accountCount)}`,
    `new calls                     ${formatCount(impact.newCalls)}, ${dollars(impact.newCallAmount)} USD to bring`,
    `new liquidations              ${formatCount(impact.newLiquidations)}`,
  ].join('\n');
}

const MOVER_COLUMNS: readonly Column<AccountImpact>[] = [
  { title: 'top movers, USD', align: 'left', cell: ({ accountId }) => accountId },
  { title: 'equity', align: 'right', cell: ({ after }) => dollars(after.equity) },
  { title: 'initial before', align: 'right', cell: ({ before }) => dollars(before.initialMargin) },
  { title: 'after', align: 'right', cell: ({ after }) => dollars(after.initialMargin) },
  {
    title: 'change',
    align: 'right',
    cell: ({ before, after }) => dollars(after.initialMargin - before.initialMargin),
  },
  { title: 'excess after', align: 'right', cell: ({ after }) => dollars(after.equity - after.initialMargin) },
  {
    title: 'state',
    align: 'left',
    cell: ({ before, after }) => stateText(healthOf(before), healthOf(after)),
  },
];

function healthOf({ equity, initialMargin, maintenanceMargin }: AccountMargins): string {
  return (MARGIN_HEALTHS[stepOf(equity, initialMargin, maintenanceMargin)] ?? '').toLowerCase();
}

function stateText(before: string, after: string): string {
  return before === after ? before : `${before} -> ${after}`;
}

const FAILURE_COLUMNS: readonly Column<UnmarginedBook>[] = [
  { title: 'without a margin', align: 'left', cell: ({ accountId }) => accountId },
  { title: 'under', align: 'left', cell: ({ under }) => under },
  { title: 'reason', align: 'left', cell: ({ failure }) => failure.reason },
  { title: 'field', align: 'left', cell: ({ failure }) => failure.field },
  { title: 'message', align: 'left', cell: ({ failure }) => describeFailure(failure) },
];
