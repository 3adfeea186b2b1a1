import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedFile } from '../../domain/sql-text.js';
import { readRows } from '../duck.js';
import { isColumn } from './columns.js';

/** A Parquet file with the numbers of its rows, which it knows wherever it is read. */
export function parquetRelation(file: string): string {
  return `read_parquet(${quotedFile(file)}, file_row_number = true)`;
}

/** The column and the group of rows whose pages cannot be read; undefined where all can, or none of the file. */
export async function parquetProblem(
  connection: DuckDBConnection,
  file: string,
): Promise<string | undefined> {
  const described = await readRows(connection, `DESCRIBE SELECT * FROM read_parquet(${quotedFile(file)})`);
  const columns = described.map((row) => String(row.column_name)).filter(isColumn);
  const groups = await readRows(
    connection,
    `SELECT DISTINCT row_group_id, row_group_num_rows::DOUBLE AS rows FROM parquet_metadata(${quotedFile(file)}) ORDER BY row_group_id`,
  );
  let end = 0;
  for (const group of groups) {
    const start = end;
    end += Number(group.rows);
    const rows = `file_row_number >= ${String(start)} AND file_row_number < ${String(end)}`;
    for (const column of columns)
      if (
        !(await canRead(
          connection,
          `SELECT bit_xor(hash(${column})) FROM ${parquetRelation(file)} WHERE ${rows}`,
        ))
      )
        return `rows ${String(start + 1)} to ${String(end)}: expected pages of the column ${column} as Parquet has them but they are damaged`;
  }
  return undefined;
}

async function canRead(connection: DuckDBConnection, sql: string): Promise<boolean> {
  try {
    await readRows(connection, sql);
    return true;
  } catch {
    return false;
  }
}

/** Columns of the file's own schema that stand twice: the reader would give the second another name. */
export async function repeatedColumn(
  connection: DuckDBConnection,
  file: string,
): Promise<string | undefined> {
  const [found] = await readRows(
    connection,
    `SELECT name FROM parquet_schema(${quotedFile(file)}) WHERE num_children IS NULL GROUP BY name HAVING count(*) > 1`,
  );
  return found === undefined ? undefined : String(found.name);
}
