import type { DuckDBConnection } from '@duckdb/node-api';
import { stat } from 'node:fs/promises';
import { openDuck } from '../duck.js';
import { numberAccounts, type Accounts } from './accounts.js';
import type { InputFiles } from './blame.js';
import { openSources } from './sources.js';

/** Files of a run in a database of its own, their accounts numbered. */
export interface OpenInputs {
  readonly connection: DuckDBConnection;
  readonly accounts: Accounts;
}

/** Bytes of a file whose accounts are numbered without a folder to spill into. */
const EARLY_BYTES_MAX = 100_000_000;

/**
 * Inputs that are opened before it is known whether there will be a run: nothing is written and nothing refused. Whoever gets none of
 * them opens the files himself and is told what is wrong.
 */
export class EarlyInputs {
  readonly #connection: Promise<DuckDBConnection>;
  readonly #sources: Promise<boolean>;
  readonly #inputs: Promise<OpenInputs | undefined>;

  constructor(files: InputFiles, threads: number) {
    this.#connection = openDuck(threads, '');
    this.#sources = openQuietly(this.#connection, files);
    this.#inputs = numberQuietly(this.#connection, this.#sources, files);
  }

  /** Resolves when accounts are being numbered, on other threads: until then the database asks for this one again and again. */
  async begun(): Promise<void> {
    await this.#sources;
  }

  /** Undefined where the files are bad or large. The connection cannot spill yet. */
  take(): Promise<OpenInputs | undefined> {
    return this.#inputs;
  }

  /** Ends what is still being read. */
  async close(): Promise<void> {
    const [connection] = await Promise.allSettled([this.#connection]);
    if (connection.status === 'fulfilled') connection.value.interrupt();
    await this.#inputs;
  }
}

async function openQuietly(opening: Promise<DuckDBConnection>, files: InputFiles): Promise<boolean> {
  try {
    const connection = await opening;
    if ((await stat(files.portfolios)).size > EARLY_BYTES_MAX) return false;
    await openSources(connection, files);
    return true;
  } catch {
    return false;
  }
}

async function numberQuietly(
  opening: Promise<DuckDBConnection>,
  sources: Promise<boolean>,
  files: InputFiles,
): Promise<OpenInputs | undefined> {
  try {
    if (!(await sources)) return undefined;
    const connection = await opening;
    return { connection, accounts: await numberAccounts(connection, files) };
  } catch {
    return undefined;
  }
}
