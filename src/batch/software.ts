import { readRows } from './duck.js';
import type { RunManifest } from './manifest.js';
import type { Run } from './prepare.js';

export async function softwareVersions({ connection, request }: Run): Promise<RunManifest['software']> {
  const [row] = await readRows(connection, 'SELECT version() AS version');
  return { margincube: request.version, duckdb: String(row?.version), node: process.version };
}
