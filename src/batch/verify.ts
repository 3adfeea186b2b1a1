import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { readRunManifest, type RunManifest } from './manifest.js';
import { TABLES, type TableName } from './output/tables.js';
import { describeTable } from './parts.js';
import { messageOf } from './batch-error.js';

export interface Verification {
  readonly manifest: RunManifest;
  /** What does not agree with the manifest, in words; empty for a run that is whole. */
  readonly differences: readonly string[];
}

/** Recomputes the hashes and row counts of a finished run. */
export async function verifyRun(connection: DuckDBConnection, out: string): Promise<Verification> {
  const manifest = readRunManifest(path.join(out, 'manifest.json'));
  const differences: string[] = [];
  for (const [name, stated] of Object.entries(manifest.tables)) {
    const table = TABLES.find((known): known is TableName => known === name);
    const file = path.join(out, `${name}.parquet`);
    if (table === undefined || !existsSync(file)) {
      differences.push(`${file}: expected the table but there is none`);
      continue;
    }
    try {
      const actual = await describeTable({ connection }, table, file);
      for (const key of ['rows', 'resultHash', 'fileHash', 'bytes'] as const)
        if (actual[key] !== stated[key])
          differences.push(
            `${file}: expected ${key} ${String(stated[key])} but received ${String(actual[key])}`,
          );
    } catch (error) {
      differences.push(`${file}: cannot read: ${messageOf(error).split('\n')[0] ?? ''}`);
    }
  }
  return { manifest, differences };
}
