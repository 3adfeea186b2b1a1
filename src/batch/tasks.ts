import type { MarketHandle } from '../market/snapshot/shared-market.js';
import type { BookColumns } from './book-columns.js';
import type { ModelColumns } from './shard-columns.js';
import type { TailCubes } from './tail/tail-cubes.js';
import type { TailPlan } from './tail/tail-plan.js';

/** What goes to a worker of an end-of-day run: plain data and shared memory. */
export type BatchTask = SliceTask | BasisTask | AccountsTask;

/** A model as its parameter file: any thread binds the same parameters again. */
export interface ModelContent {
  readonly model: string;
  readonly name: string;
  readonly parameters: unknown;
}

export interface BatchModel {
  readonly content: ModelContent;
  /** Present: the books are worked out by the kernels of tails. */
  readonly tail?: BatchTail;
}

export interface BatchTail {
  readonly plan: TailPlan;
  readonly cubes: TailCubes;
}

export interface RunTerms {
  readonly market: MarketHandle;
  readonly models: readonly BatchModel[];
  /** Positions of each account whose contributions are wanted; 0 for none. */
  readonly topPositions: number;
  readonly includeVectors: boolean;
  readonly allowApproximations: boolean;
  readonly isa: string;
}

/** Build the cubes of one model for a slice of the instruments. */
export interface SliceTask {
  readonly kind: 'slice';
  readonly terms: RunTerms;
  readonly model: number;
  readonly first: number;
  readonly count: number;
}

/** Find the basis of the cubes of one model, once they are built. */
export interface BasisTask {
  readonly kind: 'basis';
  readonly terms: RunTerms;
  readonly model: number;
}

/** Margins of the accounts `first` to `first + count` of the columns, by every model of the run. */
export interface AccountsTask {
  readonly kind: 'accounts';
  readonly terms: RunTerms;
  readonly columns: BookColumns;
  readonly first: number;
  readonly count: number;
}

/** Where the time of a task went, seconds that its thread had a core (`thread-clock.ts`). */
export interface StageSeconds {
  /** Market, kernels and, where an account asks for it, the engine: what each thread needs for itself. */
  readonly open: number;
  readonly cube: number;
  /** Columns into books: order, groups, values. */
  readonly arrange: number;
  readonly aggregate: number;
  readonly tail: number;
  /** The ordinary engine. */
  readonly engine: number;
  /** Without a core: cores that reading, writing and compiling took. */
  readonly wait: number;
  /** What of `wait` fell into `cube`, `aggregate` and `tail`. */
  readonly stageWait: number;
}

/** What the preselection of tails in single precision left to double precision; each account counts once for every such model. */
export interface Preselection {
  /** Accounts with risk that were preselected; the ordinary engine margined the others. */
  readonly accounts: number;
  /** Scenarios of theirs that were revalued. */
  readonly candidates: number;
  /** The most candidates of one account. */
  readonly largest: number;
}

export const NO_PRESELECTION: Preselection = { accounts: 0, candidates: 0, largest: 0 };

export function addPreselections(a: Preselection, b: Preselection): Preselection {
  return {
    accounts: a.accounts + b.accounts,
    candidates: a.candidates + b.candidates,
    largest: Math.max(a.largest, b.largest),
  };
}

export interface AccountsResult {
  readonly models: readonly ModelColumns[];
  readonly seconds: StageSeconds;
  readonly preselection: Preselection;
}

export interface SliceResult {
  readonly seconds: StageSeconds;
}

export const NO_SECONDS: StageSeconds = {
  open: 0,
  cube: 0,
  arrange: 0,
  aggregate: 0,
  tail: 0,
  engine: 0,
  wait: 0,
  stageWait: 0,
};

export function addSeconds(a: StageSeconds, b: StageSeconds): StageSeconds {
  return {
    open: a.open + b.open,
    cube: a.cube + b.cube,
    arrange: a.arrange + b.arrange,
    aggregate: a.aggregate + b.aggregate,
    tail: a.tail + b.tail,
    engine: a.engine + b.engine,
    wait: a.wait + b.wait,
    stageWait: a.stageWait + b.stageWait,
  };
}
