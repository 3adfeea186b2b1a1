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
  readonly #files: InputFiles;
  readonly #connection: Promise<DuckDBConnection>;
  /** The files as they were before they were opened. */
  readonly #sources: Promise<string | undefined>;
  readonly #inputs: Promise<OpenInputs | undefined>;

  constructor(files: InputFiles, threads: number) {
    this.#files = files;
    this.#connection = openDuck(threads, '');
    this.#sources = openQuietly(this.#connection, files);
    this.#inputs = numberQuietly(this.#connection, this.#sources, files);
  }

  /** Resolves when accounts are being numbered, on other threads: until then the database asks for this one again and again. */
  async begun(): Promise<void> {
    await this.#sources;
  }

  /**
   * Undefined where the files are bad or large, or are others by now: rows of one file must not be counted as those of another. The
   * connection cannot spill yet.
   */
  async take(): Promise<OpenInputs | undefined> {
    const inputs = await this.#inputs;
    return inputs !== undefined && (await isStill(this.#files, await this.#sources)) ? inputs : undefined;
  }

  /** Ends what is still being read. */
  async close(): Promise<void> {
    const [connection] = await Promise.allSettled([this.#connection]);
    if (connection.status === 'fulfilled') connection.value.interrupt();
    await this.#inputs;
  }
}

async function openQuietly(
  opening: Promise<DuckDBConnection>,
  files: InputFiles,
): Promise<string | undefined> {
  try {
    const connection = await opening;
    if ((await stat(files.portfolios)).size > EARLY_BYTES_MAX) return undefined;
    const state = await stateOf(files);
    await openSources(connection, files);
    return state;
  } catch {
    return undefined;
  }
}

/** What tells files from others of their names without reading them. */
async function stateOf({ portfolios, collateral = portfolios }: InputFiles): Promise<string> {
  const found = await Promise.all([portfolios, collateral].map((file) => stat(file, { bigint: true })));
  return found
    .map(({ ino, size, mtimeNs }) => `${String(ino)} ${String(size)} ${String(mtimeNs)}`)
    .join(', ');
}

async function isStill(files: InputFiles, state: string | undefined): Promise<boolean> {
  try {
    return (await stateOf(files)) === state;
  } catch {
    return false;
  }
}

async function numberQuietly(
  opening: Promise<DuckDBConnection>,
  sources: Promise<string | undefined>,
  files: InputFiles,
): Promise<OpenInputs | undefined> {
  try {
    if ((await sources) === undefined) return undefined;
    const connection = await opening;
    return { connection, accounts: await numberAccounts(connection, files) };
  } catch {
    return undefined;
  }
}
