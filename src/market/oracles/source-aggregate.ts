import { cappedIndex } from './capped-index.js';
import { cappedShares } from './capped-shares.js';
import type { OraclePlan } from './oracle-config.js';
import type { SourceBook } from './source-book.js';
import { widenByAge } from './staleness.js';
import { ThreeVotePercentile } from './three-vote-percentile.js';
import { lowerWeightedMedian } from './weighted-median.js';

/**
 * One price of all sources that vote. Memory is allocated once; the fields are those of the last `calculate`, and what was
 * calculated before only saves time.
 */
export class SourceAggregate {
  price = 0;
  confidence = 0;
  /** Latest stamp among the votes. */
  timeMs = 0;
  private readonly isLive: Uint8Array;
  private readonly shares: Float64Array;
  private readonly votes: ThreeVotePercentile;
  private readonly quartiles = { lower: 0, middle: 0, upper: 0 };

  constructor(private readonly plan: OraclePlan) {
    const count = plan.sources.length;
    this.isLive = new Uint8Array(count);
    this.shares = new Float64Array(count);
    this.votes = new ThreeVotePercentile(count);
  }

  /** The number of sources that vote; with none the fields stay as they were. */
  calculate(book: SourceBook, nowMs: number): number {
    const publishers = this.castVotes(book, nowMs);
    if (publishers === 0) return 0;
    const { quartiles, plan } = this;
    this.votes.quartiles(this.shares, quartiles);
    this.price = plan.rule === 'WEIGHTED_PERCENTILE' ? quartiles.middle : this.otherRule(book);
    const toQuartile = Math.max(this.price - quartiles.lower, quartiles.upper - this.price);
    this.confidence = Math.max(toQuartile, plan.parameters.confidenceFloor * this.price);
    return publishers;
  }

  private castVotes(book: SourceBook, nowMs: number): number {
    const { isLive, votes, plan } = this;
    let publishers = 0;
    let hasChanged = false;
    let latestMs = 0;
    for (let row = 0; row < isLive.length; row += 1) {
      const live = book.isLive(row, nowMs) ? 1 : 0;
      if (live !== isLive[row]) {
        isLive[row] = live;
        hasChanged = true;
        if (live === 0) votes.abstain(row);
      }
      if (live === 0) continue;
      const price = book.price[row]!;
      const timeMs = book.timeMs[row]!;
      const ageSeconds = (nowMs - timeMs) / 1_000;
      votes.vote(
        row,
        price,
        widenByAge(book.confidence[row]!, price, plan.parameters.annualVolatility, ageSeconds),
      );
      latestMs = Math.max(latestMs, timeMs);
      publishers += 1;
    }
    if (hasChanged && publishers > 0) cappedShares(plan.weights, isLive, this.shares);
    if (publishers > 0) this.timeMs = latestMs;
    return publishers;
  }

  private otherRule(book: SourceBook): number {
    const rows = Array.from(this.isLive.keys()).filter((row) => this.isLive[row] === 1);
    const prices = rows.map((row) => book.price[row]!);
    const shares = rows.map((row) => this.shares[row]!);
    return this.plan.rule === 'CAPPED_INDEX'
      ? cappedIndex(prices, shares, this.plan.parameters.indexCap).index
      : lowerWeightedMedian(prices, shares);
  }
}
