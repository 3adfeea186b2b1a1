import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../package-root.js';
import { readRows } from './duck.js';
import type { Software } from './manifest.js';
import type { Run } from './prepare.js';

export async function softwareVersions({ connection, request }: Run): Promise<Software> {
  const [row] = await readRows(connection, 'SELECT version() AS version');
  buildId ??= buildIdOf(packageRoot());
  return {
    margincube: request.version,
    build: buildId,
    duckdb: String(row?.version),
    node: process.version,
  };
}

let buildId: string | undefined;

/** Hex SHA-256 over the sources that were compiled and the native kernels as they are: two builds of one version are told apart. */
function buildIdOf(root: string): string {
  const hash = createHash('sha256');
  const sources = path.join(root, 'dist/sources.sha256');
  const kernels = path.join(root, 'build/Release');
  const names = existsSync(kernels) ? readdirSync(kernels).sort() : [];
  const files = names
    .filter((name) => /^kernels_\w+\.node$/.test(name))
    .map((name) => path.join(kernels, name));
  for (const file of [sources, ...files]) if (existsSync(file)) hash.update(readFileSync(file));
  return hash.digest('hex');
}
