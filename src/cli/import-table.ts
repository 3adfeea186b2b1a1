/** The report of an import as tables: what was read, what was refused and why, how good each expiry is. */
import path from 'node:path';
import type {
  ExpiryImportReport,
  ImportReport,
  RefusalExample,
  RefusalReport,
  SourceReport,
} from '../market/venues/import-report.js';
import {
  formatCount,
  formatDate,
  formatError,
  formatPercent,
  formatSignificant,
  formatTime,
} from './format.js';
import type { Column } from './table.js';
import { renderTable } from './table.js';

export function renderImport(report: ImportReport): string {
  const blocks = [
    describeImport(report),
    renderTable(SOURCE_COLUMNS, report.sources),
    report.expiries.length > 0 ? renderTable(EXPIRY_COLUMNS, report.expiries) : 'No expiry is usable.',
    report.refusals.length > 0 ? renderTable(REFUSAL_COLUMNS, report.refusals) : 'No row was refused.',
  ];
  if (report.notes.length > 0) blocks.push(['Notes', ...report.notes.map((note) => `  ${note}`)].join('\n'));
  return blocks.join('\n\n');
}

function describeImport(report: ImportReport): string {
  const counts = `${formatCount(report.rowsRead)} rows read, ${formatCount(report.rowsUsed)} used, ${formatCount(report.rowsRefused)} refused`;
  const head = `${report.venue}, ${formatTime(report.timeMs)}, settlement ${report.settlement.toLowerCase()}: ${counts}`;
  if (report.repricing === undefined) return head;
  const { errorMedian, errorMax, worstInstrument } = report.repricing;
  const options = `${formatCount(report.optionsUsed)} options, ${formatPercent(report.oneSidedShare)} of them without bid or ask`;
  const errors = `median ${formatError(errorMedian)} coin, largest ${formatError(errorMax)} coin (${worstInstrument})`;
  return `${head}\n${options}; |model - mark| ${errors}`;
}

const SOURCE_COLUMNS: readonly Column<SourceReport>[] = [
  { title: 'source', align: 'left', cell: ({ name }) => path.basename(name) },
  { title: 'kind', align: 'left', cell: ({ kind }) => kind },
  { title: 'rows', align: 'right', cell: ({ rowsRead }) => formatCount(rowsRead) },
  { title: 'used', align: 'right', cell: ({ rowsUsed }) => formatCount(rowsUsed) },
  { title: 'refused', align: 'right', cell: ({ rowsRefused }) => formatCount(rowsRefused) },
  {
    title: 'other times',
    align: 'right',
    cell: ({ rowsOfOtherSnapshots }) => formatCount(rowsOfOtherSnapshots),
  },
];

const EXPIRY_COLUMNS: readonly Column<ExpiryImportReport>[] = [
  { title: 'underlying', align: 'left', cell: ({ underlying }) => underlying },
  { title: 'expiry', align: 'left', cell: ({ expiryMs }) => formatDate(expiryMs) },
  { title: 'options', align: 'right', cell: ({ optionsUsed }) => formatCount(optionsUsed) },
  { title: 'two-sided', align: 'right', cell: ({ twoSidedShare }) => formatPercent(twoSidedShare) },
  { title: 'forward', align: 'right', cell: ({ forward }) => formatSignificant(forward, 7) },
  { title: 'scatter', align: 'right', cell: ({ forwardScatter }) => formatPercent(forwardScatter) },
  {
    title: 'forward conf',
    align: 'right',
    cell: ({ forwardConfidence }) => formatSignificant(forwardConfidence, 3),
  },
  {
    title: 'vol conf',
    align: 'right',
    cell: ({ volatilityConfidence }) => formatSignificant(volatilityConfidence, 3),
  },
  { title: 'parity error', align: 'right', cell: ({ parityErrorMax }) => optional(parityErrorMax) },
  {
    title: 'median error',
    align: 'right',
    cell: ({ repricingErrorMedian }) => formatError(repricingErrorMedian),
  },
  {
    title: 'largest error',
    align: 'right',
    cell: ({ repricingErrorMax }) => formatError(repricingErrorMax),
  },
];

const REFUSAL_COLUMNS: readonly Column<RefusalReport>[] = [
  { title: 'refused because', align: 'left', cell: ({ reason }) => reason },
  { title: 'rows', align: 'right', cell: ({ count }) => formatCount(count) },
  { title: 'first', align: 'left', cell: ({ examples }) => describeExample(examples[0]) },
];

function describeExample(example: RefusalExample | undefined): string {
  if (example === undefined) return '-';
  return `${path.basename(example.source)}:${String(example.row)} ${example.instrument}: ${example.detail}`;
}

function optional(value: number | undefined): string {
  return value === undefined ? '-' : formatError(value);
}
