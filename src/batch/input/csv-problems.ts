import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedFile } from '../../domain/sql-text.js';
import { readRows } from '../duck.js';
import { COLUMN_TYPES, isColumn, NUMBER_COLUMNS } from './columns.js';
import { readHeader, type CsvHeader } from './csv-header.js';
import { splitRecord, type CsvRecord } from './csv-record.js';
import { shown } from './shown.js';
import { findLine, LINE_BYTES_MAX, type LineEnd } from './text-lines.js';
import { encodingProblem } from './utf8.js';

/** A CSV file as the reader takes it: nothing is left for it to guess. `allText` reads numbers as they stand in the file. */
export function csvRelation(file: string, { names, separator }: CsvHeader, allText = false): string {
  const columns = names.map((name, at) =>
    isColumn(name)
      ? `'${name}': '${allText ? 'VARCHAR' : COLUMN_TYPES[name]}'`
      : `'unread_${String(at)}': 'VARCHAR'`,
  );
  return `read_csv(${quotedFile(file)}, auto_detect = false, header = false, skip = 1, delim = '${separator}', quote = '"',
    escape = '"', strict_mode = true, null_padding = false, columns = {${columns.join(', ')}})`;
}

/** Place and kind of the first thing that keeps a file from being read; undefined where it is nothing of the file's form. */
export async function csvProblem(connection: DuckDBConnection, file: string): Promise<string | undefined> {
  const header = await readHeader(file);
  return (await formProblem(file, header)) ?? (await numberProblem(connection, file, header));
}

/** The line of a row. Rows count from 1 behind the header, lines from 1 with it; they differ by empty lines and by line ends in quotes. */
export async function lineOfRow(file: string, row: number): Promise<number | undefined> {
  return findRecord(file, await readHeader(file), (record) => (record.row === row ? record.line : undefined));
}

async function formProblem(file: string, header: CsvHeader): Promise<string | undefined> {
  const { names, separator } = header;
  return findRecord(file, header, ({ row, line, text, form, textProblem }) => {
    const where = `row ${String(row)} (line ${String(line)})`;
    if (textProblem !== undefined) return `${where}: ${textProblem}`;
    if (form.form === 'open')
      return `${where}: expected a closing quote but received none to the end of the file: ${shown(text)}`;
    if (form.form === 'damaged')
      return `${where}: expected ${shown(separator)} behind a closing quote but received ${shown(form.value)}`;
    // The reader takes a separator at the end of a row for nothing.
    const count = form.values.at(-1) === '' ? form.values.length - 1 : form.values.length;
    if (count === names.length || form.values.length === names.length) return undefined;
    const counts = `${String(names.length)} columns, as the header has, but received ${String(form.values.length)}`;
    return `${where}: expected ${counts}: ${shown(text)}`;
  });
}

interface FoundRecord {
  readonly row: number;
  /** Of its first character. */
  readonly line: number;
  readonly text: string;
  readonly form: CsvRecord;
  /** What is wrong with the text whatever its values. */
  readonly textProblem: string | undefined;
}

const QUOTE = '"'.charCodeAt(0);

/** What `look` says of the first record behind the header that it says anything of. */
async function findRecord<T>(
  file: string,
  { separator }: CsvHeader,
  look: (record: FoundRecord) => T | undefined,
): Promise<T | undefined> {
  let rows = 0;
  let firstEnd: LineEnd = '';
  let open: { row: number; line: number; lines: Buffer[]; length: number } | undefined;
  const found = await findLine(file, (bytes, line, end) => {
    if (line === 1) firstEnd = end;
    if (line === 1 || (bytes.length === 0 && open === undefined)) return undefined;
    const record = open ?? { row: (rows += 1), line, lines: [], length: 0 };
    record.lines.push(Buffer.from(bytes));
    record.length += bytes.length;
    const textProblem = encodingProblem(bytes, line) ?? endProblem(firstEnd, end);
    // A line without a quote closes none.
    const isStillOpen = open !== undefined && !bytes.includes(QUOTE);
    const text = isStillOpen ? '' : textOf(record.lines);
    const form: CsvRecord = isStillOpen ? { form: 'open' } : splitRecord(text, separator);
    const goesOn = form.form === 'open' && textProblem === undefined && record.length <= LINE_BYTES_MAX;
    open = goesOn ? record : undefined;
    return goesOn ? undefined : look({ row: record.row, line: record.line, text, form, textProblem });
  });
  if (found !== undefined || open === undefined) return found;
  return look({ ...open, text: textOf(open.lines), form: { form: 'open' }, textProblem: undefined });
}

function textOf(lines: readonly Buffer[]): string {
  return lines.map((bytes) => bytes.toString('utf8')).join('\n');
}

function endProblem(first: LineEnd, own: LineEnd): string | undefined {
  if (own === '' || own === first) return undefined;
  const [wanted = '', received = ''] = [first, own].map((end) => JSON.stringify(end).slice(1, -1));
  return `expected a line that ends with ${wanted}, as the first, but received ${received}`;
}

async function numberProblem(
  connection: DuckDBConnection,
  file: string,
  header: CsvHeader,
): Promise<string | undefined> {
  const numbers = NUMBER_COLUMNS.filter((name) => header.names.includes(name));
  const isBad = (name: string): string => `${name} IS NOT NULL AND TRY_CAST(${name} AS DOUBLE) IS NULL`;
  const first = (what: (name: string) => string): string =>
    `CASE ${numbers.map((name) => `WHEN ${isBad(name)} THEN ${what(name)}`).join(' ')} END`;
  if (numbers.length === 0) return undefined;
  const [bad] = await readRows(
    connection,
    `SELECT row, ${first((name) => `'${name}'`)} AS name, ${first((name) => name)} AS value
     FROM (SELECT row_number() OVER () AS row, * FROM ${csvRelation(file, header, true)})
     WHERE name IS NOT NULL ORDER BY row LIMIT 1`,
  );
  if (bad === undefined) return undefined;
  const where = `row ${String(bad.row)} (line ${String(await lineOfRow(file, Number(bad.row)))})`;
  return `${where}: expected a number for the column ${String(bad.name)} but received ${shown(String(bad.value))}`;
}
