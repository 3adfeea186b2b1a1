import { PARTITION_COUNT, partitionOf } from '../../domain/partition.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { allocateMargins, openMargins, packBooks } from '../../engine/book-columns.js';
import type { LaidOutBook } from '../../engine/book-columns.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginColumns } from '../../models/column-margins.js';
import type { ResolvedModel } from '../../models/catalogue.js';
import { encodeBooks } from '../../pool/encode-books.js';
import type { ColumnShard } from '../../pool/tasks.js';

/** Shards of the accounts of one model: a change of a book packs one of them anew. */
const SHARDS = 16;

/** An account as the margins know it. */
export interface MarginedAccount {
  readonly accountId: string;
  readonly partition: number;
  readonly portfolio: Portfolio;
  readonly seq: number;
}

export type LayOut = (
  on: { readonly model: ResolvedModel; readonly market: Market },
  portfolio: Portfolio,
) => LaidOutBook | undefined;

/** The accounts of one model in packed shards; results stay where they are until their shard is packed again. */
export class AccountShards {
  readonly shards: AccountShard[];

  constructor(
    /** How threads find the model. */
    readonly modelName: string,
    readonly model: ResolvedModel,
  ) {
    this.shards = Array.from({ length: SHARDS }, () => new AccountShard());
  }

  put(account: MarginedAccount): void {
    this.#shardOf(account.partition).put(account);
  }

  remove(accountId: string): void {
    this.#shardOf(partitionOf(accountId)).remove(accountId);
  }

  /** Packs what has changed since the last call, or all when the instruments of the market have. */
  pack(market: Market, layOut: LayOut): void {
    for (const shard of this.shards) shard.pack(this.model, market, layOut);
  }

  #shardOf(partition: number): AccountShard {
    return this.shards[Math.floor((partition * SHARDS) / PARTITION_COUNT)] ?? new AccountShard();
  }
}

/** Some accounts with their books in one block of shared memory and their margins in another. */
export class AccountShard {
  readonly #accounts = new Map<string, MarginedAccount>();
  readonly #laidOut = new Map<string, LaidOutBook | undefined>();
  #table: Market['table'] | undefined;
  #isPacked = false;
  /** In the order of the columns. */
  packed: readonly MarginedAccount[] = [];
  task: ColumnShard | undefined;
  results: MarginColumns | undefined;

  put(account: MarginedAccount): void {
    this.#accounts.set(account.accountId, account);
    this.#laidOut.delete(account.accountId);
    this.#isPacked = false;
  }

  remove(accountId: string): void {
    this.#accounts.delete(accountId);
    this.#laidOut.delete(accountId);
    this.#isPacked = false;
  }

  pack(model: ResolvedModel, market: Market, layOut: LayOut): void {
    if (this.#table !== market.table) this.#laidOut.clear();
    else if (this.#isPacked) return;
    this.#table = market.table;
    this.#isPacked = true;
    this.packed = [...this.#accounts.values()].sort((a, b) => a.partition - b.partition);
    for (const { accountId, portfolio } of this.packed)
      if (!this.#laidOut.has(accountId)) this.#laidOut.set(accountId, layOut({ model, market }, portfolio));
    const results = allocateMargins(this.packed.length);
    const portfolios = this.packed.map(({ portfolio }) => portfolio);
    this.task = {
      books: packBooks(this.packed.map(({ accountId }) => this.#laidOut.get(accountId))),
      portfolios: encodeBooks(portfolios),
      results,
    };
    this.results = openMargins(results);
  }
}
