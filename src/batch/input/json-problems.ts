import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedFile } from '../../domain/sql-text.js';
import { messageOf } from '../batch-error.js';
import { readRows } from '../duck.js';
import { COLUMN_NAMES, COLUMN_TYPES, NUMBER_COLUMNS, TEXT_COLUMNS } from './columns.js';
import { shortened, shown } from './shown.js';
import { findLine } from './text-lines.js';
import { encodingProblem } from './utf8.js';

/** Bytes of one record, not of a file. Every thread has twice that for what it reads, within the memory of the database. */
const RECORD_BYTES_MAX = 4 << 20;

/** A JSON file as the reader takes it: every column that a run knows, null where a record has none. */
export function jsonRelation(file: string, allJson = false): string {
  const columns = COLUMN_NAMES.map((name) => `'${name}': '${allJson ? 'JSON' : COLUMN_TYPES[name]}'`);
  return `read_json(${quotedFile(file)}, columns = {${columns.join(', ')}}, maximum_object_size = ${String(RECORD_BYTES_MAX)})`;
}

/** The same with what the reader finds in the first records. */
export function sniffedJson(file: string): string {
  return `read_json(${quotedFile(file)}, maximum_object_size = ${String(RECORD_BYTES_MAX)})`;
}

/** Whether a file is the document of portfolios that other commands take, and not records. */
export async function isPortfolioDocument(file: string): Promise<boolean> {
  let head = '';
  await findLine(file, (bytes) => {
    head += bytes.toString('utf8', 0, HEAD_BYTES);
    return head.length < HEAD_BYTES ? undefined : true;
  });
  return /^\uFEFF?\s*\{\s*"portfolios"\s*:/.test(head);
}

const HEAD_BYTES = 256;

/** Place and kind of the first thing that keeps a file from being read; undefined where the reader has to say it. */
export async function jsonProblem(connection: DuckDBConnection, file: string): Promise<string | undefined> {
  const bad = await findLine(file, (bytes, line) => {
    const problem = encodingProblem(bytes, line);
    return problem === undefined ? undefined : `line ${String(line)}: ${problem}`;
  });
  return bad ?? (await syntaxProblem(file)) ?? (await typeProblem(connection, file));
}

/** The first line that is no JSON, of a file whose first line is a record of its own. */
async function syntaxProblem(file: string): Promise<string | undefined> {
  const bad = await findLine(file, (bytes, line) => {
    const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
    const problem = text.trim() === '' ? undefined : parseProblem(text);
    return problem === undefined ? undefined : { line, text, problem };
  });
  if (bad === undefined || bad.line === 1) return undefined;
  return `line ${String(bad.line)}: expected a record as JSON but received ${shown(bad.text)}: ${bad.problem}`;
}

function parseProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

const NUMBERS = `('BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE', 'NULL')`;
const TEXTS = `('VARCHAR', 'BIGINT', 'UBIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE', 'NULL')`;

/** The first record with a value of another type than its column's. */
export async function typeProblem(connection: DuckDBConnection, file: string): Promise<string | undefined> {
  const bad = [
    ...NUMBER_COLUMNS.map((name) => ({
      name,
      wanted: 'a number',
      is: `json_type(${name}) NOT IN ${NUMBERS}`,
    })),
    ...TEXT_COLUMNS.map((name) => ({ name, wanted: 'a text', is: `json_type(${name}) NOT IN ${TEXTS}` })),
  ];
  const first = (what: (column: (typeof bad)[number]) => string): string =>
    `CASE ${bad.map((column) => `WHEN ${column.is} THEN ${what(column)}`).join(' ')} END`;
  const [found] = await readRows(
    connection,
    `SELECT row, ${first(({ name }) => `'${name}'`)} AS name, ${first(({ wanted }) => `'${wanted}'`)} AS wanted,
       ${first(({ name }) => `${name}::VARCHAR`)} AS value
     FROM (SELECT row_number() OVER () AS row, * FROM ${jsonRelation(file, true)}) WHERE name IS NOT NULL ORDER BY row LIMIT 1`,
  );
  if (found === undefined) return undefined;
  const [row, name, wanted, value] = [found.row, found.name, found.wanted, found.value].map(String);
  return `row ${row ?? ''}: expected ${wanted ?? ''} for the column ${name ?? ''} but received ${shortened(value ?? '')}`;
}
