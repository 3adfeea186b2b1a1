import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** Versions whose durability was tested (`npm run crash`); two versions on one file abort the process. */
export const LMDB_VERSIONS: readonly string[] = ['3.5.6'];

/** The version of the LMDB library that this process loads. */
export function installedLmdbVersion(): string {
  const entry = createRequire(import.meta.url).resolve('lmdb');
  const manifest = path.join(path.dirname(entry), '../package.json');
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
