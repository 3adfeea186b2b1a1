import type { DuckDBConnection } from '@duckdb/node-api';
import { NAME_LENGTH_MAX } from '../../limits.js';
import { BatchInputError } from '../batch-error.js';
import { copyNumbers, forEachChunk, readRows } from '../duck.js';
import { numbersRows, queryInput, unreadable, type InputFiles } from './sources.js';

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
  const [first, last] = numbersRows(files.portfolios) ? ['min(row)', 'max(row)'] : ['NULL', 'NULL'];
  try {
    await connection.run(
      `CREATE TABLE accounts AS
       SELECT (row_number() OVER (ORDER BY account_id) - 1)::INTEGER AS account, account_id,
              sum(positions)::INTEGER AS positions, sum(balances)::INTEGER AS balances,
              min(first_row)::BIGINT AS first_row, max(last_row)::BIGINT AS last_row
       FROM (SELECT account_id, count(*) AS positions, 0 AS balances, ${first} AS first_row, ${last} AS last_row
             FROM positions GROUP BY account_id
             UNION ALL
             SELECT account_id, 0, count(*), NULL, NULL FROM collateral GROUP BY account_id)
       GROUP BY account_id`,
    );
  } catch (error) {
    throw unreadable(files.portfolios, error);
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
  const [row] = await queryInput(
    connection,
    files.portfolios,
    `SELECT min(row) AS row FROM positions WHERE ${condition}`,
  );
  const isPosition = typeof row?.row === 'bigint' || typeof row?.row === 'number';
  const file = isPosition ? files.portfolios : (files.collateral ?? files.portfolios);
  const where = isPosition ? `row ${String(row.row)}: ` : '';
  throw new BatchInputError(
    `${file}: ${where}expected an account_id of 1 to ${String(NAME_LENGTH_MAX)} characters but received ${JSON.stringify(bad.account_id)}`,
  );
}
