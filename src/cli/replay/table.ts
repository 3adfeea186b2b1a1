import type { AccountOutcome, ReplayResult, ReplayTotals } from '../../replay/replay-tally.js';
import { renderTable, type Column } from '../table.js';

/** Without the sign of a zero. */
const dollars = (value: number): string => (Math.round(value) + 0).toLocaleString('en-US');

interface Line {
  readonly what: string;
  readonly of: (totals: ReplayTotals) => number;
  /** Left out where it is 0 under every set. */
  readonly isOptional?: true;
}

/** What a venue asks first stands first. */
const LINES: readonly Line[] = [
  { what: 'lost by the venue, USD', of: ({ venueLossUsd }) => venueLossUsd },
  { what: '  of it nobody covered', of: ({ uncoveredUsd }) => uncoveredUsd },
  { what: 'drawn from the fund', of: ({ fundDrawUsd }) => fundDrawUsd },
  { what: 'lost by deleveraged winners', of: ({ deleveragedUsd }) => deleveragedUsd },
  { what: 'accounts in default', of: ({ defaultedAccounts }) => defaultedAccounts },
  { what: 'calls', of: ({ calls }) => calls },
  { what: 'called, USD', of: ({ calledUsd }) => calledUsd },
  { what: 'paid on calls', of: ({ paidUsd }) => paidUsd },
  { what: 'funding paid', of: ({ fundingPaidUsd }) => fundingPaidUsd, isOptional: true },
  { what: 'account minutes below maintenance', of: ({ belowMaintenanceMinutes }) => belowMaintenanceMinutes },
  { what: 'liquidated, USD', of: ({ liquidatedNotionalUsd }) => liquidatedNotionalUsd },
  { what: 'cost of liquidations', of: ({ liquidationCostUsd }) => liquidationCostUsd },
  { what: 'brought before the first minute', of: ({ openingDepositUsd }) => openingDepositUsd },
];

/** Totals under every set, and A - B where there are just two; then whom it hit. */
export function renderReplays(results: readonly ReplayResult[]): string {
  const [a, b, c] = results;
  const columns: Column<Line>[] = [
    { title: '', align: 'left', cell: ({ what }) => what },
    ...results.map(({ parameters, totals }): Column<Line> => ({
      title: parameters,
      align: 'right',
      cell: ({ of }) => dollars(of(totals)),
    })),
  ];
  if (a !== undefined && b !== undefined && c === undefined)
    columns.push({ title: 'A - B', align: 'right', cell: ({ of }) => dollars(of(a.totals) - of(b.totals)) });
  const lines = LINES.filter(
    ({ isOptional, of }) => isOptional !== true || results.some(({ totals }) => of(totals) !== 0),
  );
  return [renderTable(columns, lines), '', 'whom it hit, USD', '', renderHit(results)].join('\n');
}

const ROWS_MAX = 12;

/** Who owed most and who was deleveraged most, by account and by group. */
function renderHit(results: readonly ReplayResult[]): string {
  const rows = hitRows(results).slice(0, ROWS_MAX);
  if (rows.length === 0) return 'nobody';
  const columns: Column<HitRow>[] = [
    { title: 'account', align: 'left', cell: ({ name }) => name },
    { title: 'group', align: 'left', cell: ({ group }) => group },
    ...results.flatMap(({ parameters }, at): Column<HitRow>[] => [
      { title: `owed, ${parameters}`, align: 'right', cell: ({ owed }) => dollars(owed[at] ?? NaN) },
      { title: `gave up, ${parameters}`, align: 'right', cell: ({ gaveUp }) => dollars(gaveUp[at] ?? NaN) },
    ]),
  ];
  return renderTable(columns, rows);
}

export interface HitRow {
  readonly name: string;
  readonly group: string;
  readonly owed: readonly number[];
  readonly gaveUp: readonly number[];
}

/** Accounts, groups and makers that owed or gave up anything, the most first. */
export function hitRows(results: readonly ReplayResult[]): HitRow[] {
  const accounts = (results[0]?.accounts ?? []).map(({ accountId, groupId }, row): HitRow => {
    const of = (pick: (outcome: AccountOutcome) => number): number[] =>
      results.map(({ accounts: all }) => (all[row] === undefined ? NaN : pick(all[row])));
    return {
      name: accountId,
      group: groupId,
      owed: of(({ deficitUsd }) => deficitUsd),
      gaveUp: of((one) => one.deleveragedUsd),
    };
  });
  const groups = [...new Set(accounts.map(({ group }) => group))].flatMap((group): HitRow[] => {
    const own = accounts.filter((row) => row.group === group && group !== '');
    if (own.length === 0) return [];
    const sum = (pick: (row: HitRow) => readonly number[]): number[] =>
      results.map((_, at) => own.reduce((total, row) => total + (pick(row)[at] ?? NaN), 0));
    return [
      { name: `all of ${group}`, group, owed: sum(({ owed }) => owed), gaveUp: sum(({ gaveUp }) => gaveUp) },
    ];
  });
  const makers: HitRow = {
    name: 'makers',
    group: '',
    owed: results.map(() => 0),
    gaveUp: results.map(({ makersDeleveragedUsd }) => makersDeleveragedUsd),
  };
  const size = ({ owed, gaveUp }: HitRow): number => Math.max(...owed, ...gaveUp);
  return [...accounts, ...groups, makers].filter((row) => size(row) > 0).sort((x, y) => size(y) - size(x));
}
