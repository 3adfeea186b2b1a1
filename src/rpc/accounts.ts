import type { ServerConfig } from '../config/server-config.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import { LruCache } from '../engine/lru-cache.js';
import type { Outcome } from '../domain/outcome.js';
import type { Kernels } from '../kernel/kernels.js';
import { RESOLVED_MODELS_CACHED_MAX } from '../limits.js';
import { AccountBook } from '../live/book/account-book.js';
import type { EventLog } from '../live/book/durable-queue.js';
import { NO_LOG } from '../live/book/durable-queue.js';
import { MarginGate, type GateWorld } from '../live/gate/margin-gate.js';
import type { StatisticsOf } from '../live/gate/position-limits.js';
import { refusalOf } from '../live/gate/money-out.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { EpochRegistry } from './epochs.js';

/** The accounts of a server and the gate that rests on them. */
export interface Accounts {
  readonly book: AccountBook;
  readonly gate: MarginGate;
  /** Model of a name, or of an account that names none; resolved once. */
  readonly modelNamed: (name: string) => Outcome<ResolvedModel>;
  /** Parameters in force have changed: names are resolved anew. */
  readonly forgetModels: () => void;
}

interface Parts {
  readonly config: Pick<ServerConfig, 'model' | 'maxEpochAgeMs' | 'allowApproximations'>;
  readonly epochs: EpochRegistry;
  readonly engine: MarginEngine;
  readonly kernels: Kernels;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The model of a name with the parameters in force. */
  readonly resolve: (name: string) => Outcome<ResolvedModel>;
  /** Sets of parameters that are being phased out for an account. */
  readonly phaseInsOf: GateWorld['phaseInsOf'];
  /** Open interest and volume as the market's feed has them. */
  readonly statisticsOf: StatisticsOf;
  /** Where accepted changes become durable; without one they live as long as the process. */
  readonly log?: EventLog;
}

/** Accounts on the newest epoch of the server. */
export function createAccounts({
  config,
  epochs,
  engine,
  kernels,
  now,
  resolve,
  phaseInsOf,
  statisticsOf,
  log = NO_LOG,
}: Parts): Accounts {
  let models = new LruCache<Outcome<ResolvedModel>>(RESOLVED_MODELS_CACHED_MAX);
  const modelNamed = (name: string): Outcome<ResolvedModel> => {
    const used = name === '' ? config.model : name;
    return models.getOrAdd(used, () => resolve(used));
  };
  const forgetModels = (): void => {
    models = new LruCache<Outcome<ResolvedModel>>(RESOLVED_MODELS_CACHED_MAX);
  };
  const market = (): ReturnType<EpochRegistry['find']> => epochs.current;
  const rowOf = (name: string): number => market()?.market.table.instrumentIndex.get(name) ?? -1;
  const book: AccountBook = new AccountBook(
    {
      now,
      termsOf: (name) => market()?.market.table.instruments[rowOf(name)],
      markOf: (name) => market()?.market.columns.markPrice[rowOf(name)] ?? NaN,
      refusal: (event) => refusalOf(book, gate, event),
    },
    log,
  );
  const gate: MarginGate = new MarginGate(book, {
    now,
    market: () => market()?.market,
    modelOf: ({ details }) => modelNamed(details.model),
    ...(phaseInsOf === undefined ? {} : { phaseInsOf }),
    statisticsOf,
    engine,
    pricer: kernels,
    maxEpochAgeMs: config.maxEpochAgeMs,
    allowApproximations: config.allowApproximations,
  });
  return { book, gate, modelNamed, forgetModels };
}
