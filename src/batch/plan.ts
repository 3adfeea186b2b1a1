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
 */
export function planShards(positions: Int32Array, count: number): Shard[] {
  const total = positions.reduce((sum, own) => sum + own + COST_PER_ACCOUNT, 0);
  const shards: Shard[] = [];
  let at = 0;
  let done = 0;
  for (let index = 0; index < count; index += 1) {
    const first = at;
    let positionCount = 0;
    const end = (total * (index + 1)) / count;
    while (at < positions.length && (done < end || index === count - 1)) {
      const own = positions[at] ?? 0;
      done += own + COST_PER_ACCOUNT;
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

export function shardCountOf(accountCount: number, positionCount: number): number {
  return Math.max(
    1,
    Math.ceil(positionCount / POSITIONS_PER_SHARD),
    Math.ceil(accountCount / ACCOUNTS_PER_SHARD),
  );
}
