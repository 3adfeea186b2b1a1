import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { identify } from './identity.js';
import { readRunManifest, runHashOf, type RunManifest } from './manifest.js';
import { fileHash } from './output/files.js';
import type { RunRequest } from './prepare.js';

/**
 * The manifest of a folder where this very run is finished: of the same identity, its files whole. It is the last that a run writes, so
 * that nothing but the removal of the parts can be left to do.
 */
export async function findFinishedRun(request: RunRequest): Promise<RunManifest | undefined> {
  const file = path.join(request.out, 'manifest.json');
  const { portfolios, collateral } = request.files;
  const inputs = collateral === undefined ? [portfolios] : [portfolios, collateral];
  // Inputs that are missing are told as they are without a manifest.
  if (![file, ...inputs].every((name) => existsSync(name))) return undefined;
  const manifest = readRunManifest(file);
  if (manifest.runHash !== runHashOf(await identify(request))) return undefined;
  const tables = Object.entries(manifest.tables);
  for (const [table, stated] of tables)
    if (!(await isWhole(path.join(request.out, `${table}.parquet`), stated))) return undefined;
  const isWholeSummary = await isWhole(path.join(request.out, 'summary.json'), manifest.summary);
  return isWholeSummary ? manifest : undefined;
}

async function isWhole(file: string, stated: { fileHash: string; bytes: number }): Promise<boolean> {
  return (
    existsSync(file) && (await stat(file)).size === stated.bytes && (await fileHash(file)) === stated.fileHash
  );
}
