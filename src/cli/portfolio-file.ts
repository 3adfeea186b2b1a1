import type { Outcome } from '../domain/outcome.js';
import { failureUnder } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import { PORTFOLIOS_PER_BATCH_MAX } from '../limits.js';
import { portfolioFromJson } from '../wire/documents.js';
import { InputError } from './exit.js';
import { readJson } from './files.js';
import { formatCount } from './format.js';

/** One portfolio of a file, or why it could not be read: it fails alone. */
export interface BookEntry {
  readonly accountId: string;
  /** From the root of the file, e.g. `portfolios[3]`; empty where the file is one portfolio. */
  readonly path: string;
  readonly portfolio: Outcome<Portfolio>;
}

/** Reads a book (`{"portfolios": [...]}`) or one portfolio, proto3 JSON. */
export function readBook(file: string): BookEntry[] {
  const json = readJson(file, 'a portfolio or {"portfolios": [...]}');
  if (!isRecord(json)) throw new InputError(`${file}: expected a portfolio or {"portfolios": [...]}`);
  if (!('portfolios' in json)) return [readEntry(json, '')];
  const { portfolios, ...rest } = json;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new InputError(`${file}: ${unknown}: expected nothing beside portfolios`);
  if (!Array.isArray(portfolios)) throw new InputError(`${file}: portfolios: expected a list of portfolios`);
  if (portfolios.length > PORTFOLIOS_PER_BATCH_MAX) {
    const counts = `${formatCount(PORTFOLIOS_PER_BATCH_MAX)} portfolios but received ${formatCount(portfolios.length)}`;
    throw new InputError(`${file}: portfolios: expected at most ${counts}`);
  }
  return portfolios.map((entry: unknown, index) => readEntry(entry, `portfolios[${String(index)}]`));
}

function readEntry(json: unknown, path: string): BookEntry {
  const portfolio = portfolioFromJson(json);
  return {
    accountId: accountOf(json),
    path,
    portfolio: portfolio.ok ? portfolio : underPath(path, portfolio),
  };
}

function underPath(path: string, failed: Outcome<Portfolio> & { ok: false }): Outcome<Portfolio> {
  return path === '' ? failed : failureUnder(path, failed.failure);
}

/** For the row of a portfolio that cannot be read. */
function accountOf(json: unknown): string {
  const id = isRecord(json) ? (json.accountId ?? json.account_id) : undefined;
  return typeof id === 'string' ? id : '-';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
