import { formatCount } from '../format.js';
import { paragraph, table, type HtmlColumn } from './html.js';
import type { RunDatabase } from './run-database.js';

interface FailureRow {
  readonly rowNumber: number | null;
  readonly accountId: string | null;
  readonly model: string | null;
  readonly field: string;
  readonly reason: string;
  readonly message: string;
}

interface ReasonCount {
  readonly reason: string;
  readonly failures: number;
  readonly accounts: number;
}

const ROWS = 30;

/** How many failures there are, why, and the first of them. */
export async function failureSection(run: RunDatabase): Promise<string> {
  const reasons = await run.rows<ReasonCount>(`SELECT reason, count(*)::INTEGER AS failures,
    count(DISTINCT account_id)::INTEGER AS accounts FROM failures GROUP BY reason ORDER BY failures DESC, reason`);
  const total = reasons.reduce((sum, { failures }) => sum + failures, 0);
  const head = '<section id="failures"><h2>What failed</h2>';
  if (total === 0)
    return `${head}${paragraph('Nothing: every row was used and every account margined.', 'good')}</section>`;
  const first =
    await run.rows<FailureRow>(`SELECT row_number::DOUBLE AS "rowNumber", account_id AS "accountId", model, field,
    reason, message FROM failures ORDER BY row_number NULLS LAST, account_id, model LIMIT ${String(ROWS)}`);
  return [
    head,
    table(REASON_COLUMNS, reasons),
    paragraph(
      total > ROWS
        ? `The first ${String(ROWS)} of ${formatCount(total)} (all in failures.parquet):`
        : 'All of them:',
    ),
    table(FAILURE_COLUMNS, first),
    '</section>',
  ].join('\n');
}

const REASON_COLUMNS: readonly HtmlColumn<ReasonCount>[] = [
  { title: 'reason', align: 'left', cell: ({ reason }) => reason },
  { title: 'failures', align: 'right', cell: ({ failures }) => formatCount(failures), kind: () => 'below' },
  { title: 'accounts', align: 'right', cell: ({ accounts }) => formatCount(accounts) },
];

const FAILURE_COLUMNS: readonly HtmlColumn<FailureRow>[] = [
  {
    title: 'row',
    align: 'right',
    cell: ({ rowNumber }) => (rowNumber === null ? '–' : formatCount(rowNumber)),
  },
  { title: 'account', align: 'left', cell: ({ accountId }) => accountId ?? '–' },
  { title: 'model', align: 'left', cell: ({ model }) => model ?? '–' },
  { title: 'field', align: 'left', cell: ({ field }) => field },
  { title: 'reason', align: 'left', cell: ({ reason }) => reason },
  { title: 'message', align: 'text', cell: ({ message }) => message },
];
