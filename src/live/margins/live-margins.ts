import { partitionOf } from '../../domain/partition.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { STATE_CHANGES_KEPT_MAX } from '../../limits.js';
import type { PricePermissions } from '../../market/oracles/price-permissions.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarketHandle } from '../../market/snapshot/shared-market.js';
import type { ModelReference, ResolvedModel } from '../../models/resolved-model.js';
import type { KeptAllowances } from '../../recalibration/governance/phase-in-records.js';
import { ChangeLog } from '../state/change-log.js';
import type { StateChange } from '../state/enforcement.js';
import { CODE } from '../state/ladder.js';
import { AccountShards, type LayOut } from './account-shards.js';
import { AccountMargin } from './account-margin.js';
import { BreachWatch } from './breach-watch.js';
import type { ProjectBooks, WatchedAccount } from './breach-watch.js';
import type { FoundMargin } from './account-margin.js';
import {
  isOver,
  phaseInMargins,
  type AccountPhaseIn,
  type PhaseIn,
  type ReplacedMargins,
} from './phase-ins.js';
import {
  calculateShards,
  eachMargin,
  marginsByAccount,
  marginsOfShards,
  type MarginedShard,
  type ShardThreads,
} from './shard-margins.js';

/** Between two runs: together with a run about the time between two epochs at their highest rate. */
const RUN_PAUSE_MS = 10;

const NONE: readonly AccountPhaseIn[] = [];

/** An epoch as margins need it. */
export interface MarginedEpoch {
  readonly market: Market;
  readonly handle: MarketHandle;
  readonly permissions?: ReadonlyMap<string, PricePermissions>;
}

/** One account as it is now. */
export interface LiveAccount {
  readonly accountId: string;
  readonly seq: number;
  /** Name of its model. */
  readonly model: string;
  /** Read when its margin is due, and not before: many changes may come meanwhile. */
  readonly readPortfolio: () => Portfolio;
  /** The book with all of its open orders filled: it counts beside the book as it is where a model has no rule for orders. */
  readonly readFilled?: () => Portfolio | undefined;
  /** When the book changes by itself the next time, milliseconds since 1970; Infinity for never. */
  readonly nextLapseMs?: () => number;
}

/** A model with how threads find it. */
export interface ModelInUse {
  readonly reference: ModelReference;
  readonly model: ResolvedModel;
}

export interface MarginsWorld extends ShardThreads {
  readonly layOut: LayOut;
  /** What accounts of that model name are margined with now; undefined for a model that does not exist. */
  readonly modelNamed: (name: string) => ModelInUse | undefined;
  /** Looks ahead for restricted accounts; absent for none. */
  readonly project?: ProjectBooks;
  readonly now: () => number;
  /** Makes durable what accounts are still let off, before anybody is told; never rejects. Absent: it lives as long as the process. */
  readonly keepAllowances?: (allowances: readonly KeptAllowances[]) => Promise<void>;
  /** Called when a run is done: every margin of `all` is of this epoch. */
  readonly onMargins: (epoch: MarginedEpoch) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Sequence numbers of a server begin at its start, this many for each millisecond since 1970: above those of the server before, which had
 * fewer changes of state in a partition in each millisecond, and below 2^53 until the year 2255.
 */
const SEQUENCES_PER_MS = 1_000;

/**
 * Margins of all accounts, again at every epoch: on the pool, from books that stay packed in shared memory. One run at a time;
 * epochs that come meanwhile are one, the latest. A run works on the epoch it began with, so that no margin mixes two.
 */
export class LiveMargins {
  readonly changes: ChangeLog;
  readonly #accounts = new Map<string, AccountMargin>();
  readonly #modelOf = new Map<string, string>();
  readonly #byModel = new Map<string, AccountShards>();
  readonly #phaseIns = new Map<AccountShards, readonly PhaseIn[]>();
  #waiting: MarginedEpoch | undefined;
  #isRunning = false;
  #last: MarginedEpoch | undefined;

  readonly #watch: BreachWatch | undefined;

  constructor(private readonly world: MarginsWorld) {
    const { project, now, onError } = world;
    this.changes = new ChangeLog(STATE_CHANGES_KEPT_MAX, now() * SEQUENCES_PER_MS);
    this.#watch = project === undefined ? undefined : new BreachWatch(project, now, onError);
  }

  /** The account has changed; its margin follows at once. */
  put({ model, ...account }: LiveAccount): void {
    const { accountId } = account;
    const before = this.#modelOf.get(accountId);
    if (before !== undefined && before !== model) this.#byModel.get(before)?.remove(accountId);
    const shards = this.#shardsOf(model);
    if (shards === undefined) return;
    this.#modelOf.set(accountId, model);
    const partition = partitionOf(accountId);
    shards.put({ ...account, partition });
    if (!this.#accounts.has(accountId))
      this.#accounts.set(accountId, new AccountMargin(accountId, partition));
    if (this.#last !== undefined && this.#waiting === undefined) this.onEpoch(this.#last);
  }

  /** Puts accounts, before their first margin, on the steps at which an earlier process left them. */
  resume(steps: Iterable<StateChange>): void {
    for (const step of steps) this.#accounts.get(step.accountId)?.resume(step);
  }

  /** Margins of the epoch follow. */
  onEpoch(epoch: MarginedEpoch): void {
    this.#waiting = epoch;
    if (!this.#isRunning) void this.#run();
  }

  get(accountId: string): AccountMargin | undefined {
    return this.#accounts.get(accountId);
  }

  /** In the order in which they came. */
  all(): IterableIterator<AccountMargin> {
    return this.#accounts.values();
  }

  /** Resolves when no run is under way and none is due. */
  async settled(): Promise<void> {
    while (this.#isRunning) await new Promise((resolve) => setImmediate(resolve));
  }

  /**
   * What the accounts would have on another market of the same instruments, as their books were packed last, open orders left out of
   * equity and maintenance margin as ever. Changes nothing that is kept.
   */
  async marginsOn(handle: MarketHandle): Promise<ReadonlyMap<string, FoundMargin>> {
    const all = new Map<string, FoundMargin>();
    for (const { reference, shards } of this.#byModel.values())
      for (const [accountId, found] of await marginsOfShards(
        this.world,
        handle,
        reference,
        shards,
        'AS_PACKED',
      ))
        all.set(accountId, found);
    return all;
  }

  /** The market that books are packed for; undefined before the first run. */
  get packedMarket(): Market | undefined {
    return this.#last?.market;
  }

  /** The accounts by the model that they name, packed as of the newest epoch. */
  shardsByModel(): IterableIterator<AccountShards> {
    return this.#byModel.values();
  }

  /** Old books are let off less as time goes on, also in a market that stands still. */
  stepPhaseIns(): void {
    const isPhasingIn = [...this.#phaseIns.values()].some((phaseIns) => phaseIns.length > 0);
    if (isPhasingIn && this.#last !== undefined && this.#waiting === undefined) this.onEpoch(this.#last);
  }

  /** What an account is let off now, by the sets that are being phased out. */
  phaseInsOf(accountId: string): readonly AccountPhaseIn[] {
    if (this.#phaseIns.size === 0) return NONE;
    const shards = this.#byModel.get(this.#modelOf.get(accountId) ?? '');
    if (shards === undefined) return NONE;
    return this.#duePhaseIns(shards).flatMap(({ replaced, sinceMs, allowances }) => {
      const allowance = allowances?.get(accountId);
      const bears = allowances === undefined || allowance !== undefined;
      return bears ? [{ replaced: replaced.model, sinceMs, allowance }] : [];
    });
  }

  /** Goes on with what an earlier process was phasing in, by the names that accounts use; before the first margins. */
  resumePhaseIns(phaseInsOf: (modelName: string) => readonly PhaseIn[]): void {
    for (const shards of this.#byModel.values()) this.#phaseIns.set(shards, phaseInsOf(shards.modelName));
  }

  /** Parameters in force have changed at a time: books of this moment are phased in, and margins follow at once. */
  changeParameters(sinceMs: number): void {
    for (const shards of this.#byModel.values()) {
      const inUse = this.world.modelNamed(shards.modelName);
      if (inUse === undefined || inUse.model.parameterHash === shards.model.parameterHash) continue;
      const { reference, model } = shards;
      const phaseIn: PhaseIn = { replaced: { reference, model }, sinceMs, allowances: undefined };
      shards.use(inUse);
      this.#phaseIns.set(shards, [...(this.#phaseIns.get(shards) ?? []), phaseIn]);
    }
    if (this.#last !== undefined && this.#waiting === undefined) this.onEpoch(this.#last);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // A turn of the event loop gathers the changes of one burst into one run.
    await new Promise((resolve) => setImmediate(resolve));
    for (let epoch = this.#take(); epoch !== undefined; epoch = this.#take()) {
      try {
        await this.#margin(epoch);
      } catch (error) {
        this.world.onError(error);
      }
      // Books that change all the time are margined as often as a market that does.
      await new Promise((resolve) => setTimeout(resolve, RUN_PAUSE_MS));
    }
    this.#isRunning = false;
  }

  #take(): MarginedEpoch | undefined {
    const epoch = this.#waiting;
    this.#waiting = undefined;
    return epoch;
  }

  async #margin(epoch: MarginedEpoch): Promise<void> {
    this.#last = epoch;
    const { market, handle } = epoch;
    for (const shards of this.#byModel.values()) {
      shards.pack(market, this.world.layOut, this.world.now());
      // Of this moment: parameters may change while threads calculate.
      const { reference } = shards;
      const phaseIns = this.#duePhaseIns(shards);
      const packed = shards.shards.map((shard) => ({
        accounts: shard.packed,
        task: shard.task,
        results: shard.results,
      }));
      const tasks = packed.flatMap(({ accounts, task }) =>
        task === undefined || accounts.length === 0 ? [] : [task],
      );
      await calculateShards(this.world, handle, reference, tasks);
      const enforced = await this.#phasedIn(phaseIns, shards, handle, packed);
      for (const shard of packed)
        eachMargin(shard, ({ accountId, books, seq }, found) => {
          const [{ portfolio }] = books;
          const margins = enforced?.get(accountId) ?? found;
          const nowMs = this.world.now();
          this.#accounts.get(accountId)?.take(epoch, { portfolio, seq }, margins, nowMs, this.changes);
        });
    }
    this.world.onMargins(epoch);
    this.#watch?.onMargins(epoch, () => this.#restricted());
  }

  #restricted(): WatchedAccount[] {
    const found: WatchedAccount[] = [];
    for (const account of this.#accounts.values()) {
      if (account.step === CODE.OK || account.isStale) continue;
      const { accountId, partition } = account;
      const modelName = this.#modelOf.get(accountId) ?? '';
      const packed = this.#byModel.get(modelName)?.find(accountId, partition);
      if (packed === undefined) continue;
      const [{ encoded }] = packed.books;
      found.push({ account, modelName, seq: packed.seq, encoded });
    }
    return found;
  }

  #duePhaseIns(shards: AccountShards): readonly PhaseIn[] {
    const known = this.#phaseIns.get(shards) ?? [];
    if (known.length === 0) return known;
    const nowMs = this.world.now();
    const due = known.filter(({ sinceMs }) => !isOver(sinceMs, nowMs));
    this.#phaseIns.set(shards, due);
    return due;
  }

  /** What is enforced of the accounts that are let off something, once it is durable; undefined where nothing is phased in. */
  async #phasedIn(
    phaseIns: readonly PhaseIn[],
    shards: AccountShards,
    handle: MarketHandle,
    packed: readonly MarginedShard[],
  ): Promise<ReadonlyMap<string, FoundMargin> | undefined> {
    if (phaseIns.length === 0) return undefined;
    const replaced: ReplacedMargins[] = [];
    for (const phaseIn of phaseIns) {
      const { reference } = phaseIn.replaced;
      const margins = await marginsOfShards(this.world, handle, reference, shards.shards, 'AS_PACKED');
      replaced.push({ phaseIn, margins });
    }
    const found = marginsByAccount(packed);
    const { enforced, kept } = phaseInMargins(shards.modelName, found, replaced, this.world.now());
    if (kept.length > 0) await this.world.keepAllowances?.(kept);
    return enforced;
  }

  #shardsOf(name: string): AccountShards | undefined {
    const known = this.#byModel.get(name);
    if (known !== undefined) return known;
    const inUse = this.world.modelNamed(name);
    if (inUse === undefined) return undefined;
    const shards = new AccountShards(name, inUse);
    this.#byModel.set(name, shards);
    return shards;
  }
}
