import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from '../../domain/sql-text.js';
import type { Market } from '../../market/snapshot/market.js';
import { sharedFloat64, sharedInt32, sharedUint32, type BookColumns } from '../book-columns.js';
import { copyNumbers, forEachChunk, readRows } from '../duck.js';
import type { Accounts } from './accounts.js';
import { blameFiles, type InputFiles } from './blame.js';

/** The type `instrument_name`, whose values have the market's indices as their codes. */
export async function nameInstruments(connection: DuckDBConnection, { table }: Market): Promise<void> {
  const names = table.instruments.map(({ name }) => quoted(name));
  await connection.run(`CREATE TYPE instrument_name AS ENUM (${names.join(', ')})`);
}

/** The index of an instrument's name; null for none that the market knows. */
const INSTRUMENT = 'enum_code(TRY_CAST(p.instrument AS instrument_name))::INTEGER';

/**
 * The accounts `first` to `first + count` as columns, in the order of the file within each account. A file in the order of the
 * accounts is read as it is. Of any other DuckDB finds the account of each row and puts the rows back into the order of the file; they
 * are put where their account stands by counting.
 *
 * @param whenBegun called once the database reads the positions, when this thread has nothing to do
 */
export async function loadColumns(
  connection: DuckDBConnection,
  files: InputFiles,
  accounts: Accounts,
  first: number,
  count: number,
  whenBegun?: () => void,
): Promise<BookColumns> {
  try {
    const positions = await loadPositions(connection, accounts, first, count, whenBegun);
    const balances = await loadBalances(connection, first, count);
    return { accountCount: count, ...positions, ...balances };
  } catch (error) {
    throw await blameFiles(connection, files, error);
  }
}

type Positions = Pick<
  BookColumns,
  'rowOffsets' | 'instrument' | 'quantity' | 'averagePrice' | 'unknownInstruments'
>;

type Rows = Pick<BookColumns, 'instrument' | 'quantity' | 'averagePrice'>;

async function loadPositions(
  connection: DuckDBConnection,
  { positions, isInOrder }: Accounts,
  first: number,
  count: number,
  whenBegun: (() => void) | undefined,
): Promise<Positions> {
  const rowOffsets = sharedUint32(count + 1);
  for (let at = 0; at < count; at += 1)
    rowOffsets[at + 1] = (rowOffsets[at] ?? 0) + (positions[first + at] ?? 0);
  const total = rowOffsets[count] ?? 0;
  const [priced] = await readRows(
    connection,
    `SELECT count(average_price)::INTEGER AS priced FROM positions`,
  );
  const hasPrices = Number(priced?.priced ?? 0) > 0;
  const rows: Rows = {
    instrument: sharedInt32(total),
    quantity: sharedFloat64(total),
    ...(hasPrices ? { averagePrice: sharedFloat64(total) } : {}),
  };
  const account = isInOrder ? undefined : new Int32Array(total);
  await readPositions(connection, rows, account, first, count, whenBegun);
  const ordered = account === undefined ? rows : inOrder(rows, account, rowOffsets);
  const unknown = ordered.instrument.includes(-1) ? await unknownNames(connection, first, count) : [];
  return { rowOffsets, ...ordered, unknownInstruments: unknownAt(ordered.instrument, rowOffsets, unknown) };
}

/** Fills the columns in the order of the file, and the account of each row where that is wanted. */
async function readPositions(
  connection: DuckDBConnection,
  { instrument, quantity, averagePrice }: Rows,
  account: Int32Array | undefined,
  first: number,
  count: number,
  whenBegun: (() => void) | undefined,
): Promise<void> {
  const condition = await onlyAccounts(connection, first, count);
  const columns = [
    { sql: `coalesce(${INSTRUMENT}, -1)`, to: instrument },
    { sql: `coalesce(p.quantity, 'nan'::DOUBLE)`, to: quantity },
    ...(averagePrice === undefined
      ? []
      : [{ sql: `coalesce(p.average_price, 'nan'::DOUBLE)`, to: averagePrice }]),
    ...(account === undefined ? [] : [{ sql: `a.account - ${String(first)}`, to: account }]),
  ];
  // A join hands on what one thread has found behind what another has.
  const [join, order] =
    account === undefined ? ['', ''] : ['JOIN accounts a USING (account_id)', 'ORDER BY p.row'];
  let at = 0;
  await forEachChunk(
    connection,
    `SELECT ${columns.map(({ sql }) => sql).join(', ')} FROM positions p ${join} ${condition} ${order}`,
    (chunk) => {
      columns.forEach(({ to }, column) => {
        copyNumbers(chunk, column, to, at);
      });
      at += chunk.rowCount;
    },
    whenBegun,
  );
  if (at !== instrument.length)
    throw new Error(`expected ${String(instrument.length)} rows of positions but received ${String(at)}`);
}

/** The same rows where those of an account stand together, in the order of the file. */
function inOrder(rows: Rows, account: Int32Array, offsets: Uint32Array): Rows {
  const place = places(account, offsets);
  const ordered: Rows = {
    instrument: sharedInt32(account.length),
    quantity: sharedFloat64(account.length),
    ...(rows.averagePrice === undefined ? {} : { averagePrice: sharedFloat64(account.length) }),
  };
  for (let row = 0; row < account.length; row += 1) {
    const to = place[row] ?? 0;
    ordered.instrument[to] = rows.instrument[row] ?? -1;
    ordered.quantity[to] = rows.quantity[row] ?? NaN;
    if (ordered.averagePrice !== undefined) ordered.averagePrice[to] = rows.averagePrice?.[row] ?? NaN;
  }
  return ordered;
}

/** Where each row goes, so that the rows of an account stand together and keep their order. */
function places(account: Int32Array, offsets: Uint32Array): Uint32Array {
  const next = offsets.slice(0, -1);
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
     FROM positions p JOIN accounts a USING (account_id)
     WHERE ${INSTRUMENT} IS NULL AND ${range('a.account', first, count)} ORDER BY a.account, p.row`,
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
    `SELECT coalesce(sum(balances), 0)::INTEGER AS rows, coalesce(max(balances), 0)::INTEGER AS most
     FROM accounts WHERE ${range('account', first, count)}`,
  );
  const rows = Number(sizes?.rows ?? 0);
  // Of one balance there is no order.
  const order = Number(sizes?.most ?? 0) > 1 ? `ORDER BY c.source = 'collateral', c.row` : '';
  const account = new Int32Array(rows);
  const asset = new Int32Array(rows);
  const amount = new Float64Array(rows);
  let at = 0;
  await forEachChunk(
    connection,
    `SELECT a.account - ${String(first)} AS account, s.number AS asset, coalesce(c.amount, 'nan'::DOUBLE) AS amount
     FROM collateral c JOIN accounts a USING (account_id) JOIN assets s ON s.asset = coalesce(c.asset, '')
     WHERE ${range('a.account', first, count)} ${order}`,
    (chunk) => {
      copyNumbers(chunk, 0, account, at);
      copyNumbers(chunk, 1, asset, at);
      copyNumbers(chunk, 2, amount, at);
      at += chunk.rowCount;
    },
  );
  const balanceOffsets = sharedUint32(count + 1);
  for (const own of account) balanceOffsets[own + 1] = (balanceOffsets[own + 1] ?? 0) + 1;
  for (let own = 0; own < count; own += 1)
    balanceOffsets[own + 1] = (balanceOffsets[own + 1] ?? 0) + (balanceOffsets[own] ?? 0);
  const place = places(account, balanceOffsets);
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

/** No condition where all are wanted. Bounds on the names, in whose order accounts are numbered: a sorted file is read in part. */
async function onlyAccounts(connection: DuckDBConnection, first: number, count: number): Promise<string> {
  const [all] = await readRows(connection, 'SELECT count(*)::INTEGER AS accounts FROM accounts');
  if (first === 0 && count === all?.accounts) return '';
  const [names] = await readRows(
    connection,
    `SELECT min(account_id) AS low, max(account_id) AS high FROM accounts WHERE ${range('account', first, count)}`,
  );
  return `WHERE p.account_id BETWEEN ${quoted(String(names?.low))} AND ${quoted(String(names?.high))}`;
}
