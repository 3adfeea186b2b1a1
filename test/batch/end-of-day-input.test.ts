/** Reading of the files of end-of-day runs: what is accepted, and the file, row, column and value that a refusal names. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuck } from '../../src/batch/duck.js';
import { numberAccounts } from '../../src/batch/input/accounts.js';
import type { InputFiles } from '../../src/batch/input/blame.js';
import { loadColumns, nameInstruments } from '../../src/batch/input/load-columns.js';
import { openSources } from '../../src/batch/input/sources.js';
import { market } from '../support/eod-venue.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-input-'));
const inFolder = (name: string): string => path.join(folder, name);
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

let duck: DuckDBConnection;
beforeAll(async () => {
  duck = await (await DuckDBInstance.create()).connect();
});

const HEADER = 'account_id,instrument,quantity';
const GOOD = `${HEADER}\na,BTC-PERPETUAL,1\n`;
const RECORD = { account_id: 'a', instrument: 'BTC-PERPETUAL', quantity: 1 };
const lines = (...records: unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** Reads the files as a run does: opens them, numbers the accounts, loads the columns. */
async function read(files: InputFiles): Promise<{ quantity: number[]; amounts: number[] }> {
  const connection = await openDuck(2, inFolder('spill'));
  await openSources(connection, files);
  const accounts = await numberAccounts(connection, files);
  await nameInstruments(connection, market);
  const columns = await loadColumns(connection, files, accounts, 0, accounts.count);
  return { quantity: [...columns.quantity], amounts: [...columns.balanceAmount] };
}

function file(name: string, content: string | Buffer): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

/** What is said of a file of positions, behind its name. */
async function refusal(files: InputFiles, of: keyof InputFiles = 'portfolios'): Promise<string> {
  const error = await read(files).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  expect(error?.name).toBe('BatchInputError');
  const name = `${files[of] ?? ''}: `;
  expect(error?.message.slice(0, name.length)).toBe(name);
  return error?.message.slice(name.length) ?? '';
}

async function parquet(name: string, select: string): Promise<string> {
  await duck.run(
    `COPY (${select}) TO '${inFolder(name)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`,
  );
  return inFolder(name);
}

describe('a CSV file is refused with row, line and value where', () => {
  const latin = Buffer.from(`${GOOD}\ncafé,BTC-PERPETUAL,1\n`, 'latin1');
  it.each<[string, string | Buffer, string]>([
    [
      'a row is short',
      `${GOOD}b,BTC-PERPETUAL\n`,
      'row 2 (line 3): expected 3 columns, as the header has, but received 2: "b,BTC-PERPETUAL"',
    ],
    [
      'a row is long',
      `${GOOD}\n\nb,BTC-PERPETUAL,1,2\n`,
      'row 2 (line 5): expected 3 columns, as the header has, but received 4: "b,BTC-PERPETUAL,1,2"',
    ],
    [
      'a number is none',
      `${HEADER}\n"a\nb",BTC-PERPETUAL,1\nc,BTC-PERPETUAL,many\n`,
      'row 2 (line 4): expected a number for the column quantity but received "many"',
    ],
    [
      'a number has a comma',
      GOOD.replaceAll(',', ';').replace(';1', ';1,5'),
      'row 1 (line 2): expected a number for the column quantity but received "1,5"',
    ],
    [
      'a quote is never closed',
      `${GOOD}"b,BTC-PERPETUAL,1\nc,BTC-PERPETUAL,1\n`,
      'row 2 (line 3): expected a closing quote but received none to the end of the file: "\\"b,BTC-PERPETUAL,1\\nc,BTC-PERPETUAL,1"',
    ],
    [
      'text stands behind a quote',
      `${GOOD}"b"x,BTC-PERPETUAL,1\n`,
      'row 2 (line 3): expected "," behind a closing quote but received "\\"b\\"x"',
    ],
    [
      'it is latin-1',
      latin,
      'row 2 (line 4): expected UTF-8 but received the byte 0xe9 in "café,BTC-PERPETUAL,1"',
    ],
    [
      'its header is latin-1',
      Buffer.from(`café,${GOOD}`, 'latin1'),
      `line 1: expected UTF-8 but received the byte 0xe9 in "café,${HEADER}"`,
    ],
    ['it is UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), 'line 1: expected UTF-8 but received UTF-16'],
    [
      'it is UTF-16 without a mark',
      Buffer.from(GOOD, 'utf16le'),
      'line 1: expected UTF-8 but received UTF-16',
    ],
    [
      'a column stands twice',
      GOOD.replace(',1', ',1,2').replace('quantity', 'quantity,quantity'),
      'line 1: expected each column once but quantity stands twice',
    ],
    [
      'a title stands above the header',
      `Positions of Friday\n${GOOD}`,
      'line 1: expected a header with columns of account_id, instrument, quantity, average_price, kind, asset, amount but received "Positions of Friday"',
    ],
    [
      'a column is missing',
      GOOD.replace('quantity', 'Quantity'),
      'line 1: expected the columns account_id, instrument, quantity but received account_id, instrument, Quantity',
    ],
    [
      'it is empty',
      '',
      'line 1: expected a header with columns of account_id, instrument, quantity, average_price, kind, asset, amount but received ""',
    ],
    [
      'lines end in two ways',
      `${GOOD}b,BTC-PERPETUAL,1\r\n`,
      'row 2 (line 3): expected a line that ends with \\n, as the first, but received \\r\\n',
    ],
    [
      'lines end with returns',
      GOOD.replaceAll('\n', '\r'),
      'line 1: expected lines that end with \\n or \\r\\n but received \\r alone',
    ],
    [
      'an account has no name',
      `${GOOD}"",BTC-PERPETUAL,1\n`,
      'row 2 (line 3): expected 1 to 128 characters for the column account_id but received none',
    ],
    [
      'a row is of no kind',
      'account_id,kind,instrument,quantity,asset,amount\na,position,BTC-PERPETUAL,1,,\na,cash,,,BTC,1\n',
      'row 2 (line 3): expected position or collateral for the column kind but received "cash"',
    ],
  ])('%s', async (what, content, message) => {
    expect(await refusal({ portfolios: file(`${what}.csv`, content) })).toBe(message);
    // Nothing but the bytes decides: packed they are refused with the same words.
    expect(await refusal({ portfolios: file(`${what}.csv.gz`, gzipSync(content)) })).toBe(message);
  });

  it('a bad row stands among a hundred thousand', async () => {
    const rows = Array.from({ length: 100_000 }, (_, row) => `account-${String(row)},"BTC-PERPETUAL",1`);
    rows[76_543] = 'b,"BTC-PERPETUAL",1é';
    rows[80_000] = 'b,"BTC-PERPETUAL",none';
    expect(await refusal({ portfolios: file('large.csv', `${HEADER}\n${rows.join('\n')}\n`) })).toBe(
      'row 76544 (line 76545): expected a number for the column quantity but received "1é"',
    );
  });
});

describe('a CSV file is read whatever', () => {
  const wanted = { quantity: [1, -2.5], amounts: [] };
  const rows = `${HEADER},note\na,BTC-PERPETUAL,1,x\nb,ETH-PERPETUAL,-2.5,"y, ""z"""\n`;
  it.each([
    ['separates its values', rows.replace('y, ', 'y').replaceAll(',', '\t')],
    ['ends its lines', rows.replaceAll('\n', '\r\n')],
    ['marks its beginning', `\uFEFF${rows}`],
    ['quotes its header', rows.replace(HEADER, '"account_id", "instrument" ,quantity'.replaceAll(/ /g, ''))],
    ['repeats what is not read', rows.replace('note', 'note,note').replaceAll(/(,x|""")$/gm, '$1,')],
  ])('%s', async (what, content) => {
    expect(await read({ portfolios: file(`good ${what}.csv`, content) })).toEqual(wanted);
  });
});

describe('a JSON file is refused with its row and value where', () => {
  it.each<[string, string | Buffer, string]>([
    [
      'a number is a text',
      lines(RECORD, { ...RECORD, quantity: 'many' }),
      'row 2: expected a number for the column quantity but received "many"',
    ],
    [
      'a number is an object',
      JSON.stringify([RECORD, { ...RECORD, quantity: { value: 1 } }]),
      'row 2: expected a number for the column quantity but received {"value":1}',
    ],
    [
      'a number is true',
      lines(RECORD, { ...RECORD, quantity: true }),
      'row 2: expected a number for the column quantity but received true',
    ],
    [
      'a name is an object',
      lines(RECORD, { ...RECORD, account_id: { x: 1 } }),
      'row 2: expected a text for the column account_id but received {"x":1}',
    ],
    [
      'a line is cut off',
      `${lines(RECORD)}{"account_id":"b", "instr\n${lines(RECORD)}`,
      'line 2: expected a record as JSON but received "{\\"account_id\\":\\"b\\", \\"instr": Unterminated string in JSON at position 25',
    ],
    [
      'a key stands twice',
      `${lines(RECORD)}{"account_id":"b","quantity":1,"quantity":2}\n`,
      'line 2: Object {"account_id":"b","quantity":1,"quantity":2} has duplicate key "quantity"',
    ],
    ['a record is a list', `${lines(RECORD)}[1]\n`, 'line 2: Expected OBJECT, but got ARRAY: [1]'],
    [
      'it is latin-1',
      Buffer.from(lines(RECORD, { ...RECORD, account_id: 'café' }), 'latin1'),
      'line 2: expected UTF-8 but received the byte 0xe9 in "{\\"account_id\\":\\"café\\",\\"instrument\\":\\"BTC-PERPETUAL\\",\\"quantity\\":1}"',
    ],
    [
      'it is UTF-16',
      Buffer.from(`\uFEFF${lines(RECORD)}`, 'utf16le'),
      'line 1: expected UTF-8 but received UTF-16',
    ],
    [
      'a column is missing',
      lines({ account_id: 'a', instrument: 'b' }),
      'expected the columns account_id, instrument, quantity but received account_id, instrument',
    ],
    [
      'an account has no name',
      lines(RECORD, { ...RECORD, account_id: '' }),
      'row 2: expected 1 to 128 characters for the column account_id but received ""',
    ],
  ])('%s', async (what, content, message) => {
    expect(await refusal({ portfolios: file(`${what}.jsonl`, content) })).toBe(message);
  });

  it('a bad value comes behind what the reader looks at first', async () => {
    const records = Array.from({ length: 30_000 }, (_, row) => ({ ...RECORD, account_id: String(row) }));
    const last = { ...RECORD, quantity: [1], average_price: 100 };
    const portfolios = file('late.jsonl', lines(...records, last));
    expect(await refusal({ portfolios })).toBe(
      'row 30001: expected a number for the column quantity but received [1]',
    );
  });
});

describe('of two files, the one is named that is wrong:', () => {
  const good = 'account_id,asset,amount\na,BTC,1\n';
  it.each<[string, string, string | Buffer, string]>([
    [
      'a bad amount in CSV',
      'amount.csv',
      `${good}a,USDC,lots\n`,
      'row 2 (line 3): expected a number for the column amount but received "lots"',
    ],
    [
      'a short row in CSV',
      'short.csv',
      `${good}a,USDC\n`,
      'row 2 (line 3): expected 3 columns, as the header has, but received 2: "a,USDC"',
    ],
    [
      'an empty account in CSV',
      'empty.csv',
      `${good},USDC,1\n`,
      'row 2 (line 3): expected 1 to 128 characters for the column account_id but received none',
    ],
    [
      'a missing column in CSV',
      'missing.csv',
      'account_id,amount\na,1\n',
      'line 1: expected the columns account_id, asset, amount but received account_id, amount',
    ],
    [
      'a bad amount in JSON',
      'amount.json',
      JSON.stringify([{ account_id: 'a', asset: 'BTC', amount: 'lots' }]),
      'row 1: expected a number for the column amount but received "lots"',
    ],
    [
      'an empty account in JSON',
      'empty.jsonl',
      lines({ asset: 'BTC', amount: 1 }, { account_id: 'a' }),
      'row 1: expected 1 to 128 characters for the column account_id but received none',
    ],
    ['a Parquet file that is none', 'none.parquet', good, ''],
  ])('%s', async (_, name, content, message) => {
    const files = { portfolios: file('positions.csv', GOOD), collateral: file(name, content) };
    expect(await refusal(files, 'collateral')).toContain(message);
  });

  it('damaged pages of a Parquet file', async () => {
    const rows = `range(5000) t(i)`;
    const portfolios = await parquet(
      'positions.parquet',
      `SELECT 'a' || i AS account_id, 'BTC-PERPETUAL' AS instrument, i::DOUBLE AS quantity FROM ${rows}`,
    );
    const whole = await parquet(
      'whole.parquet',
      `SELECT 'a' || i AS account_id, 'BTC' AS asset, random() AS amount FROM ${rows}`,
    );
    const [page] = (
      await duck.runAndReadAll(
        `SELECT data_page_offset::INTEGER AS start, total_compressed_size::INTEGER AS bytes FROM parquet_metadata('${whole}') WHERE path_in_schema = 'amount' AND row_group_id = 1`,
      )
    ).getRowObjectsJS();
    const bytes = readFileSync(whole);
    bytes.fill(0xa5, Number(page?.start) + 40, Number(page?.start) + Number(page?.bytes));
    const collateral = file('damaged.parquet', bytes);
    expect(await refusal({ portfolios, collateral }, 'collateral')).toBe(
      'rows 2049 to 4096: expected pages of the column amount as Parquet has them but they are damaged',
    );
    expect((await read({ portfolios, collateral: whole })).amounts).toHaveLength(5_000);
  });

  it('columns of a Parquet file', async () => {
    const portfolios = file('positions.csv', GOOD);
    const collateral = await parquet(
      'texts.parquet',
      `SELECT 'a' AS account_id, 'BTC' AS asset, '1' AS amount`,
    );
    expect(await refusal({ portfolios, collateral }, 'collateral')).toBe(
      'expected a number for the column amount but received VARCHAR',
    );
  });
});

describe('a file of collateral beside the positions', () => {
  const rows = [
    { account_id: 'b', asset: 'BTC', amount: -0.5 },
    { account_id: 'a', asset: 'USDC', amount: 1e6 },
    { account_id: 'a', asset: 'BTC', amount: 2 },
  ];
  const csv = `account_id,asset,amount\n${rows.map((row) => Object.values(row).join(',')).join('\n')}\n`;
  it.each([
    ['CSV', () => file('cash.csv', csv)],
    ['gzipped CSV', () => file('cash.csv.gz', gzipSync(csv))],
    ['JSON', () => file('cash.json', JSON.stringify(rows))],
    ['JSON lines', () => file('cash.jsonl', lines(...rows))],
    ['Parquet', () => parquet('cash.parquet', `SELECT * FROM read_csv('${file('cash.csv', csv)}')`)],
  ])('is read from %s', async (_, write) => {
    const portfolios = file('positions.csv', GOOD);
    expect((await read({ portfolios, collateral: await write() })).amounts).toEqual([1e6, 2, -0.5]);
  });
});

it('keeps the order of the rows of an account, in files smaller than the accounts too', async () => {
  const rows = (values: string): string => `(VALUES ${values}) t(account_id, name, number)`;
  const portfolios = await parquet(
    'few.parquet',
    `SELECT account_id, name AS instrument, number::DOUBLE AS quantity
     FROM ${rows(`('b', 'BTC-PERPETUAL', 1), ('a', 'BTC-PERPETUAL', 2), ('b', 'ETH-PERPETUAL', 3), ('b', 'BTC-PERPETUAL', 4)`)}`,
  );
  const collateral = await parquet(
    'many.parquet',
    `SELECT 'c' || i AS account_id, 'BTC' AS asset, i::DOUBLE AS amount FROM range(100) t(i)`,
  );
  expect((await read({ portfolios, collateral })).quantity).toEqual([2, 1, 3, 4]);
});

it('reads JSON documents larger than what one record may be', async () => {
  const records = Array.from({ length: 60_000 }, () => ({ ...RECORD, note: 'x'.repeat(80) }));
  const portfolios = file('large.json', JSON.stringify(records));
  expect((await read({ portfolios })).quantity).toHaveLength(60_000);
});

it('a document of portfolios is refused with the command that takes it', async () => {
  expect(await refusal({ portfolios: file('portfolios.json', '{"portfolios":[{"accountId":"a"}]}') })).toBe(
    'expected records with account_id, instrument and quantity, one for each position, but received a document of portfolios, which "margincube margin --portfolio" takes',
  );
});
