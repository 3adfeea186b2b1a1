import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Outcome } from '../../../domain/outcome.js';
import { failure, success } from '../../../domain/outcome.js';
import type { ImportResult } from '../import-report.js';
import type { TextSource } from '../text-source.js';
import { readTextSource } from '../text-source.js';
import type { DeribitImportOptions } from './build-market.js';
import type { ChainSources } from './chain-csv.js';
import { importDeribitChain } from './chain-csv.js';
import { importDeribitApi } from './public-api.js';

const CHAIN_FILE = /\.csv(\.gz)?$/i;
const API_FILE = /\.json(\.gz)?$/i;

/** Names of the files of futures beside a chain, without their endings. */
const PERPETUALS = 'perpetual_futures_last.csv';
const TERM_FUTURES = 'term_futures_marks.csv';

/**
 * Imports what the paths hold: API responses (`.json`, files or one folder of them) or one recorded chain (`.csv`), all
 * packed with gzip or not. The files of futures of a chain are found beside it, or given as well.
 */
export function importDeribitFiles(
  paths: readonly string[],
  options: DeribitImportOptions = {},
): Outcome<ImportResult> {
  const files = expandFolders(paths);
  if (!files.ok) return files;
  const tables = files.value.filter((file) => CHAIN_FILE.test(file));
  const responses = files.value.filter((file) => API_FILE.test(file));
  if (tables.length > 0 && responses.length > 0)
    return failure('INVALID_VALUE', 'paths', 'Expected either .csv files or .json files but received both');
  if (responses.length > 0) {
    const sources = readAll(responses);
    return sources.ok ? importDeribitApi(sources.value, options) : sources;
  }
  const sources = chainSources(tables);
  return sources.ok ? importDeribitChain(sources.value, options) : sources;
}

/** Folders become their files, in alphabetical order. */
function expandFolders(paths: readonly string[]): Outcome<string[]> {
  const files: string[] = [];
  for (const given of paths) {
    const found = statSync(given, { throwIfNoEntry: false });
    if (!found) return failure('INVALID_VALUE', given, `No file or folder "${given}"`);
    if (!found.isDirectory()) files.push(given);
    else
      files.push(
        ...readdirSync(given)
          .sort()
          .map((name) => path.join(given, name)),
      );
  }
  return success(files);
}

function readAll(files: readonly string[]): Outcome<TextSource[]> {
  const sources: TextSource[] = [];
  for (const file of files) {
    const source = readTextSource(file);
    if (!source.ok) return source;
    sources.push(source.value);
  }
  return success(sources);
}

function chainSources(files: readonly string[]): Outcome<ChainSources> {
  const isNamed = (file: string, name: string): boolean => path.basename(file).replace(/\.gz$/i, '') === name;
  const chains = files.filter((file) => !isNamed(file, PERPETUALS) && !isNamed(file, TERM_FUTURES));
  const [chain] = chains;
  if (chain === undefined) {
    const received = files.length === 0 ? 'no file' : files.join(', ');
    return failure(
      'MISSING_FIELD',
      'paths',
      `Expected .json or .csv files of a chain but received ${received}`,
    );
  }
  if (chains.length > 1)
    return failure(
      'INVALID_VALUE',
      'paths',
      `Expected one chain but received ${chains.length}: choose one of them`,
    );
  const companion = (name: string): Outcome<TextSource | undefined> => {
    const beside = [name, `${name}.gz`].map((file) => path.join(path.dirname(chain), file));
    const file =
      files.find((given) => isNamed(given, name)) ?? beside.find((candidate) => existsSync(candidate));
    return file === undefined ? success(undefined) : readTextSource(file);
  };
  const main = readTextSource(chain);
  const perpetuals = companion(PERPETUALS);
  const termFutures = companion(TERM_FUTURES);
  if (!main.ok) return main;
  if (!perpetuals.ok) return perpetuals;
  if (!termFutures.ok) return termFutures;
  return success({
    chain: main.value,
    ...(perpetuals.value && { perpetuals: perpetuals.value }),
    ...(termFutures.value && { termFutures: termFutures.value }),
  });
}
