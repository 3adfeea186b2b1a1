import type { Instrument } from '../../domain/instrument.js';
import { DEPTH_LEVELS_MAX, PRICE_MAX, VOLATILITY_MAX } from '../../limits.js';
import type { InstrumentQuote } from '../snapshot/market-snapshot.js';
import { refusal } from './market-update.js';
import type {
  DepthLevel,
  DepthSide,
  DepthUpdate,
  QuoteUpdate,
  Refusal,
  TradeUpdate,
  VisibleDepth,
} from './market-update.js';

/** A delta-one mark farther from the index than this, relative, is no quote of it (market-and-risk.md 1.2 step 1). */
const BAND = 0.5;

/** The newest that is known of one instrument. */
export class InstrumentState {
  bidPrice: number | undefined;
  askPrice: number | undefined;
  markVolatility: number | undefined;
  /** Mark of a delta-one instrument over the index: it moves with the index between two quotes. */
  basisRatio: number | undefined;
  /** Mark of an option as the venue states it. */
  optionMark: number | undefined;
  eightHourFundingRate: number | undefined;
  openInterest: number | undefined;
  volumeContracts: number | undefined;
  lastTrade: TradeUpdate | undefined;
  bids = new Map<number, number>();
  asks = new Map<number, number>();
  quotedAtMs: number;

  /** @param first the quote of the market that the feed began with */
  constructor(
    readonly instrument: Instrument,
    readonly first: InstrumentQuote,
    index: number,
    timeMs: number,
  ) {
    this.bidPrice = first.bidPrice;
    this.askPrice = first.askPrice;
    this.markVolatility = first.markVolatility;
    this.eightHourFundingRate = first.eightHourFundingRate;
    this.quotedAtMs = timeMs;
    if (instrument.kind === 'OPTION') this.optionMark = first.markPrice;
    else if (first.markPrice !== undefined) this.basisRatio = first.markPrice / index;
  }

  get isOption(): boolean {
    return this.instrument.kind === 'OPTION';
  }

  quote(update: QuoteUpdate, index: number): Refusal | undefined {
    const bid = update.clearsBid === true ? undefined : (update.bidPrice ?? this.bidPrice);
    const ask = update.clearsAsk === true ? undefined : (update.askPrice ?? this.askPrice);
    for (const name of ['bidPrice', 'askPrice', 'markPrice'] as const) {
      const value = update[name];
      if (value !== undefined && !(value >= 0 && value <= PRICE_MAX))
        return refusal('INVALID_VALUE', name, `Expected a price >= 0 but received ${String(value)}`);
    }
    const { markVolatility, markPrice } = update;
    if (markVolatility !== undefined && !(markVolatility > 0 && markVolatility <= VOLATILITY_MAX))
      return refusal(
        'INVALID_VALUE',
        'markVolatility',
        `Expected a fraction in (0, ${String(VOLATILITY_MAX)}] but received ${String(markVolatility)}`,
      );
    if (bid !== undefined && ask !== undefined && bid > ask)
      return refusal(
        'CROSSED',
        'bidPrice',
        `Expected a bid at most the ask ${String(ask)} but received ${String(bid)}`,
      );
    if (!this.isOption) {
      const mid = bid !== undefined && ask !== undefined ? (bid + ask) / 2 : undefined;
      const price = markPrice ?? mid;
      if (price !== undefined) {
        const ratio = price / index;
        if (!(Math.abs(ratio - 1) <= BAND))
          return refusal(
            'OUT_OF_BAND',
            'markPrice',
            `Expected a price near the index ${String(index)} but received ${String(price)}`,
          );
        this.basisRatio = ratio;
      }
    } else if (markPrice !== undefined) this.optionMark = markPrice;
    if (markVolatility !== undefined) this.markVolatility = markVolatility;
    this.bidPrice = bid;
    this.askPrice = ask;
    this.quotedAtMs = update.timeMs;
    return undefined;
  }

  depth({ isSnapshot, bids, asks }: DepthUpdate): Refusal | undefined {
    for (const { price, quantity } of [...bids, ...asks])
      if (!(price >= 0 && price <= PRICE_MAX) || !(quantity >= 0 && quantity < Infinity))
        return refusal(
          'INVALID_VALUE',
          'levels',
          `Expected price and quantity >= 0 but received ${String(price)}, ${String(quantity)}`,
        );
    const nextBids = changedLevels(isSnapshot ? new Map() : this.bids, bids);
    const nextAsks = changedLevels(isSnapshot ? new Map() : this.asks, asks);
    if (nextBids.size > DEPTH_LEVELS_MAX || nextAsks.size > DEPTH_LEVELS_MAX)
      return refusal(
        'LIMIT_EXCEEDED',
        'levels',
        `Expected at most ${String(DEPTH_LEVELS_MAX)} levels a side`,
      );
    const best = Math.max(-Infinity, ...nextBids.keys());
    const lowest = Math.min(Infinity, ...nextAsks.keys());
    if (best > lowest)
      return refusal(
        'CROSSED',
        'bids',
        `Expected a best bid at most ${String(lowest)} but received ${String(best)}`,
      );
    this.bids = nextBids;
    this.asks = nextAsks;
    return undefined;
  }

  visibleDepth(): VisibleDepth | undefined {
    if (this.bids.size === 0 && this.asks.size === 0) return undefined;
    return { bids: sideOf(this.bids, -1), asks: sideOf(this.asks, 1) };
  }

  /** What the source last said, on the index of now. */
  quoteOn(index: number, confidence: number): InstrumentQuote {
    const { bidPrice, askPrice, markVolatility, eightHourFundingRate, first } = this;
    const markPrice = this.isOption
      ? this.optionMark
      : this.basisRatio === undefined
        ? undefined
        : index * this.basisRatio;
    return {
      instrument: this.instrument,
      ...given('markPrice', markPrice),
      ...given('bidPrice', bidPrice),
      ...given('askPrice', askPrice),
      ...given('markVolatility', markVolatility),
      ...given('eightHourFundingRate', eightHourFundingRate),
      ...given('feeRate', first.feeRate),
      ...(this.isOption
        ? given('volatilityConfidence', scaled(first.volatilityConfidence, confidence))
        : given('priceConfidence', scaled(first.priceConfidence ?? 1, confidence))),
    };
  }
}

function sideOf(levels: ReadonlyMap<number, number>, direction: 1 | -1): DepthSide {
  const sorted = [...levels].sort(([a], [b]) => direction * (a - b));
  return { prices: sorted.map(([price]) => price), sizes: sorted.map(([, size]) => size) };
}

function scaled(score: number | undefined, factor: number): number | undefined {
  return score === undefined ? undefined : score * factor;
}

function given<Name extends string>(name: Name, value: number | undefined): Partial<Record<Name, number>> {
  return (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, number>>;
}

function changedLevels(
  before: ReadonlyMap<number, number>,
  levels: readonly DepthLevel[],
): Map<number, number> {
  const after = new Map(before);
  for (const { price, quantity } of levels) {
    if (quantity === 0) after.delete(price);
    else after.set(price, quantity);
  }
  return after;
}
