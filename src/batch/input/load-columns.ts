import type { DuckDBConnection } from '@duckdb/node-api';
import type { Market } from '../../market/snapshot/market.js';
import { sharedFloat64, sharedInt32, sharedUint32, type BookColumns } from '../book-columns.js';
import { copyNumbers, forEachChunk, readRows } from '../duck.js';
import { unreadable, type InputFiles } from './sources.js';

/** The table `instruments(instrument, name)` that turns names into the market's indices. */
export async function nameInstruments(connection: DuckDBConnection, { table }: Market): Promise<void> {
  await connection.run('CREATE TABLE instruments (instrument INTEGER, name VARCHAR)');
  const appender = await connection.createAppender('instruments');
  table.instruments.forEach(({ name }, instrument) => {
    appender.appendInteger(instrument);
    appender.appendVarchar(name);
    appender.endRow();
  });
  appender.closeSync();
}

/**
 * The accounts `first` to `first + count` as columns. DuckDB joins names to numbers; rows are then put where their account
 * stands by counting, in the order of the file within each account.
 */
export async function loadColumns(
  connection: DuckDBConnection,
  files: InputFiles,
  first: number,
  count: number,
): Promise<BookColumns> {
  try {
    const positions = await loadPositions(connection, first, count);
    const balances = await loadBalances(connection, first, count);
    return { accountCount: count, ...positions, ...balances };
  } catch (error) {
    throw unreadable(files.portfolios, error);
  }
}

type Positions = Pick<
  BookColumns,
  'rowOffsets' | 'instrument' | 'quantity' | 'averagePrice' | 'unknownInstruments'
>;

async function loadPositions(connection: DuckDBConnection, first: number, count: number): Promise<Positions> {
  const [sizes] = await readRows(
    connection,
    `SELECT sum(positions)::INTEGER AS rows FROM accounts WHERE ${range('account', first, count)}`,
  );
  const rows = Number(sizes?.rows ?? 0);
  const [priced] = await readRows(
    connection,
    `SELECT count(average_price)::INTEGER AS priced FROM positions`,
  );
  const hasPrices = Number(priced?.priced ?? 0) > 0;
  const account = new Int32Array(rows);
  const instrument = new Int32Array(rows);
  const quantity = new Float64Array(rows);
  const price = new Float64Array(hasPrices ? rows : 0);
  let at = 0;
  await forEachChunk(
    connection,
    `SELECT a.account - ${String(first)} AS account, coalesce(i.instrument, -1) AS instrument,
            coalesce(p.quantity, 'nan'::DOUBLE) AS quantity
            ${hasPrices ? ", coalesce(p.average_price, 'nan'::DOUBLE) AS average_price" : ''}
     FROM positions p JOIN accounts a USING (account_id) LEFT JOIN instruments i ON i.name = p.instrument
     ${await onlyAccounts(connection, first, count)}`,
    (chunk) => {
      copyNumbers(chunk, 0, account, at);
      copyNumbers(chunk, 1, instrument, at);
      copyNumbers(chunk, 2, quantity, at);
      if (hasPrices) copyNumbers(chunk, 3, price, at);
      at += chunk.rowCount;
    },
  );
  const rowOffsets = sharedUint32(count + 1);
  const place = places(account, count, rowOffsets);
  const ordered = {
    rowOffsets,
    instrument: sharedInt32(rows),
    quantity: sharedFloat64(rows),
    ...(hasPrices ? { averagePrice: sharedFloat64(rows) } : {}),
  };
  for (let row = 0; row < rows; row += 1) {
    const to = place[row] ?? 0;
    ordered.instrument[to] = instrument[row] ?? -1;
    ordered.quantity[to] = quantity[row] ?? NaN;
    if (ordered.averagePrice !== undefined) ordered.averagePrice[to] = price[row] ?? NaN;
  }
  const unknown = instrument.includes(-1) ? await unknownNames(connection, first, count) : [];
  return { ...ordered, unknownInstruments: unknownAt(ordered.instrument, rowOffsets, unknown) };
}

/** Where each row goes, so that the rows of an account stand together and keep their order; fills the offsets. */
function places(account: Int32Array, count: number, offsets: Uint32Array): Uint32Array {
  for (let row = 0; row < account.length; row += 1) {
    const after = (account[row] ?? 0) + 1;
    offsets[after] = (offsets[after] ?? 0) + 1;
  }
  for (let at = 0; at < count; at += 1) offsets[at + 1] = (offsets[at + 1] ?? 0) + (offsets[at] ?? 0);
  const next = offsets.slice(0, count);
  const place = new Uint32Array(account.length);
  for (let row = 0; row < account.length; row += 1) {
    const own = account[row] ?? 0;
    place[row] = next[own] ?? 0;
    next[own] = (next[own] ?? 0) + 1;
  }
  return place;
}

interface UnknownName {
  readonly account: number;
  readonly name: string;
}

/** Names that the market does not know, per account in the order of the file. */
async function unknownNames(
  connection: DuckDBConnection,
  first: number,
  count: number,
): Promise<UnknownName[]> {
  const rows = await readRows(
    connection,
    `SELECT a.account - ${String(first)} AS account, coalesce(p.instrument, '') AS name
     FROM positions p JOIN accounts a USING (account_id) ANTI JOIN instruments i ON i.name = p.instrument
     WHERE ${range('a.account', first, count)} ORDER BY a.account, p.row`,
  );
  return rows.map((row) => ({ account: Number(row.account), name: String(row.name) }));
}

function unknownAt(
  instrument: Int32Array,
  offsets: Uint32Array,
  names: readonly UnknownName[],
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  let previous = -1;
  let row = 0;
  for (const { account, name } of names) {
    row = account === previous ? row + 1 : (offsets[account] ?? 0);
    while (instrument[row] !== -1 && row < (offsets[account + 1] ?? 0)) row += 1;
    found.set(row, name);
    previous = account;
  }
  return found;
}

type Balances = Pick<BookColumns, 'balanceOffsets' | 'balanceAsset' | 'balanceAmount' | 'assets'>;

async function loadBalances(connection: DuckDBConnection, first: number, count: number): Promise<Balances> {
  await connection.run(
    `CREATE OR REPLACE TABLE assets AS
     SELECT (row_number() OVER (ORDER BY asset) - 1)::INTEGER AS number, asset
     FROM (SELECT DISTINCT coalesce(asset, '') AS asset FROM collateral)`,
  );
  const named = await readRows(connection, 'SELECT asset FROM assets ORDER BY number');
  const [sizes] = await readRows(
    connection,
    `SELECT coalesce(sum(balances), 0)::INTEGER AS rows FROM accounts WHERE ${range('account', first, count)}`,
  );
  const rows = Number(sizes?.rows ?? 0);
  const account = new Int32Array(rows);
  const asset = new Int32Array(rows);
  const amount = new Float64Array(rows);
  let at = 0;
  await forEachChunk(
    connection,
    `SELECT a.account - ${String(first)} AS account, s.number AS asset, coalesce(c.amount, 'nan'::DOUBLE) AS amount
     FROM collateral c JOIN accounts a USING (account_id) JOIN assets s ON s.asset = coalesce(c.asset, '')
     WHERE ${range('a.account', first, count)}`,
    (chunk) => {
      copyNumbers(chunk, 0, account, at);
      copyNumbers(chunk, 1, asset, at);
      copyNumbers(chunk, 2, amount, at);
      at += chunk.rowCount;
    },
  );
  const balanceOffsets = sharedUint32(count + 1);
  const place = places(account, count, balanceOffsets);
  const balanceAsset = sharedUint32(rows);
  const balanceAmount = sharedFloat64(rows);
  for (let row = 0; row < rows; row += 1) {
    const to = place[row] ?? 0;
    balanceAsset[to] = asset[row] ?? 0;
    balanceAmount[to] = amount[row] ?? NaN;
  }
  return { balanceOffsets, balanceAsset, balanceAmount, assets: named.map((row) => String(row.asset)) };
}

function range(column: string, first: number, count: number): string {
  return `${column} >= ${String(first)} AND ${column} < ${String(first + count)}`;
}

/** No condition where all are wanted. Bounds on the names as well: a file sorted by account is then read in part. */
async function onlyAccounts(connection: DuckDBConnection, first: number, count: number): Promise<string> {
  const [all] = await readRows(connection, 'SELECT count(*)::INTEGER AS accounts FROM accounts');
  if (first === 0 && count === all?.accounts) return '';
  const [names] = await readRows(
    connection,
    `SELECT min(account_id) AS low, max(account_id) AS high FROM accounts WHERE ${range('account', first, count)}`,
  );
  const text = (name: unknown): string => `'${String(name).replaceAll("'", "''")}'`;
  return `WHERE ${range('a.account', first, count)} AND p.account_id BETWEEN ${text(names?.low)} AND ${text(names?.high)}`;
}
