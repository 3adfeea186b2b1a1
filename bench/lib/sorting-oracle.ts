/** The oracle of the benchmark's baseline: one record per source, every vote built and sorted anew at every update. */
import type { OracleParameters } from '../../src/market/oracles/oracle-config.js';
import type { OracleQuote } from '../../src/market/oracles/oracle-quote.js';

const SECONDS_PER_YEAR = 31_536_000;

interface Latest {
  readonly price: number;
  readonly confidence: number;
  readonly timeMs: number;
  readonly sequence: number;
}

/** Equal weights, unsigned quotes, no quarantine: what it leaves out costs the oracle time and not the baseline. */
export class SortingOracle {
  private readonly latest = new Map<string, Latest>();
  private value: number | null = null;
  private confidence: number | null = null;
  private updatedAtMs = 0;
  private numerator = 0;
  private denominator = 0;

  constructor(
    private readonly sources: readonly string[],
    private readonly parameters: OracleParameters,
  ) {}

  accept(quote: OracleQuote, nowMs: number): { readonly accepted: boolean } {
    const { source, bid = NaN, ask = NaN, timeMs, sequence } = quote;
    const price = (bid + ask) / 2;
    const confidence = (ask - bid) / 2;
    const isSound = this.sources.includes(source) && price > 0 && confidence > 0 && confidence <= price / 3;
    const before = this.latest.get(source);
    if (!isSound || timeMs > nowMs + 1_000 || (before !== undefined && sequence <= before.sequence))
      return { accepted: false };
    this.latest.set(source, { price, confidence, timeMs, sequence });
    this.recalculate(nowMs);
    return { accepted: true };
  }

  private recalculate(nowMs: number): void {
    const live = [...this.latest.values()].filter(
      ({ timeMs }) => nowMs - timeMs <= this.parameters.quoteAgeSecondsMax * 1_000,
    );
    if (live.length < this.parameters.minPublishers) return;
    const votes = live
      .flatMap(({ price, confidence, timeMs }) => {
        const age = (nowMs - timeMs) / 1_000;
        const drift = price * this.parameters.annualVolatility;
        const width = Math.sqrt(confidence ** 2 + (drift ** 2 / SECONDS_PER_YEAR) * age);
        return [price - width, price, price + width].map((value) => ({ value, share: 1 / live.length / 3 }));
      })
      .sort((a, b) => a.value - b.value);
    const at = (level: number): { value: number; next: number; isMet: boolean } => {
      let cumulative = 0;
      for (const [row, { value, share }] of votes.entries()) {
        cumulative += share;
        if (cumulative >= level - 1e-12)
          return { value, next: votes[row + 1]?.value ?? value, isMet: cumulative <= level + 1e-12 };
      }
      return { value: NaN, next: NaN, isMet: false };
    };
    const [lower, middle, upper] = [at(0.25), at(0.5), at(0.75)] as const;
    const price = middle.isMet ? (middle.value + middle.next) / 2 : middle.value;
    const toQuartile = Math.max(price - (lower.isMet ? lower.next : lower.value), upper.value - price);
    this.value = price;
    this.confidence = Math.max(toQuartile, this.parameters.confidenceFloor * price);
    const decay = Math.exp(
      (-Math.LN2 * (nowMs - this.updatedAtMs)) / 1_000 / this.parameters.averageHalfLifeSeconds,
    );
    this.numerator = this.numerator * decay + price / this.confidence;
    this.denominator = this.denominator * decay + 1 / this.confidence;
    this.updatedAtMs = nowMs;
  }

  price(nowMs: number): {
    readonly value: number | null;
    readonly confidence: number | null;
    readonly average: number;
  } {
    const { value, confidence, updatedAtMs } = this;
    if (value === null || confidence === null) return { value, confidence, average: 0 };
    const drift = value * this.parameters.annualVolatility;
    const variance = (drift ** 2 / SECONDS_PER_YEAR) * ((nowMs - updatedAtMs) / 1_000);
    const average = this.numerator / this.denominator;
    return { value, confidence: Math.sqrt(confidence ** 2 + variance), average };
  }
}
