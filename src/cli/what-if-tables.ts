/** Contributions, liquidation prices, surfaces and paths as tables; one block per account and model. */
import type { Contribution, MarginReport } from '../domain/report.js';
import type { PathMargin } from '../domain/simulation.js';
import type { LiquidationSurface } from '../engine/liquidation-surface.js';
import type { BreakingMove } from '../engine/reverse-stress.js';
import { formatMoney, formatMove } from './format.js';
import { describeFailure } from './margin-table.js';
import { renderTable, type Column } from './table.js';
import type { WhatIf } from './what-ifs.js';

const NONE = '-';
const PRICE = 'USD';

interface PriceRow {
  readonly report: MarginReport;
  readonly underlying: string;
  readonly rootsUsd: readonly number[];
  readonly nearestBelowUsd?: number;
  readonly nearestAboveUsd?: number;
}

const PRICE_COLUMNS: readonly Column<PriceRow>[] = [
  { title: 'account', align: 'left', cell: ({ report }) => report.accountId },
  { title: 'model', align: 'left', cell: ({ report }) => `${report.model}@${report.parameterSet}` },
  { title: 'underlying', align: 'left', cell: ({ underlying }) => underlying },
  { title: 'liquidated below', align: 'right', cell: ({ nearestBelowUsd }) => price(nearestBelowUsd) },
  { title: 'liquidated above', align: 'right', cell: ({ nearestAboveUsd }) => price(nearestAboveUsd) },
  { title: 'all prices', align: 'left', cell: ({ rootsUsd }) => prices(rootsUsd) },
];

/** The prices, in US dollars, at which accounts meet their maintenance margin; nothing where no report has any. */
export function renderLiquidationPrices(reports: readonly MarginReport[]): string[] {
  const rows = reports.flatMap((report) =>
    (report.liquidationPrices ?? []).map((one): PriceRow => ({ report, ...one })),
  );
  return rows.length === 0
    ? []
    : [`Liquidation prices, USD, other underlyings unchanged\n\n${renderTable(PRICE_COLUMNS, rows)}`];
}

/** One table per report: what each position, expiry and underlying adds to the margins. */
export function renderContributions(reports: readonly MarginReport[]): string[] {
  return reports.flatMap((report) => {
    const { contributions, accountId, model, currency } = report;
    if (contributions === undefined || contributions.length === 0) return [];
    const amount = (margin: 'initial' | 'maintenance'): Column<Contribution> => ({
      title: `${margin} margin`,
      align: 'right',
      cell: (entry) => formatMoney(entry[margin], currency),
    });
    const columns: Column<Contribution>[] = [
      { title: 'per', align: 'left', cell: ({ level }) => level.toLowerCase() },
      { title: 'name', align: 'left', cell: ({ key }) => key },
      amount('initial'),
      amount('maintenance'),
    ];
    const title = `Contributions to the margin of ${accountId} (${model}), ${currency}`;
    return [`${title}\n\n${renderTable(columns, contributions)}`];
  });
}

/** One table per account, model and underlying: spot moves down, volatility moves across, liquidation prices below. */
export function renderSurfaces(all: readonly WhatIf<readonly LiquidationSurface[]>[]): string[] {
  return all.flatMap(({ accountId, model, outcome }) =>
    outcome.ok ? outcome.value.map((surface) => renderSurface(accountId, model, surface)) : [],
  );
}

interface SurfaceRow {
  readonly title: string;
  readonly cells: readonly string[];
}

function renderSurface(accountId: string, model: string, surface: LiquidationSurface): string {
  const { underlying, spotUsd, spotShocks, levels } = surface;
  const rows = spotShocks.map((shock, index): SurfaceRow => ({
    title: `${formatMove(shock)}  ${price(spotUsd * (1 + shock))}`,
    cells: levels.map(({ maintenanceExcess }) =>
      formatMoney(maintenanceExcess[index] ?? NaN, surface.currency),
    ),
  }));
  const rootRow = { title: 'liquidated at', cells: levels.map(({ rootsUsd }) => prices(rootsUsd)) };
  const columns: Column<SurfaceRow>[] = [
    { title: `${underlying} spot`, align: 'left', cell: ({ title }) => title },
    ...levels.map(({ volatilityShock }, index): Column<SurfaceRow> => ({
      title: `vol ${formatMove(volatilityShock)}`,
      align: 'right',
      cell: ({ cells }) => cells[index] ?? '',
    })),
  ];
  const title = `Equity less maintenance margin of ${accountId} (${model}), ${surface.currency}`;
  return `${title}\n\n${renderTable(columns, [...rows, rootRow])}`;
}

interface BreakingRow {
  readonly accountId: string;
  readonly move: BreakingMove;
  readonly at: number;
}

/** One row per account and underlying: how far the nearest losing move is, and what it is. */
export function renderBreakingMoves(
  all: readonly WhatIf<BreakingMove | undefined>[],
  lossUsd: number,
): string[] {
  const rows = all.flatMap(({ accountId, outcome }): BreakingRow[] => {
    const move = outcome.ok ? outcome.value : undefined;
    return move === undefined ? [] : move.underlyings.map((_, at) => ({ accountId, move, at }));
  });
  const columns: Column<BreakingRow>[] = [
    { title: 'account', align: 'left', cell: ({ accountId, at }) => (at === 0 ? accountId : '') },
    {
      title: 'distance',
      align: 'right',
      cell: ({ move, at }) => (at === 0 ? `${move.distance.toFixed(2)} sd` : ''),
    },
    {
      title: 'loss',
      align: 'right',
      cell: ({ move, at }) => (at === 0 ? formatMoney(move.lossUsd, 'USD') : ''),
    },
    { title: 'underlying', align: 'left', cell: ({ move, at }) => move.underlyings[at]?.underlying ?? '' },
    { title: 'spot', align: 'right', cell: ({ move, at }) => percentMove(move.underlyings[at]?.spotMove) },
    {
      title: '30-day volatility',
      align: 'right',
      cell: ({ move, at }) => percentMove(move.underlyings[at]?.volatilityMove),
    },
  ];
  const beyond = all.flatMap(({ accountId, outcome }) =>
    outcome.ok && outcome.value === undefined
      ? [`${accountId}: no move within 12 standard deviations loses as much`]
      : [],
  );
  const title = `The least unlikely move of a day that loses ${formatMoney(lossUsd, 'USD')} at once`;
  const table = rows.length === 0 ? [] : [renderTable(columns, rows)];
  return [[title, ...table, ...beyond].join('\n\n')];
}

function percentMove(move: number | undefined): string {
  if (move === undefined) return '';
  return `${move >= 0 ? '+' : ''}${(100 * move).toFixed(1)} %`;
}

interface PathRow {
  readonly path: WhatIf<PathMargin>;
  readonly state: string;
  readonly report: MarginReport;
}

const PATH_TITLES = {
  equity: 'equity',
  initialMargin: 'initial margin',
  maintenanceMargin: 'maintenance',
  initialExcess: 'initial excess',
} as const;

const PATH_COLUMNS: readonly Column<PathRow>[] = [
  { title: 'account', align: 'left', cell: ({ path }) => path.accountId },
  { title: 'model', align: 'left', cell: ({ path }) => path.model },
  { title: 'trades', align: 'left', cell: ({ state }) => state },
  { title: 'ccy', align: 'left', cell: ({ report }) => report.currency },
  ...(['equity', 'initialMargin', 'maintenanceMargin', 'initialExcess'] as const).map(
    (field): Column<PathRow> => ({
      title: PATH_TITLES[field],
      align: 'right',
      cell: ({ report }) => formatMoney(report[field], report.currency),
    }),
  ),
];

/** Before, worst and after of every account that the trades could be margined for. */
export function renderPaths(all: readonly WhatIf<PathMargin>[]): string[] {
  const rows = all.flatMap((path): PathRow[] => {
    if (!path.outcome.ok) return [];
    const { before, peak, peakAfterLegs, after } = path.outcome.value;
    return [
      { path, state: 'before', report: before },
      { path, state: `worst, after ${String(peakAfterLegs)}`, report: peak },
      { path, state: 'after all', report: after },
    ];
  });
  return rows.length === 0 ? [] : [`Margins along the trades\n\n${renderTable(PATH_COLUMNS, rows)}`];
}

/** What could not be asked, each with its account. */
export function renderRefusals(title: string, all: readonly WhatIf<unknown>[]): string[] {
  const lines = all.flatMap(({ accountId, model, outcome }) =>
    outcome.ok
      ? []
      : [`  ${accountId} (${model}): ${outcome.failure.field}: ${describeFailure(outcome.failure)}`],
  );
  return lines.length === 0 ? [] : [[title, ...lines].join('\n')];
}

function price(usd: number | undefined): string {
  return usd === undefined ? NONE : formatMoney(usd, PRICE);
}

function prices(usd: readonly number[]): string {
  return usd.length === 0 ? NONE : usd.map((one) => formatMoney(one, PRICE)).join('; ');
}
