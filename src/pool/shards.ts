/** Portfolios `first` to `first + count - 1` of a list. */
export interface ShardRange {
  readonly first: number;
  readonly count: number;
}

/**
 * What a portfolio costs a worker before its first position: decoding, charges and encoding of the report (measured, about
 * 50 us), in bytes of positions at about 40 bytes and 1 us each.
 */
const BASE_COST_BYTES = 2_000;

/** A shard of less than about a millisecond is dominated by the hop to the thread (40 to 70 us). */
const SHARD_COST_BYTES_MIN = 40_000;

/** Shards per thread: their unequal ends even out, and their number stays small against the hops. */
const SHARDS_PER_WORKER = 4;

export function portfolioCost(byteLength: number): number {
  return BASE_COST_BYTES + byteLength;
}

/**
 * Splits portfolios, given by their lengths in bytes, into runs of about equal cost: at most four per worker, and none
 * below about a millisecond unless the whole is. Order is kept.
 */
export function splitIntoShards(byteLengths: ArrayLike<number>, workers: number): ShardRange[] {
  const total = totalCost(byteLengths);
  const wanted = Math.floor(total / SHARD_COST_BYTES_MIN);
  const shardCount = Math.max(1, Math.min(wanted, workers * SHARDS_PER_WORKER, byteLengths.length));
  const ranges: ShardRange[] = [];
  let first = 0;
  let cost = 0;
  for (let index = 0; index < byteLengths.length; index++) {
    cost += portfolioCost(byteLengths[index] ?? 0);
    // The end of shard n lies where the running cost passes n + 1 equal parts of the total.
    const isLast = index === byteLengths.length - 1;
    if (isLast || cost * shardCount >= total * (ranges.length + 1)) {
      ranges.push({ first, count: index + 1 - first });
      first = index + 1;
    }
  }
  return ranges;
}

function totalCost(byteLengths: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < byteLengths.length; index++) total += portfolioCost(byteLengths[index] ?? 0);
  return total;
}
