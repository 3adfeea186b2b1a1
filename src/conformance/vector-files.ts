import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Parsed JSON of one file below a vectors folder; nothing when it is absent. */
export function readVectorFile(vectors: string, ...names: string[]): unknown {
  const file = path.join(vectors, ...names);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined;
}

/** Names of the files of a folder that match, in order; none when the folder is absent. */
export function listVectorFiles(vectors: string, folder: readonly string[], pattern: RegExp): string[] {
  const directory = path.join(vectors, ...folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => pattern.test(file))
    .sort();
}
