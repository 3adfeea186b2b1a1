import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedFile } from '../domain/sql-text.js';
import { messageOf } from './batch-error.js';
import { readRows } from './duck.js';
import { readRunManifest, runHashOf, selfHashOf, type RunManifest } from './manifest.js';
import { fileHash } from './output/files.js';
import { tablesOf, type TableName } from './output/tables.js';
import { describeTable } from './parts.js';
import { summarise, summaryText } from './summary.js';

export interface Verification {
  readonly manifest: RunManifest;
  /** What does not agree with the manifest, in words; empty for a run that is whole. */
  readonly differences: readonly string[];
}

/**
 * Recomputes everything that the manifest of a finished run states: its own hash, the run hash from the identity, hashes and rows of
 * the tables, accounts and failures from the tables, and the summary from the tables.
 */
export async function verifyRun(connection: DuckDBConnection, out: string): Promise<Verification> {
  const file = path.join(out, 'manifest.json');
  const manifest = readRunManifest(file);
  const differences: string[] = [];
  const compare = (where: string, what: string, expected: unknown, received: unknown): void => {
    if (expected !== received)
      differences.push(`${where}: expected ${what} ${String(expected)} but received ${String(received)}`);
  };
  compare(file, 'runHash', runHashOf(manifest.identity), manifest.runHash);
  compare(file, 'selfHash', selfHashOf(manifest), manifest.selfHash);
  const names = tablesOf(manifest.identity.includeVectors);
  compare(file, 'tables', names.join(', '), Object.keys(manifest.tables).join(', '));
  for (const name of names)
    differences.push(...(await differencesOfTable(connection, out, name, manifest.tables[name])));
  // What is counted and summed rests on the tables.
  if (differences.length === 0) {
    const counts = await counted(connection, out);
    compare(file, 'accountCount', counts.accounts, manifest.accountCount);
    compare(file, 'failureCount', counts.failures, manifest.failureCount);
  }
  const summaryFile = path.join(out, 'summary.json');
  if (!existsSync(summaryFile)) differences.push(`${summaryFile}: expected the summary but there is none`);
  else {
    compare(summaryFile, 'fileHash', manifest.summary.fileHash, await fileHash(summaryFile));
    if (differences.length === 0) {
      const isSame =
        readFileSync(summaryFile, 'utf8') === summaryText(await summarise(connection, out, manifest));
      compare(summaryFile, 'the sums of the tables:', true, isSame);
    }
  }
  return { manifest, differences };
}

async function differencesOfTable(
  connection: DuckDBConnection,
  out: string,
  table: TableName,
  stated: RunManifest['tables'][string] | undefined,
): Promise<string[]> {
  const file = path.join(out, `${table}.parquet`);
  if (stated === undefined || !existsSync(file)) return [`${file}: expected the table but there is none`];
  try {
    const actual = await describeTable({ connection }, table, file);
    return (['rows', 'resultHash', 'fileHash', 'bytes'] as const)
      .filter((key) => actual[key] !== stated[key])
      .map((key) => `${file}: expected ${key} ${String(stated[key])} but received ${String(actual[key])}`);
  } catch (error) {
    return [`${file}: cannot read: ${messageOf(error).split('\n')[0] ?? ''}`];
  }
}

/** Every account is in one table or the other, in both where one of several models failed. */
async function counted(
  connection: DuckDBConnection,
  out: string,
): Promise<{ readonly accounts: number; readonly failures: number }> {
  const [accounts, failures] = (['accounts', 'failures'] as const).map(
    (table) => `read_parquet(${quotedFile(path.join(out, `${table}.parquet`))})`,
  );
  const [row] = await readRows(
    connection,
    `SELECT (SELECT count(*) FROM (SELECT account_id FROM ${accounts ?? ''} UNION SELECT account_id FROM ${failures ?? ''}))::DOUBLE
       AS accounts, (SELECT count(*) FROM ${failures ?? ''})::DOUBLE AS failures`,
  );
  return { accounts: Number(row?.accounts), failures: Number(row?.failures) };
}
