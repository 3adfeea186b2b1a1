import type { DuckDBConnection } from '@duckdb/node-api';
import { NAME_LENGTH_MAX } from '../../limits.js';
import { BatchInputError } from '../batch-error.js';
import { copyNumbers, forEachChunk, readRows } from '../duck.js';
import { blameFiles, FILE_VIEWS, placeOf, queryFile, type InputFiles } from './blame.js';
import { shown } from './shown.js';
import { numbersRows } from './sources.js';

/** Accounts of the files in ascending order of their names; the table `accounts(account, account_id, positions, balances)`. */
export interface Accounts {
  readonly count: number;
  /** Rows of positions of each account. */
  readonly positions: Int32Array;
  readonly positionTotal: number;
  /** Whether the file lists the positions in the order of the accounts; false where that is not known. */
  readonly isInOrder: boolean;
}

/** Numbers the accounts; refuses rows without one. */
export async function numberAccounts(connection: DuckDBConnection, files: InputFiles): Promise<Accounts> {
  // A Parquet file numbers its rows by itself; the rows of others would be counted one after the other.
  const [row, first, last] = numbersRows(files.portfolios)
    ? ['row', 'min(row)', 'max(row)']
    : ['1', 'NULL', 'NULL'];
  try {
    await connection.run(
      `CREATE TABLE accounts AS
       SELECT (row_number() OVER (ORDER BY account_id) - 1)::INTEGER AS account, account_id,
              count(row)::INTEGER AS positions, (count(*) - count(row))::INTEGER AS balances,
              ${first}::BIGINT AS first_row, ${last}::BIGINT AS last_row
       FROM (SELECT account_id, ${row} AS row FROM positions UNION ALL SELECT account_id, NULL FROM collateral)
       GROUP BY account_id`,
    );
  } catch (error) {
    throw await blameFiles(connection, files, error);
  }
  await refuseBadNames(connection, files);
  const [total] = await readRows(
    connection,
    `SELECT count(*)::INTEGER AS count, coalesce(sum(positions), 0)::DOUBLE AS positions FROM accounts`,
  );
  const count = Number(total?.count ?? 0);
  if (count === 0)
    throw new BatchInputError(`${files.portfolios}: expected at least one account but received no rows`);
  const positions = new Int32Array(count);
  let at = 0;
  await forEachChunk(connection, `SELECT positions FROM accounts ORDER BY account`, (chunk) => {
    copyNumbers(chunk, 0, positions, at);
    at += chunk.rowCount;
  });
  const positionTotal = Number(total?.positions ?? 0);
  return { count, positions, positionTotal, isInOrder: await isInOrder(connection) };
}

async function isInOrder(connection: DuckDBConnection): Promise<boolean> {
  const [found] = await readRows(
    connection,
    `SELECT coalesce(bool_and(follows), false) AS in_order
     FROM (SELECT first_row > lag(last_row, 1, 0) OVER (ORDER BY account) AS follows FROM accounts WHERE positions > 0)`,
  );
  return found?.in_order === true;
}

async function refuseBadNames(connection: DuckDBConnection, files: InputFiles): Promise<void> {
  const condition = `account_id IS NULL OR account_id = '' OR length(account_id) > ${String(NAME_LENGTH_MAX)}`;
  const [bad] = await readRows(connection, `SELECT account_id FROM accounts WHERE ${condition} LIMIT 1`);
  if (bad === undefined) return;
  for (const source of ['portfolios', 'collateral'] as const) {
    const file = files[source];
    if (file === undefined) continue;
    const [row] = await queryFile(
      connection,
      file,
      `SELECT row, account_id::VARCHAR AS account_id FROM ${FILE_VIEWS[source]} WHERE ${condition} ORDER BY row LIMIT 1`,
    );
    if (row === undefined) continue;
    const received = typeof row.account_id === 'string' ? shown(row.account_id) : 'none';
    const wanted = `1 to ${String(NAME_LENGTH_MAX)} characters for the column account_id`;
    throw new BatchInputError(
      `${file}: ${await placeOf(file, row.row)}: expected ${wanted} but received ${received}`,
    );
  }
}
