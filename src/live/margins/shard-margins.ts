import { allocateMargins, openMargins, packBooks } from '../../engine/book-columns.js';
import type { MarketHandle } from '../../market/snapshot/shared-market.js';
import { COLUMN_STATUS } from '../../models/column-margins.js';
import type { MarginColumns } from '../../models/column-margins.js';
import type { ModelReference } from '../../models/resolved-model.js';
import type { ColumnShard } from '../../pool/tasks.js';
import { initialMarginWithOrders } from './books-with-orders.js';
import type { FoundMargin } from './account-margin.js';
import type { AccountShard, PackedAccount } from './account-shards.js';

/** Where shards are margined. */
export interface ShardThreads {
  /** Runs shards on a thread, into their shared memory. */
  readonly calculate: (
    market: MarketHandle,
    model: ModelReference,
    shards: readonly ColumnShard[],
  ) => Promise<void>;
  /** Threads that shards are divided among. */
  readonly workers: number;
}

/** Margins the tasks on all threads, into their own memory. */
export async function calculateShards(
  { calculate, workers }: ShardThreads,
  handle: MarketHandle,
  model: ModelReference,
  tasks: readonly ColumnShard[],
): Promise<void> {
  await Promise.all(divide(tasks, workers).map((part) => calculate(handle, model, part)));
}

/**
 * Whether books are margined from their columns, which hold for a market of the same instruments and other numbers of the same
 * named set, or one by one, which holds for any market and model.
 */
export type Layout = 'AS_PACKED' | 'ONE_BY_ONE';

/** What the accounts of some shards would have, as their books were packed last. Changes nothing that is kept. */
export async function marginsOfShards(
  threads: ShardThreads,
  handle: MarketHandle,
  model: ModelReference,
  shards: readonly AccountShard[],
  layout: Layout,
): Promise<Map<string, FoundMargin>> {
  const packed = shards.flatMap(({ packed: accounts, task }) =>
    task === undefined || accounts.length === 0 ? [] : [{ accounts, task: freshTask(task, layout) }],
  );
  await calculateShards(
    threads,
    handle,
    model,
    packed.map(({ task }) => task),
  );
  return marginsByAccount(
    packed.map(({ accounts, task }) => ({ accounts, results: openMargins(task.results) })),
  );
}

/** A shard whose threads are done. */
export interface MarginedShard {
  readonly accounts: readonly PackedAccount[];
  /** Absent for a shard that was never packed. */
  readonly results: MarginColumns | undefined;
}

export function marginsByAccount(shards: readonly MarginedShard[]): Map<string, FoundMargin> {
  const found = new Map<string, FoundMargin>();
  for (const shard of shards)
    eachMargin(shard, ({ accountId }, margin) => {
      found.set(accountId, margin);
    });
  return found;
}

/** Gives every account of a shard with its margin. */
export function eachMargin(
  { accounts, results }: MarginedShard,
  visit: (account: PackedAccount, margin: FoundMargin) => void,
): void {
  if (results === undefined) return;
  let row = 0;
  for (const account of accounts) {
    visit(account, withOrders(results, row, account.books.length));
    row += account.books.length;
  }
}

function freshTask(task: ColumnShard, layout: Layout): ColumnShard {
  const { accounts } = task.results;
  const results = allocateMargins(accounts);
  if (layout === 'AS_PACKED') return { ...task, results };
  return { ...task, results, books: packBooks(Array.from({ length: accounts }, () => undefined)) };
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
