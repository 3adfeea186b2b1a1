/** Consecutive accounts that are calculated, written and kept together. */
export interface Shard {
  readonly index: number;
  readonly firstAccount: number;
  readonly accountCount: number;
  readonly positionCount: number;
}

/** Positions that an account costs beside its own: reading, valuing and writing it. */
const COST_PER_ACCOUNT = 8;

/**
 * Divides accounts into `count` shards of nearly equal cost; the same division for the same accounts everywhere. Fewer where there
 * are fewer accounts.
 *
 * @param vectorCells of the scenario vectors of one account, all models; 0 where none are written
 */
export function planShards(positions: Int32Array, count: number, vectorCells = 0): Shard[] {
  // A cell of a vector costs about as much as a position: it is an object of a report and a number of a list before it is written.
  const accountCost = COST_PER_ACCOUNT + vectorCells;
  const total = positions.reduce((sum, own) => sum + own + accountCost, 0);
  const shards: Shard[] = [];
  let at = 0;
  let done = 0;
  for (let index = 0; index < count; index += 1) {
    const first = at;
    let positionCount = 0;
    const end = (total * (index + 1)) / count;
    while (at < positions.length && (done < end || index === count - 1)) {
      const own = positions[at] ?? 0;
      done += own + accountCost;
      positionCount += own;
      at += 1;
    }
    shards.push({ index, firstAccount: first, accountCount: at - first, positionCount });
  }
  return shards;
}

/** Positions of one shard of a run in one process: what is lost and calculated again after a kill, a second or two. */
const POSITIONS_PER_SHARD = 1_000_000;

/** Accounts of one shard of a run in one process. */
const ACCOUNTS_PER_SHARD = 32_768;

/** Cells of the scenario vectors of one shard: 64 MB, which are in memory a few times while they are written. */
const VECTOR_CELLS_PER_SHARD = 8_000_000;

export function shardCountOf(accountCount: number, positionCount: number, vectorCells: number): number {
  return Math.max(
    1,
    Math.ceil(positionCount / POSITIONS_PER_SHARD),
    Math.ceil(accountCount / ACCOUNTS_PER_SHARD),
    Math.ceil((accountCount * vectorCells) / VECTOR_CELLS_PER_SHARD),
  );
}
