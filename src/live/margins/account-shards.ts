import { PARTITION_COUNT, partitionOf } from '../../domain/partition.js';
import type { Portfolio } from '../../domain/portfolio.js';
import { allocateMargins, openMargins, packBooks } from '../../engine/book-columns.js';
import type { LaidOutBook } from '../../engine/book-columns.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginColumns } from '../../models/column-margins.js';
import type { ModelReference, ResolvedModel } from '../../models/resolved-model.js';
import { encodeBook, shareBooks } from '../../pool/encode-books.js';
import type { ColumnShard } from '../../pool/tasks.js';
import { booksToMargin } from './books-with-orders.js';

/** Shards of the accounts of one model: a change of a book packs one of them anew. */
const SHARDS = 16;

/** An account that has changed; its book is read when its shard is packed. */
export interface ChangedAccount {
  readonly accountId: string;
  readonly partition: number;
  readonly seq: number;
  readonly readPortfolio: () => Portfolio;
  readonly readFilled?: () => Portfolio | undefined;
  readonly nextLapseMs?: () => number;
}

/** A book of an account as threads take it. */
interface PackedBook {
  readonly portfolio: Portfolio;
  readonly encoded: Buffer;
}

/** An account as it was packed. */
export interface PackedAccount {
  readonly accountId: string;
  readonly partition: number;
  readonly seq: number;
  /** The book as it is; for a model without a rule for orders also the book with all that is pending filled. One row each. */
  readonly books: readonly [PackedBook, ...PackedBook[]];
}

export type LayOut = (
  on: { readonly model: ResolvedModel; readonly market: Market },
  portfolio: Portfolio,
) => LaidOutBook | undefined;

/** The accounts of one model in packed shards; results stay where they are until their shard is packed again. */
export class AccountShards {
  readonly shards: AccountShard[];
  #inUse: { readonly reference: ModelReference; readonly model: ResolvedModel };

  constructor(
    /** As accounts name it. */
    readonly modelName: string,
    inUse: { readonly reference: ModelReference; readonly model: ResolvedModel },
  ) {
    this.#inUse = inUse;
    this.shards = Array.from({ length: SHARDS }, () => new AccountShard());
  }

  get model(): ResolvedModel {
    return this.#inUse.model;
  }

  /** How threads find the model with its parameters. */
  get reference(): ModelReference {
    return this.#inUse.reference;
  }

  /** Other numbers of the same model: books stay packed, because no number changes how they are laid out. */
  use(inUse: { readonly reference: ModelReference; readonly model: ResolvedModel }): void {
    this.#inUse = inUse;
  }

  put(account: ChangedAccount): void {
    this.#shardOf(account.partition).put(account);
  }

  /** The account as it was packed last. */
  find(accountId: string, partition: number): PackedAccount | undefined {
    return this.#shardOf(partition).find(accountId);
  }

  remove(accountId: string): void {
    this.#shardOf(partitionOf(accountId)).remove(accountId);
  }

  /** Packs what has changed since the last call, or all when the instruments of the market have. */
  pack(market: Market, layOut: LayOut, nowMs: number): void {
    for (const shard of this.shards) shard.pack(this.model, market, layOut, nowMs);
  }

  #shardOf(partition: number): AccountShard {
    return this.shards[Math.floor((partition * SHARDS) / PARTITION_COUNT)] ?? new AccountShard();
  }
}

/** Some accounts with their books in one block of shared memory and their margins in another. */
export class AccountShard {
  readonly #changed = new Map<string, ChangedAccount>();
  readonly #known = new Map<string, PackedAccount>();
  readonly #laidOut = new Map<string, readonly (LaidOutBook | undefined)[]>();
  /** Accounts that change by themselves, when a reservation lapses. */
  readonly #lapsing = new Map<string, { readonly account: ChangedAccount; readonly atMs: number }>();
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

  find(accountId: string): PackedAccount | undefined {
    return this.#known.get(accountId);
  }

  remove(accountId: string): void {
    this.#changed.delete(accountId);
    this.#known.delete(accountId);
    this.#laidOut.delete(accountId);
    this.#lapsing.delete(accountId);
    this.#isPacked = false;
  }

  /** Reads, resolves and encodes only what has changed; the rest is copied. */
  pack(model: ResolvedModel, market: Market, layOut: LayOut, nowMs: number): void {
    for (const { account, atMs } of this.#lapsing.values()) if (atMs <= nowMs) this.put(account);
    if (market.table !== this.#table) this.#laidOut.clear();
    else if (this.#isPacked) return;
    this.#table = market.table;
    this.#isPacked = true;
    for (const account of this.#changed.values()) this.#read(account, model);
    this.#changed.clear();
    this.packed = [...this.#known.values()].sort((a, b) => a.partition - b.partition);
    for (const { accountId, books } of this.packed)
      if (!this.#laidOut.has(accountId))
        this.#laidOut.set(
          accountId,
          books.map(({ portfolio }) => layOut({ model, market }, portfolio)),
        );
    const books = this.packed.flatMap((account) => account.books);
    const results = allocateMargins(books.length);
    this.task = {
      books: packBooks(this.packed.flatMap(({ accountId }) => this.#laidOut.get(accountId) ?? [])),
      portfolios: shareBooks(books.map(({ encoded }) => encoded)),
      results,
    };
    this.results = openMargins(results);
  }

  #read(account: ChangedAccount, model: ResolvedModel): void {
    const { accountId, partition, seq, readPortfolio, readFilled, nextLapseMs } = account;
    const [present, ...further] = booksToMargin(model.countsOrders, readPortfolio(), () => readFilled?.());
    const books: PackedAccount['books'] = [packedBook(present), ...further.map(packedBook)];
    this.#known.set(accountId, { accountId, partition, seq, books });
    this.#laidOut.delete(accountId);
    const atMs = nextLapseMs?.() ?? Infinity;
    if (atMs < Infinity) this.#lapsing.set(accountId, { account, atMs });
    else this.#lapsing.delete(accountId);
  }
}

function packedBook(portfolio: Portfolio): PackedBook {
  return { portfolio, encoded: encodeBook(portfolio) };
}
