/**
 * Where tests find published vectors and recorded market data. The folders are not part of the repository: a test that
 * needs one is skipped with a visible line where it is absent, and fails where `CI` is set.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Root of the repository. */
export const REPOSITORY = path.resolve(import.meta.dirname, '../..');

/** Folder of the vectors: `MARGINCUBE_VECTORS`, else `../shared/vectors`; undefined when absent. */
export function vectorsFolder(): string | undefined {
  return folder('MARGINCUBE_VECTORS', '../shared/vectors');
}

/** Folder of the market data: `MARGINCUBE_DATA`, else `../shared/data`; undefined when absent. */
export function dataFolder(): string | undefined {
  return folder('MARGINCUBE_DATA', '../shared/data');
}

function folder(variable: string, fallback: string): string | undefined {
  const chosen = path.resolve(REPOSITORY, process.env[variable] ?? fallback);
  if (existsSync(chosen)) return chosen;
  if (process.env.CI === 'true')
    throw new Error(`${variable}: no folder ${chosen}, and CI must not skip its tests`);
  process.stderr.write(`SKIPPED for want of ${variable}: no folder ${chosen}\n`);
  return undefined;
}
