/**
 * Every source votes price - confidence, price and price + confidence with a third of its share each; the price is the
 * weighted median of the votes and the confidence its larger distance to their quartiles. With equal shares this is Pyth's rule.
 * Source: market-and-risk.md 1.2 step 3.
 */

const VOTES = 3;
/** Cumulative shares closer than this to a quantile meet it: the rounding of a few hundred additions of shares below 1. */
const EQUAL_SHARE = 1e-12;

/** Quartiles of the votes; the fields are overwritten by every evaluation. */
export interface VoteQuartiles {
  lower: number;
  middle: number;
  upper: number;
}

/**
 * Votes of a fixed number of sources, sorted from where they were the last time: prices move little between two updates, so
 * that sorting costs one pass. The order is total (vote, then source), so that what was sorted before never changes a result.
 */
export class ThreeVotePercentile {
  private readonly votes: Float64Array;
  private readonly order: Int32Array;

  constructor(sourceCount: number) {
    this.votes = new Float64Array(VOTES * sourceCount).fill(Infinity);
    this.order = Int32Array.from(this.votes, (_, vote) => vote);
  }

  /** `confidence` >= 0. */
  vote(row: number, price: number, confidence: number): void {
    const first = VOTES * row;
    this.votes[first] = price - confidence;
    this.votes[first + 1] = price;
    this.votes[first + 2] = price + confidence;
  }

  /** The source has no vote; its share must be 0. */
  abstain(row: number): void {
    this.votes.fill(Infinity, VOTES * row, VOTES * row + VOTES);
  }

  /** Shares with a sum of 1. */
  quartiles(shares: Float64Array, result: VoteQuartiles): void {
    sortFromLastOrder(this.votes, this.order);
    findQuartiles(this.votes, this.order, shares, result);
  }
}

function sortFromLastOrder(votes: Float64Array, order: Int32Array): void {
  for (let at = 1; at < order.length; at += 1) {
    const vote = order[at]!;
    const value = votes[vote]!;
    let to = at - 1;
    while (to >= 0) {
      const other = order[to]!;
      const otherValue = votes[other]!;
      if (otherValue < value || (otherValue === value && other < vote)) break;
      order[to + 1] = other;
      to -= 1;
    }
    order[to + 1] = vote;
  }
}

/**
 * The q-quantile is the smallest vote with a cumulative share >= q. Where the share meets q, the median is the mean with the
 * next vote and a quartile is the vote nearer to the median: a mean there would turn one of four sources 9 % off into a
 * confidence of 4.5 %.
 */
function findQuartiles(
  votes: Float64Array,
  order: Int32Array,
  shares: Float64Array,
  result: VoteQuartiles,
): void {
  let cumulative = 0;
  let quantile = 0;
  for (let at = 0; at < order.length; at += 1) {
    const vote = order[at]!;
    cumulative += shares[(vote / VOTES) | 0]! / VOTES;
    if (quantile === 0 && cumulative >= 0.25 - EQUAL_SHARE) {
      result.lower = cumulative <= 0.25 + EQUAL_SHARE ? votes[order[at + 1]!]! : votes[vote]!;
      quantile = 1;
    }
    if (quantile === 1 && cumulative >= 0.5 - EQUAL_SHARE) {
      const value = votes[vote]!;
      result.middle = cumulative <= 0.5 + EQUAL_SHARE ? value + (votes[order[at + 1]!]! - value) / 2 : value;
      quantile = 2;
    }
    if (quantile === 2 && cumulative >= 0.75 - EQUAL_SHARE) {
      result.upper = votes[vote]!;
      return;
    }
  }
}
