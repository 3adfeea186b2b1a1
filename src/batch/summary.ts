import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import path from 'node:path';
import { quoted, quotedFile } from '../domain/sql-text.js';
import { copyNumbers, forEachChunk, readRows } from './duck.js';
import { ExactSum } from './exact-sum.js';
import type { RunManifest } from './manifest.js';

/**
 * `summary.json`: totals and the shape of the margins per model, in the currency of each. Totals are exact sums, rounded once: the
 * database would add them up as its threads come, with other last digits every time.
 */
export async function summarise(
  connection: DuckDBConnection,
  out: string,
  manifest: Pick<RunManifest, 'runHash' | 'identity' | 'accountCount' | 'positionCount'>,
): Promise<unknown> {
  const accounts = `read_parquet(${quotedFile(path.join(out, 'accounts.parquet'))})`;
  const failures = `read_parquet(${quotedFile(path.join(out, 'failures.parquet'))})`;
  const shapes = await readRows(
    connection,
    `SELECT model, currency, count(*)::INTEGER AS accounts,
       count(*) FILTER (initial_excess < 0)::INTEGER AS below_initial_margin,
       count(*) FILTER (maintenance_excess < 0)::INTEGER AS below_maintenance_margin,
       quantile_disc(initial_margin, 0.5) AS initial_margin_median, quantile_disc(initial_margin, 0.9) AS initial_margin_90,
       quantile_disc(initial_margin, 0.99) AS initial_margin_99, max(initial_margin) AS initial_margin_max
     FROM ${accounts} GROUP BY model, currency ORDER BY model, currency`,
  );
  const models = [];
  for (const { model, currency, accounts: count, ...shape } of shapes) {
    const own = `${accounts} WHERE model = ${quoted(String(model))} AND currency = ${quoted(String(currency))}`;
    models.push({ model, currency, accounts: count, ...(await totals(connection, own)), ...shape });
  }
  const reasons = await readRows(
    connection,
    `SELECT model, reason, count(*)::INTEGER AS accounts FROM ${failures} GROUP BY model, reason ORDER BY model, reason`,
  );
  return {
    run_hash: manifest.runHash,
    market_hash: manifest.identity.marketHash,
    epoch: manifest.identity.epoch,
    account_count: manifest.accountCount,
    position_count: manifest.positionCount,
    models,
    failures: reasons,
  };
}

/** `summary.json` as it is written. */
export function summaryText(summary: unknown): string {
  return `${JSON.stringify(summary, null, 1)}\n`;
}

/** What the manifest says of the file. */
export function summaryFileOf(text: string): RunManifest['summary'] {
  return { fileHash: createHash('sha256').update(text).digest('hex'), bytes: Buffer.byteLength(text) };
}

/** What is summed over the accounts of a model. */
const SUMMED = ['equity', 'mark_to_market', 'initial_margin', 'maintenance_margin'] as const;

async function totals(connection: DuckDBConnection, relation: string): Promise<Record<string, number>> {
  const columns = SUMMED.map((name) => ({ name, sum: new ExactSum() }));
  // An amount that there is none of adds nothing; the columns have no nulls then and are read as they lie in memory.
  const amounts = SUMMED.map((name) => `coalesce(${name}, 0)`).join(', ');
  let values = new Float64Array(0);
  await forEachChunk(connection, `SELECT ${amounts} FROM ${relation}`, (chunk) => {
    if (values.length < chunk.rowCount) values = new Float64Array(chunk.rowCount);
    columns.forEach(({ sum }, column) => {
      copyNumbers(chunk, column, values, 0);
      sum.addAll(values, chunk.rowCount);
    });
  });
  return Object.fromEntries(columns.map(({ name, sum }) => [name, sum.value]));
}
