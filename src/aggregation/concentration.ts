/** How much of something the largest hold. Shares are of the sum of what is above 0; all 0 where nothing is. */
export interface SizeConcentration {
  /** Herfindahl-Hirschman index: sum of the squared shares, in [1 / n, 1]. */
  readonly herfindahl: number;
  readonly top1Share: number;
  readonly top3Share: number;
  readonly top10Share: number;
}

/** @param sizes one per account, any order; those that are not above 0 count nothing */
export function sizeConcentration(sizes: Iterable<number>): SizeConcentration {
  const sorted = Float64Array.from([...sizes].filter((size) => size > 0))
    .sort()
    .reverse();
  let total = 0;
  for (const size of sorted) total += size;
  if (!(total > 0)) return { herfindahl: 0, top1Share: 0, top3Share: 0, top10Share: 0 };
  let herfindahl = 0;
  for (const size of sorted) herfindahl += (size / total) ** 2;
  const topShare = (count: number): number => {
    let sum = 0;
    for (const size of sorted.subarray(0, count)) sum += size;
    return sum / total;
  };
  return { herfindahl, top1Share: topShare(1), top3Share: topShare(3), top10Share: topShare(10) };
}

/** Delta of the accounts of one underlying against what is open. Coins. */
export class Crowding {
  #long = 0;
  #short = 0;

  addAccount(deltaCoins: number): void {
    if (deltaCoins > 0) this.#long += deltaCoins;
    else this.#short -= deltaCoins;
  }

  /** Sum over accounts of |delta|. */
  get grossAccountDelta(): number {
    return this.#long + this.#short;
  }

  /** Delta of the accounts on the larger side. */
  get crowdedSide(): number {
    return Math.max(this.#long, this.#short);
  }
}
