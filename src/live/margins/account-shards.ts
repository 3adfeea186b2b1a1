import { PARTITION_COUNT, partitionOf } from '../../domain/partition.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { allocateMargins, openMargins, packBooks } from '../../engine/book-columns.js';
import type { LaidOutBook } from '../../engine/book-columns.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginColumns } from '../../models/column-margins.js';
import type { ResolvedModel } from '../../models/catalogue.js';
import { encodeBook, shareBooks } from '../../pool/encode-books.js';
import type { ColumnShard } from '../../pool/tasks.js';

/** Shards of the accounts of one model: a change of a book packs one of them anew. */
const SHARDS = 16;

/** An account that has changed; its book is read when its shard is packed. */
export interface ChangedAccount {
  readonly accountId: string;
  readonly partition: number;
  readonly seq: number;
  readonly readPortfolio: () => Portfolio;
}

/** An account as it was packed. */
export interface PackedAccount {
  readonly accountId: string;
  readonly partition: number;
  readonly seq: number;
  readonly portfolio: Portfolio;
  readonly encoded: Buffer;
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

  put(account: ChangedAccount): void {
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
  readonly #changed = new Map<string, ChangedAccount>();
  readonly #known = new Map<string, PackedAccount>();
  readonly #laidOut = new Map<string, LaidOutBook | undefined>();
  #table: Market['table'] | undefined;
  #isPacked = false;
  /** In the order of the columns. */
  packed: readonly PackedAccount[] = [];
  task: ColumnShard | undefined;
  results: MarginColumns | undefined;

  put(account: ChangedAccount): void {
    this.#changed.set(account.accountId, account);
    this.#isPacked = false;
  }

  remove(accountId: string): void {
    this.#changed.delete(accountId);
    this.#known.delete(accountId);
    this.#laidOut.delete(accountId);
    this.#isPacked = false;
  }

  /** Reads, resolves and encodes only what has changed; the rest is copied. */
  pack(model: ResolvedModel, market: Market, layOut: LayOut): void {
    if (this.#table !== market.table) this.#laidOut.clear();
    else if (this.#isPacked) return;
    this.#table = market.table;
    this.#isPacked = true;
    for (const { accountId, partition, seq, readPortfolio } of this.#changed.values()) {
      const portfolio = readPortfolio();
      this.#known.set(accountId, { accountId, partition, seq, portfolio, encoded: encodeBook(portfolio) });
      this.#laidOut.delete(accountId);
    }
    this.#changed.clear();
    this.packed = [...this.#known.values()].sort((a, b) => a.partition - b.partition);
    for (const { accountId, portfolio } of this.packed)
      if (!this.#laidOut.has(accountId)) this.#laidOut.set(accountId, layOut({ model, market }, portfolio));
    const results = allocateMargins(this.packed.length);
    this.task = {
      books: packBooks(this.packed.map(({ accountId }) => this.#laidOut.get(accountId))),
      portfolios: shareBooks(this.packed.map(({ encoded }) => encoded)),
      results,
    };
    this.results = openMargins(results);
  }
}
