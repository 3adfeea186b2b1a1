import type { DuckDBConnection } from '@duckdb/node-api';
import { mkdirSync } from 'node:fs';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { BatchInputError } from './batch-error.js';
import { allowSpilling, openDuck, spillFolder } from './duck.js';
import { identify, nameModels } from './identity.js';
import { numberAccounts, type Accounts } from './input/accounts.js';
import type { InputFiles } from './input/blame.js';
import type { EarlyInputs, OpenInputs } from './input/early-inputs.js';
import { nameInstruments } from './input/load-columns.js';
import { openSources } from './input/sources.js';
import { runHashOf, type Plan } from './manifest.js';
import type { NamedModel } from './output/write-part.js';
import { planShards, shardCountOf } from './plan.js';

/** What a user asks of a run. */
export interface RunRequest {
  readonly market: Market;
  readonly models: readonly ResolvedModel[];
  readonly files: InputFiles;
  /** Folder of the results; made where it is not there. */
  readonly out: string;
  readonly workers: number;
  /** Instruction level of the kernels. */
  readonly isa: string;
  readonly topPositions: number;
  readonly includeVectors: boolean;
  readonly allowApproximations: boolean;
  /** `double` looks at every scenario in double precision; the results are the same bits. */
  readonly precision: 'single' | 'double';
  /** Version of this program. */
  readonly version: string;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  readonly stage: 'read' | 'cube' | 'margin' | 'write';
  /** Accounts; instruments of every model with cubes for `cube`. */
  readonly done: number;
  readonly total: number;
}

/** A run whose inputs are open and numbered. */
export interface Run {
  readonly request: RunRequest;
  readonly connection: DuckDBConnection;
  readonly accounts: Accounts;
  readonly named: readonly NamedModel[];
  readonly plan: Plan;
}

/**
 * Opens and checks the inputs.
 *
 * @param shardCount shards of the plan; absent: by the size of the inputs
 * @param early the same files where they are being opened already
 */
export async function prepareRun(
  request: RunRequest,
  shardCount?: number,
  early?: EarlyInputs,
): Promise<Run> {
  const { out, market } = request;
  makeFolder(out);
  const identified = identify(request);
  // Told where it is waited for; inputs that are refused meanwhile come first.
  identified.catch(() => undefined);
  const { connection, accounts } = await openInputs(request, early);
  await nameInstruments(connection, market);
  const identity = await identified;
  const vectorCells = request.includeVectors ? vectorCellsOf(request) : 0;
  const count = shardCount ?? shardCountOf(accounts.count, accounts.positionTotal, vectorCells);
  const plan: Plan = {
    runHash: runHashOf(identity),
    identity,
    accountCount: accounts.count,
    positionCount: accounts.positionTotal,
    shards: planShards(accounts.positions, count, vectorCells),
  };
  return { request, connection, accounts, named: nameModels(request.models), plan };
}

async function openInputs(
  { files, out, workers }: RunRequest,
  early: EarlyInputs | undefined,
): Promise<OpenInputs> {
  const opened = await early?.take();
  if (opened !== undefined) {
    await allowSpilling(opened.connection, spillFolder(out));
    return opened;
  }
  const connection = await openDuck(workers, spillFolder(out));
  await openSources(connection, files);
  return { connection, accounts: await numberAccounts(connection, files) };
}

/** Scenarios that an account is written in, all models together. */
export function vectorCellsOf({ models, market }: Pick<RunRequest, 'models' | 'market'>): number {
  return models.reduce((sum, model) => sum + model.cube(market).scenarios.columns.count, 0);
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new BatchInputError(
      `${folder}: cannot make the folder: ${error instanceof Error ? error.message : ''}`,
    );
  }
}
