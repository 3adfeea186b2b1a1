import type * as DuckDB from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import { createRequire } from 'node:module';
import path from 'node:path';
import { quoted } from '../domain/sql-text.js';

/** The database's package by `require`: an `import` parses all of its files for the names that they export, in twice the time. */
export const duckdb = createRequire(import.meta.url)('@duckdb/node-api') as typeof DuckDB;

/**
 * An embedded database of one run, in memory; it spills into `temporaryFolder` above its share of memory, and where that is empty
 * fails there.
 */
export async function openDuck(threads: number, temporaryFolder: string): Promise<DuckDBConnection> {
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    threads: String(threads),
    memory_limit: DUCK_MEMORY,
    temp_directory: temporaryFolder,
    // Nothing is fetched: what this program does not bring along it does not use.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return instance.connect();
}

/** Beside the cubes (120 MB for 1,000 instruments x 10,000 scenarios) and the columns of a round. */
const DUCK_MEMORY = '512MB';

/** Lets a database spill that could not before. */
export async function allowSpilling(connection: DuckDBConnection, temporaryFolder: string): Promise<void> {
  await connection.run(`SET temp_directory = ${quoted(temporaryFolder)}`);
}

/** Where the database of this process spills what does not fit into memory. */
export function spillFolder(out: string): string {
  return path.join(out, `spill-${String(process.pid)}.tmp`);
}

type Row = Record<string, unknown>;

/** All rows of a small result. */
export async function readRows(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJS();
}

/** Hands on every chunk of a result that has no nulls. @param whenBegun called while the database works out the result */
export async function forEachChunk(
  connection: DuckDBConnection,
  sql: string,
  take: (chunk: DuckDBDataChunk) => void,
  whenBegun: () => void = () => undefined,
): Promise<void> {
  const running = connection.run(sql);
  whenBegun();
  const result = await running;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    take(chunk);
  }
}

type Numbers = Float64Array | Int32Array | Uint32Array;

/** Copies a numeric column of a chunk without nulls to `to` from `offset` on. */
export function copyNumbers(chunk: DuckDBDataChunk, column: number, to: Numbers, offset: number): void {
  const vector = chunk.getColumnVector(column);
  // The vector keeps its numbers as one typed array; asking for them one by one takes ten times as long.
  const items: unknown = Reflect.get(vector, 'items');
  if (items instanceof Float64Array || items instanceof Int32Array || items instanceof Uint32Array) {
    to.set(items, offset);
    return;
  }
  for (let at = 0; at < vector.itemCount; at += 1) to[offset + at] = Number(vector.getItem(at));
}
