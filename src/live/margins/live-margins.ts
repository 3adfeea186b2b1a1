import { partitionOf } from '../../domain/partition.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { allocateMargins, openMargins } from '../../engine/book-columns.js';
import type { PricePermissions } from '../../market/oracles/price-permissions.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarketHandle } from '../../market/snapshot/shared-market.js';
import { COLUMN_STATUS } from '../../models/column-margins.js';
import type { MarginColumns } from '../../models/column-margins.js';
import type { ResolvedModel } from '../../models/catalogue.js';
import type { ColumnShard } from '../../pool/tasks.js';
import { ChangeLog } from '../state/change-log.js';
import { CODE } from '../state/ladder.js';
import { AccountShards, type LayOut } from './account-shards.js';
import { AccountMargin } from './account-margin.js';
import { initialMarginWithOrders } from './books-with-orders.js';
import { BreachWatch } from './breach-watch.js';
import type { ProjectBooks, WatchedAccount } from './breach-watch.js';
import type { FoundMargin } from './account-margin.js';

/** Between two runs: together with a run about the time between two epochs at their highest rate. */
const RUN_PAUSE_MS = 10;

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

export interface MarginsWorld {
  readonly layOut: LayOut;
  /** Undefined for a model that does not exist. */
  readonly modelNamed: (name: string) => ResolvedModel | undefined;
  /** Runs shards on a thread, into their shared memory. */
  readonly calculate: (
    market: MarketHandle,
    modelName: string,
    shards: readonly ColumnShard[],
  ) => Promise<void>;
  /** Looks ahead for restricted accounts; absent for none. */
  readonly project?: ProjectBooks;
  /** Threads that shards are divided among. */
  readonly workers: number;
  readonly now: () => number;
  /** Called when a run is done: every margin of `all` is of this epoch. */
  readonly onMargins: (epoch: MarginedEpoch) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * Margins of all accounts, again at every epoch: on the pool, from books that stay packed in shared memory. One run at a time;
 * epochs that come meanwhile are one, the latest. A run works on the epoch it began with, so that no margin mixes two.
 */
export class LiveMargins {
  readonly changes = new ChangeLog();
  readonly #accounts = new Map<string, AccountMargin>();
  readonly #modelOf = new Map<string, string>();
  readonly #byModel = new Map<string, AccountShards>();
  #waiting: MarginedEpoch | undefined;
  #isRunning = false;
  #last: MarginedEpoch | undefined;

  readonly #watch: BreachWatch | undefined;

  constructor(private readonly world: MarginsWorld) {
    const { project, now, onError } = world;
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
    const found = new Map<string, FoundMargin>();
    for (const { modelName, shards } of this.#byModel.values()) {
      const packed = shards.flatMap(({ packed: accounts, task }) =>
        task === undefined || accounts.length === 0
          ? []
          : [{ accounts, task: { ...task, results: allocateMargins(task.results.accounts) } }],
      );
      await this.#calculate(
        handle,
        modelName,
        packed.map(({ task }) => task),
      );
      for (const { accounts, task } of packed) {
        const results = openMargins(task.results);
        let row = 0;
        for (const { accountId, books } of accounts) {
          found.set(accountId, withOrders(results, row, books.length));
          row += books.length;
        }
      }
    }
    return found;
  }

  async #calculate(handle: MarketHandle, modelName: string, tasks: readonly ColumnShard[]): Promise<void> {
    await Promise.all(
      divide(tasks, this.world.workers).map((part) => this.world.calculate(handle, modelName, part)),
    );
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
      const packed = shards.shards.map((shard) => ({
        accounts: shard.packed,
        task: shard.task,
        results: shard.results,
      }));
      const tasks = packed.flatMap(({ accounts, task }) =>
        task === undefined || accounts.length === 0 ? [] : [task],
      );
      await this.#calculate(handle, shards.modelName, tasks);
      for (const { accounts, results } of packed) {
        if (results === undefined) continue;
        let row = 0;
        for (const { accountId, books, seq } of accounts) {
          const found = withOrders(results, row, books.length);
          row += books.length;
          const [{ portfolio }] = books;
          const account = this.#accounts.get(accountId);
          account?.take(epoch, { portfolio, seq }, found, this.world.now(), this.changes);
        }
      }
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

  #shardsOf(name: string): AccountShards | undefined {
    const known = this.#byModel.get(name);
    if (known !== undefined) return known;
    const model = this.world.modelNamed(name);
    if (model === undefined) return undefined;
    const shards = new AccountShards(name, model);
    this.#byModel.set(name, shards);
    return shards;
  }
}

/** As many lists as threads, of about equal length; none is empty. */
function divide<T>(list: readonly T[], parts: number): T[][] {
  const divided: T[][] = Array.from({ length: Math.min(parts, list.length) }, () => []);
  list.forEach((one, at) => divided[at % divided.length]?.push(one));
  return divided;
}

/** The margin of an account from the rows of its books; what is pending is no part of equity and maintenance margin. */
function withOrders(results: MarginColumns, first: number, count: number): FoundMargin {
  const { equity, initialMargin, maintenanceMargin, status } = results;
  let isMargined = true;
  for (let row = first; row < first + count; row += 1)
    if (status[row] !== COLUMN_STATUS.MARGINED) isMargined = false;
  return {
    isMargined,
    equity: equity[first] ?? NaN,
    initialMargin: initialMarginWithOrders(equity, initialMargin, first, count),
    maintenanceMargin: maintenanceMargin[first] ?? NaN,
  };
}
