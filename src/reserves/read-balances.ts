/** Accounts and what they are owed from a CSV or Parquet file: one row per account and asset, amounts exact decimals. */
import type { Failure, Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';
import { quotedFile } from '../domain/sql-text.js';
import type { AttestedAsset } from './attested-asset.js';

/** What a row says, with its number in the file (1 is the first row below the names). */
interface BalanceRow {
  readonly account_id: string | null;
  readonly asset: string | null;
  readonly amount: string | null;
}

/** Takes one account with its equity in units per asset; a failure ends the reading. */
export type TakeAccount = (accountId: string, equityUnits: readonly bigint[]) => Outcome<unknown>;

/**
 * Reads `file` (columns account_id, asset, amount) in blocks, sorted by account, and hands every account on once. The first thing
 * wrong ends it with a failure that names row and field; a floating-point column is refused, because a ledger is exact.
 */
export async function readBalances(
  file: string,
  assets: readonly AttestedAsset[],
  take: TakeAccount,
): Promise<Outcome<{ readonly accounts: number; readonly rows: number }>> {
  // Loaded when needed: the library would slow the start of every other command.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source(file)}`);
    const columns = new Map(
      types.getRowObjects().map((row) => [String(row.column_name), String(row.column_type)]),
    );
    for (const name of ['account_id', 'asset', 'amount'])
      if (!columns.has(name))
        return failure(
          'MISSING_FIELD',
          name,
          `Expected the columns account_id, asset and amount in ${file} but found ${[...columns.keys()].join(', ')}`,
        );
    if (/FLOAT|DOUBLE|REAL/.test(columns.get('amount') ?? ''))
      return failure(
        'INVALID_VALUE',
        'amount',
        expected('a decimal, integer or text column', 'amount', columns.get('amount')),
      );
    const result = await connection.stream(
      `SELECT account_id::VARCHAR AS account_id, asset::VARCHAR AS asset, amount::VARCHAR AS amount,
         row_number() OVER () AS row FROM ${source(file)} ORDER BY account_id, asset, row`,
    );
    const reader = new AccountReader(assets, take);
    for await (const rows of result.yieldRowObjectJson())
      for (const row of rows) {
        const fault = reader.row(row as unknown as BalanceRow, Number(row.row));
        if (fault !== undefined) return { ok: false, failure: fault };
      }
    const fault = reader.end();
    return fault === undefined
      ? success({ accounts: reader.accounts, rows: reader.rows })
      : { ok: false, failure: fault };
  } catch (error) {
    return failure(
      'INVALID_VALUE',
      'accounts',
      `${file}: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Gathers the sorted rows of one account. */
class AccountReader {
  accounts = 0;
  rows = 0;
  private readonly position: ReadonlyMap<string, number>;
  private accountId: string | undefined;
  private firstRow = 0;
  private equity: (bigint | undefined)[] = [];

  constructor(
    private readonly assets: readonly AttestedAsset[],
    private readonly take: TakeAccount,
  ) {
    this.position = new Map(assets.map(({ asset }, i) => [asset, i]));
  }

  row({ account_id: accountId, asset, amount }: BalanceRow, row: number): Failure | undefined {
    this.rows++;
    const field = `rows[${row}]`;
    if (accountId === null || accountId === '')
      return {
        reason: 'MISSING_FIELD',
        field: `${field}.account_id`,
        message: 'Expected the name of an account',
      };
    const position = this.position.get(asset ?? '');
    if (position === undefined)
      return {
        reason: 'INVALID_VALUE',
        field: `${field}.asset`,
        message: expected(`one of ${[...this.position.keys()].join(', ')}`, 'asset', asset),
      };
    const units = decimalUnits(amount ?? '', this.assets[position]?.decimals ?? 0);
    if (units === undefined)
      return {
        reason: 'INVALID_VALUE',
        field: `${field}.amount`,
        message: expected(
          `a decimal with at most ${this.assets[position]?.decimals ?? 0} places`,
          'amount',
          amount,
        ),
      };
    if (accountId !== this.accountId) {
      const fault = this.end();
      if (fault !== undefined) return fault;
      this.accountId = accountId;
      this.firstRow = row;
      this.equity = this.assets.map(() => undefined);
    }
    if (this.equity[position] !== undefined)
      return {
        reason: 'DUPLICATE',
        field,
        message: `Expected ${asset ?? ''} of "${accountId}" once but it stands twice`,
      };
    this.equity[position] = units;
    return undefined;
  }

  /** Hands the last account on. */
  end(): Failure | undefined {
    if (this.accountId === undefined) return undefined;
    const taken = this.take(
      this.accountId,
      this.equity.map((units) => units ?? 0n),
    );
    this.accounts++;
    this.accountId = undefined;
    return taken.ok
      ? undefined
      : { ...taken.failure, field: `rows[${this.firstRow}].${taken.failure.field}` };
  }
}

/** `-12.5` with 2 decimals is -1250n; undefined for anything but a plain decimal that fits. */
export function decimalUnits(text: string, decimals: number): bigint | undefined {
  const match = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = ''] = match;
  const digits = fraction.replace(/0+$/, '');
  if (digits.length > decimals) return undefined;
  const units = BigInt(whole + digits.padEnd(decimals, '0'));
  return sign === '-' ? -units : units;
}

function source(file: string): string {
  const name = quotedFile(file);
  return /\.parquet$/i.test(file)
    ? `read_parquet(${name})`
    : `read_csv(${name}, header = true, all_varchar = true, null_padding = false)`;
}
