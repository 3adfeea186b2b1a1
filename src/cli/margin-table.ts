/** Margins of accounts as a table; one row per account and model, failures below. */
import type { Failure, Outcome } from '../domain/outcome.js';
import type { BindingScenario, MarginReport } from '../domain/report.js';
import { formatMoney, formatMove } from './format.js';
import type { Column } from './table.js';
import { renderTable } from './table.js';

/** What one model says about one portfolio of the file. */
export interface MarginRow {
  /** Place of the portfolio in its file. */
  readonly index: number;
  readonly accountId: string;
  /** As the user named it. */
  readonly model: string;
  readonly outcome: Outcome<MarginReport>;
}

const COLUMNS: readonly Column<MarginReport>[] = [
  { title: 'account', align: 'left', cell: (report) => report.accountId },
  { title: 'model', align: 'left', cell: (report) => `${report.model}@${report.parameterSet}` },
  { title: 'ccy', align: 'left', cell: (report) => report.currency },
  money('equity', (report) => report.equity),
  money('initial margin', (report) => report.initialMargin),
  money('maintenance', (report) => report.maintenanceMargin),
  money('initial excess', (report) => report.initialExcess),
  { title: 'worst scenario', align: 'left', cell: describeWorst },
  money('its P&L', (report) => report.bindingScenario?.pnl ?? 0),
  { title: 'quality', align: 'left', cell: (report) => report.quality.toLowerCase() },
];

/** What the excess would lose if the data were as wrong as their confidence admits. */
const UNCERTAINTY_COLUMNS: readonly Column<MarginReport>[] = [
  { title: 'doubt about data', align: 'left', cell: (report) => report.accountId },
  { title: 'model', align: 'left', cell: (report) => `${report.model}@${report.parameterSet}` },
  { title: 'ccy', align: 'left', cell: (report) => report.currency },
  {
    title: 'lowest confidence',
    align: 'right',
    cell: ({ dataConfidence }) => (dataConfidence === undefined ? '-' : dataConfidence.toFixed(3)),
  },
  money('initial, volatility', (report) => report.dataUncertainty?.volatilityInitial ?? 0),
  money('initial, prices', (report) => report.dataUncertainty?.priceInitial ?? 0),
  money('maintenance, volatility', (report) => report.dataUncertainty?.volatilityMaintenance ?? 0),
  money('maintenance, prices', (report) => report.dataUncertainty?.priceMaintenance ?? 0),
];

/** The table of the margins, then failures and warnings, each with its account. */
export function renderMargins(rows: readonly MarginRow[]): string {
  const reports = rows.flatMap(({ outcome }) => (outcome.ok ? [outcome.value] : []));
  const blocks = reports.length > 0 ? [renderTable(COLUMNS, reports)] : [];
  const doubtful = reports.filter(({ dataUncertainty }) => dataUncertainty !== undefined);
  if (doubtful.length > 0) blocks.push(renderTable(UNCERTAINTY_COLUMNS, doubtful));
  const failures = renderFailures(rows);
  if (failures !== undefined) blocks.push(failures);
  const warnings = reports.flatMap((report) =>
    report.warnings.map((warning) => `${report.accountId} (${report.model}): ${warning}`),
  );
  if (warnings.length > 0) blocks.push(['Warnings', ...warnings.map((line) => `  ${line}`)].join('\n'));
  return blocks.join('\n\n');
}

interface FailureRow {
  readonly accountId: string;
  readonly model: string;
  readonly failure: Failure;
}

const FAILURE_COLUMNS: readonly Column<FailureRow>[] = [
  { title: 'failed account', align: 'left', cell: (row) => row.accountId },
  { title: 'model', align: 'left', cell: (row) => row.model },
  { title: 'reason', align: 'left', cell: (row) => row.failure.reason },
  { title: 'field', align: 'left', cell: (row) => row.failure.field },
  { title: 'message', align: 'left', cell: (row) => describeFailure(row.failure) },
];

function renderFailures(rows: readonly MarginRow[]): string | undefined {
  const failed = rows.flatMap(({ accountId, model, outcome }) =>
    outcome.ok ? [] : [{ accountId, model, failure: outcome.failure }],
  );
  return failed.length === 0 ? undefined : renderTable(FAILURE_COLUMNS, failed);
}

/** The message and, for an unknown name, the names that look like it. */
export function describeFailure({ message, closestMatches }: Failure): string {
  const hasMatches = closestMatches !== undefined && closestMatches.length > 0;
  return hasMatches ? `${message} (closest: ${closestMatches.join(', ')})` : message;
}

function money(title: string, value: (report: MarginReport) => number): Column<MarginReport> {
  return { title, align: 'right', cell: (report) => formatMoney(value(report), report.currency) };
}

function describeWorst({ bindingScenario }: MarginReport): string {
  return bindingScenario === undefined ? '-' : describeScenario(bindingScenario);
}

function describeScenario({ label, spotShock, volShock }: BindingScenario): string {
  return label === '' ? `spot ${formatMove(spotShock)} vol ${volShock.toLowerCase()}` : label;
}
