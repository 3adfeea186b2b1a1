import type { JumpLimits } from './jump-quarantine.js';
import { isConfirmed, isJump } from './jump-quarantine.js';
import type { Reading } from './oracle-quote.js';
import type { SourceState, StampedReading } from './oracle-state.js';

/**
 * What each source said last, as columns; a row is a source. A reading is good, or it waits in quarantine until the median of
 * the other sources confirms it; a source in quarantine does not vote. A price of 0 is an absent reading.
 */
export class SourceBook {
  readonly price: Float64Array;
  readonly confidence: Float64Array;
  readonly timeMs: Float64Array;
  private readonly receivedAtMs: Float64Array;
  readonly quarantinedPrice: Float64Array;
  private readonly quarantinedConfidence: Float64Array;
  private readonly quarantinedTimeMs: Float64Array;
  private readonly quarantinedReceivedAtMs: Float64Array;
  /** Sequence and time of the last authentic quote, -1 before the first. */
  readonly lastSequence: Float64Array;
  readonly lastTimeMs: Float64Array;
  private quarantined = 0;

  constructor(
    private readonly names: readonly string[],
    private readonly ageMsMax: number,
    private readonly limits: JumpLimits,
  ) {
    const column = (): Float64Array => new Float64Array(names.length);
    this.price = column();
    this.confidence = column();
    this.timeMs = column();
    this.receivedAtMs = column();
    this.quarantinedPrice = column();
    this.quarantinedConfidence = column();
    this.quarantinedTimeMs = column();
    this.quarantinedReceivedAtMs = column();
    this.lastSequence = column().fill(-1);
    this.lastTimeMs = column().fill(-1);
  }

  get sourceCount(): number {
    return this.names.length;
  }

  get quarantinedCount(): number {
    return this.quarantined;
  }

  /** Whether the source votes: it has a good reading that is not too old, and none in quarantine. */
  isLive(row: number, nowMs: number): boolean {
    return (
      this.price[row]! > 0 && this.quarantinedPrice[row] === 0 && nowMs - this.timeMs[row]! <= this.ageMsMax
    );
  }

  liveCount(nowMs: number): number {
    let count = 0;
    for (let row = 0; row < this.names.length; row += 1) if (this.isLive(row, nowMs)) count += 1;
    return count;
  }

  /** Takes an authentic reading in sequence; false when it went into quarantine. May release other sources. */
  take(
    row: number,
    { price, confidence }: Reading,
    timeMs: number,
    sequence: number,
    nowMs: number,
  ): boolean {
    this.lastSequence[row] = sequence;
    this.lastTimeMs[row] = timeMs;
    const isGood = this.isBelievable(row, price, timeMs, nowMs);
    const stamped = { price, confidence, timeMs, receivedAtMs: nowMs };
    if (isGood) this.setGood(row, stamped);
    else this.setQuarantined(row, stamped);
    if (this.quarantined > 0) this.releaseConfirmed(nowMs);
    return this.quarantinedPrice[row] === 0;
  }

  private isBelievable(row: number, price: number, timeMs: number, nowMs: number): boolean {
    const lastGood = this.price[row]!;
    if (lastGood === 0) return true;
    // A source chooses its stamps: it gains no time by dating the last quote back and this one ahead.
    const elapsedMs = Math.min(timeMs - this.timeMs[row]!, nowMs - this.receivedAtMs[row]!);
    const hasJumped = isJump(price, lastGood, elapsedMs / 1_000, this.limits);
    if (!hasJumped && this.quarantinedPrice[row] === 0) return true;
    const others = this.otherPrices(row, nowMs);
    // With nobody left to confirm it, a source is held to the rate of its own last good price.
    return others.length === 0 ? !hasJumped : isConfirmed(price, others, this.limits);
  }

  /** Latest price of every other source that is not too old, in quarantine or not. */
  private otherPrices(row: number, nowMs: number): number[] {
    const prices: number[] = [];
    for (let other = 0; other < this.names.length; other += 1) {
      if (other === row) continue;
      const isQuarantined = this.quarantinedPrice[other]! > 0;
      const price = isQuarantined ? this.quarantinedPrice[other]! : this.price[other]!;
      const timeMs = isQuarantined ? this.quarantinedTimeMs[other]! : this.timeMs[other]!;
      if (price > 0 && nowMs - timeMs <= this.ageMsMax) prices.push(price);
    }
    return prices;
  }

  /** A release changes no latest price, so that one pass finds all that are confirmed. */
  private releaseConfirmed(nowMs: number): void {
    for (let row = 0; row < this.names.length; row += 1) {
      const price = this.quarantinedPrice[row]!;
      if (price === 0 || !isConfirmed(price, this.otherPrices(row, nowMs), this.limits)) continue;
      this.setGood(row, this.quarantinedReading(row)!);
    }
  }

  private setGood(row: number, { price, confidence, timeMs, receivedAtMs }: StampedReading): void {
    if (this.quarantinedPrice[row]! > 0) this.quarantined -= 1;
    this.quarantinedPrice[row] = 0;
    this.price[row] = price;
    this.confidence[row] = confidence;
    this.timeMs[row] = timeMs;
    this.receivedAtMs[row] = receivedAtMs;
  }

  private setQuarantined(row: number, { price, confidence, timeMs, receivedAtMs }: StampedReading): void {
    if (this.quarantinedPrice[row] === 0) this.quarantined += 1;
    this.quarantinedPrice[row] = price;
    this.quarantinedConfidence[row] = confidence;
    this.quarantinedTimeMs[row] = timeMs;
    this.quarantinedReceivedAtMs[row] = receivedAtMs;
  }

  private goodReading(row: number): StampedReading | null {
    const price = this.price[row]!;
    if (price === 0) return null;
    const [confidence, timeMs] = [this.confidence[row]!, this.timeMs[row]!];
    return { price, confidence, timeMs, receivedAtMs: this.receivedAtMs[row]! };
  }

  private quarantinedReading(row: number): StampedReading | null {
    const price = this.quarantinedPrice[row]!;
    if (price === 0) return null;
    const [confidence, timeMs] = [this.quarantinedConfidence[row]!, this.quarantinedTimeMs[row]!];
    return { price, confidence, timeMs, receivedAtMs: this.quarantinedReceivedAtMs[row]! };
  }

  state(): SourceState[] {
    return this.names.map((name, row) => ({
      name,
      sequence: this.lastSequence[row]!,
      timeMs: this.lastTimeMs[row]!,
      good: this.goodReading(row),
      quarantined: this.quarantinedReading(row),
    }));
  }

  /** Rows of the state are the rows of this book. */
  restore(sources: readonly SourceState[]): void {
    for (const [row, { sequence, timeMs, good, quarantined }] of sources.entries()) {
      this.lastSequence[row] = sequence;
      this.lastTimeMs[row] = timeMs;
      if (good !== null) this.setGood(row, good);
      if (quarantined !== null) this.setQuarantined(row, quarantined);
    }
  }
}
