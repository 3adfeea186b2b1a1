/** Half range, relative to the price, at which a set of readings is worth nothing: the oracle's limit of 2 %. */
export const SCATTER_MAX = 0.02;

/** Best confidence of a price that nothing else confirms. */
export const UNCONFIRMED_CONFIDENCE_MAX = 0.5;

/**
 * 1 - distance/price/2 %, in [0, 1]: a price whose readings lie within +-d of it has lost d of the 2 % it may lose.
 */
export function scatterScore(distance: number, price: number): number {
  const score = 1 - distance / price / SCATTER_MAX;
  return score >= 0 ? Math.min(score, 1) : 0;
}

/** Readings of one price by several rows. */
export class PriceEvidence {
  private readonly readings: number[] = [];
  private missing = 0;

  /** `reading` > 0. */
  add(reading: number): void {
    this.readings.push(reading);
  }

  /** A row that should have had a reading and has none that can be read. */
  addMissing(): void {
    this.missing += 1;
  }

  get count(): number {
    return this.readings.length;
  }

  /** Half the distance between the lowest and the highest reading, those from elsewhere included. */
  halfRange(elsewhere: readonly number[] = []): number {
    let low = Infinity;
    let high = -Infinity;
    for (const reading of [...this.readings, ...elsewhere]) {
      low = Math.min(low, reading);
      high = Math.max(high, reading);
    }
    return high >= low ? (high - low) / 2 : 0;
  }

  /**
   * How far `price` is known: the score of the scatter, times the share of rows with a reading, and at most
   * `UNCONFIRMED_CONFIDENCE_MAX` for fewer than two readings. More scatter and more missing readings only lower it.
   */
  confidence(price: number, elsewhere: readonly number[] = []): number {
    const count = this.readings.length + elsewhere.length;
    if (count === 0) return 0;
    const score = (scatterScore(this.halfRange(elsewhere), price) * count) / (count + this.missing);
    return count < 2 ? Math.min(score, UNCONFIRMED_CONFIDENCE_MAX) : score;
  }

  /** The middle reading, the mean of the two middle ones of an even count; NaN of none. */
  median(): number {
    return median(this.readings);
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
