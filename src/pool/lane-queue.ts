import { FixedQueue, Piscina } from 'piscina';

/**
 * Who waits for an answer: one caller for one calculation, the server for its own epochs, or a batch, which takes what is left.
 */
export type Lane = 'single' | 'live' | 'batch';

type Task = Parameters<FixedQueue['push']>[0];

/** After so many tasks of other lanes a batch has its turn, so that it never stands still. */
const OTHERS_PER_BATCH = 7;

/** Puts a task into a lane; tasks without one wait as `live`. */
export function inLane<T extends object>(task: T, lane: Lane): T {
  return Object.assign(task, { [Piscina.queueOptionsSymbol]: { lane } });
}

/**
 * The queue of a pool with a lane for each kind of work: single calculations first, then what the server does for its epochs, then
 * batches. A batch of any size delays a single calculation by the shards that have already begun.
 */
export class LaneQueue {
  readonly #lanes: Readonly<Record<Lane, FixedQueue>> = {
    single: new FixedQueue(),
    live: new FixedQueue(),
    batch: new FixedQueue(),
  };
  #othersSinceBatch = 0;

  get size(): number {
    return this.#lanes.single.size + this.#lanes.live.size + this.#lanes.batch.size;
  }

  /** Tasks that wait in a lane. */
  sizeOf(lane: Lane): number {
    return this.#lanes[lane].size;
  }

  push(task: Task): void {
    this.#lanes[laneOf(task)].push(task);
  }

  /** The task that runs next; null for none. */
  shift(): Task | null {
    const { single, live, batch } = this.#lanes;
    const isBatchDue = this.#othersSinceBatch >= OTHERS_PER_BATCH && batch.size > 0;
    const other = isBatchDue ? null : (single.shift() ?? live.shift());
    this.#othersSinceBatch = other === null ? 0 : this.#othersSinceBatch + 1;
    return other ?? batch.shift();
  }

  /** Puts back what was just taken, because no thread had room: it keeps its place, and a batch its turn. */
  unshift(task: Task): void {
    const lane = laneOf(task);
    this.#lanes[lane].unshift(task);
    this.#othersSinceBatch = lane === 'batch' ? OTHERS_PER_BATCH : Math.max(0, this.#othersSinceBatch - 1);
  }

  remove(task: Task): void {
    this.#lanes[laneOf(task)].remove(task);
  }
}

function laneOf(task: Task): Lane {
  const { [Piscina.queueOptionsSymbol]: options } = task as unknown as Record<
    symbol,
    { readonly lane?: Lane } | null
  >;
  return options?.lane ?? 'live';
}
