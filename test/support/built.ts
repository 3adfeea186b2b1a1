/** Worker threads run compiled files: tests that start a pool or a server build them first. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from './folders.js';

/** Builds what is missing or stale; throws when that fails. */
export function ensureBuilt(): void {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/ensure-built.mjs'], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the build failed: ${stderr}`);
}

/** Compiled entries of threads: those of the reserve audit, the margin pool. */
export const BUILT_LIFT_WORKER = pathToFileURL(path.join(REPOSITORY, 'dist/reserves/lift-worker.js'));
export const BUILT_ATTESTOR_WORKER = pathToFileURL(path.join(REPOSITORY, 'dist/reserves/attestor-worker.js'));
export const BUILT_PRIVATE_TIER_WORKER = pathToFileURL(
  path.join(REPOSITORY, 'dist/reserves/privacy/private-tier-worker.js'),
);
export const BUILT_WORKER_ENTRY = pathToFileURL(path.join(REPOSITORY, 'dist/pool/worker-entry.js'));
