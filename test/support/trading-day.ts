/** A seeded day on a chain: what accounts do, what expires, and how the market moves. */
import type { Client } from '@grpc/grpc-js';
import { expect } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import type { AccountEvent } from '../../src/gen/margincube/v1/AccountEvent.js';
import type { MarketUpdate } from '../../src/gen/margincube/v1/MarketUpdate.js';
import type { InstrumentQuote, MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { call, event, openStream } from './account-calls.js';
import { cash } from './sample-market.js';

const TRADED_PER_EXPIRY = 6;
const EVENTS_PER_STEP = 40;
const QUOTES_PER_TICK = 30;
/** Ticks after which prices that stood still are as good as new. */
const TICKS_PER_STEP = 3;
const UNDERLYING = 'BTC';

export class TradingDay {
  readonly sequences = new Map<string, number>();
  readonly #uniform: () => number;
  readonly #traded: readonly InstrumentQuote[];
  readonly #accountOf = new Map<string, string>();
  readonly #settled = new Set<string>();
  readonly #indices: Map<string, number>;
  #sourceSequence = 0;
  #orders = 0;
  #nowMs: number;

  constructor(
    private readonly chain: MarketSnapshot,
    private readonly accounts: readonly string[],
    /** Whose model has a rule for open orders. */
    private readonly mayOrder: (accountId: string) => boolean,
    seed: number,
  ) {
    this.#uniform = uniformGenerator(seed);
    this.#indices = new Map(chain.underlyings.map(({ name, indexPrice }) => [name, indexPrice]));
    this.#traded = tradedOf(chain);
    this.#nowMs = chain.timeMs;
  }

  /** Instruments that have expired and were settled. */
  get expired(): number {
    return this.#settled.size;
  }

  hasSequence(accountId: string, seq: number): void {
    this.sequences.set(accountId, seq);
  }

  acknowledged(eventId: string, seq: number): void {
    const accountId = this.#accountOf.get(eventId) ?? '';
    this.sequences.set(accountId, Math.max(seq, this.sequences.get(accountId) ?? 0));
  }

  /** Fills, orders, cancellations and deposits of random accounts. */
  events(timeMs: number): AccountEvent[] {
    this.#nowMs = timeMs;
    return Array.from({ length: EVENTS_PER_STEP }, () => {
      const accountId = this.#accountAny();
      return this.#event(accountId, this.#change(accountId));
    });
  }

  /** What expired since the last call, for every account. */
  settlements(timeMs: number): AccountEvent[] {
    this.#nowMs = timeMs;
    const settlementPrice = this.#indices.get(UNDERLYING) ?? NaN;
    const expired = this.#traded.filter(
      (quote) => !isAlive(quote, timeMs) && !this.#settled.has(nameOf(quote)),
    );
    for (const quote of expired) this.#settled.add(nameOf(quote));
    return expired.flatMap((quote) =>
      this.accounts.map((accountId) =>
        this.#event(accountId, { settlement: { instrument: nameOf(quote), settlementPrice } }),
      ),
    );
  }

  /** Moves the market; returns the epoch before the last tick. */
  async publish(client: Client, timeMs: number): Promise<number> {
    const publishing = openStream(
      client,
      'MarketDataService/PublishMarketData',
      'margincube.v1.PublishMarketDataRequest',
      'margincube.v1.PublishMarketDataResponse',
    );
    let epoch = 0;
    for (let tick = 0; tick < TICKS_PER_STEP; tick += 1) {
      this.#sourceSequence += 1;
      const updates = this.#tick(timeMs);
      const [answer] = await publishing.ask({
        source: this.chain.venue,
        sourceSequence: String(this.#sourceSequence),
        updates,
      });
      expect(answer?.refusals).toEqual([]);
      epoch = Number(answer?.epoch);
    }
    publishing.end();
    return epoch;
  }

  /** Every event that was acknowledged is in the accounts; those that were not may be. */
  async expectAcknowledged(client: Client): Promise<void> {
    for (const accountId of this.accounts) {
      const { accountSeq } = await call(
        client,
        'PortfolioService/GetPortfolio',
        'margincube.v1.GetPortfolioRequest',
        { accountId },
        'margincube.v1.GetPortfolioResponse',
      );
      expect(Number(accountSeq)).toBeGreaterThanOrEqual(this.sequences.get(accountId) ?? 0);
      this.sequences.set(accountId, Number(accountSeq));
    }
  }

  #event(accountId: string, change: Partial<AccountEvent>): AccountEvent {
    const made = event(accountId, { ...change, time: timestampOf(this.#nowMs) });
    this.#accountOf.set(made.eventId ?? '', accountId);
    return made;
  }

  #change(accountId: string): Partial<AccountEvent> {
    const choice = this.#uniform();
    if (choice < 0.15) return { deposit: cash('USDC', 1 + this.#integer(1_000)) };
    const alive = this.#traded.filter((quote) => isAlive(quote, this.#nowMs));
    const quote = alive[this.#integer(alive.length)];
    if (quote === undefined) throw new Error('the whole chain has expired');
    const instrument = nameOf(quote);
    const side = this.#uniform() < 0.5 ? 'SIDE_BUY' : 'SIDE_SELL';
    const quantity = (1 + this.#integer(20)) / 10;
    const price = quote.markPrice ?? quote.bidPrice ?? 500;
    if (choice < 0.8 || !this.mayOrder(accountId))
      return { fill: { tradeId: 'trade', instrument, side, quantity, price } };
    this.#orders += 1;
    const orderId = `order-${String(this.#orders)}`;
    return { orderPlaced: { orderId, instrument, side, quantity, limitPrice: price } };
  }

  #tick(timeMs: number): MarketUpdate[] {
    const time = timestampOf(timeMs);
    const updates: MarketUpdate[] = [];
    for (const [underlying, before] of this.#indices) {
      const price = before * (1 + 0.004 * (this.#uniform() - 0.5));
      this.#indices.set(underlying, price);
      updates.push({ time, indexConstituent: { underlying, exchange: this.chain.venue, price } });
    }
    const isCoin = (asset: string): boolean => this.#indices.has(asset);
    for (const { asset, priceUsd } of this.chain.assets)
      if (!isCoin(asset)) updates.push({ time, asset: { asset, priceUsd } });
    const alive = this.chain.instruments.filter(
      (quote) => quote.markVolatility !== undefined && isAlive(quote, timeMs),
    );
    for (let n = 0; n < QUOTES_PER_TICK && alive.length > 0; n += 1) {
      const quote = alive[this.#integer(alive.length)];
      const markVolatility = (quote?.markVolatility ?? NaN) * (1 + 0.02 * (this.#uniform() - 0.5));
      if (quote !== undefined) updates.push({ time, quote: { instrument: nameOf(quote), markVolatility } });
    }
    return updates;
  }

  #accountAny(): string {
    return this.accounts[this.#integer(this.accounts.length)] ?? '';
  }

  #integer(limit: number): number {
    return Math.floor(this.#uniform() * limit);
  }
}

const nameOf = ({ instrument }: InstrumentQuote): string => instrument.name;

function isAlive({ instrument }: InstrumentQuote, timeMs: number): boolean {
  return !('expiryMs' in instrument) || instrument.expiryMs > timeMs;
}

/** The strikes around the index of every expiry, and the perpetuals. */
function tradedOf({ instruments, underlyings }: MarketSnapshot): InstrumentQuote[] {
  const index = underlyings.find(({ name }) => name === UNDERLYING)?.indexPrice ?? NaN;
  const byExpiry = new Map<number, InstrumentQuote[]>();
  for (const quote of instruments) {
    const { kind, underlying } = quote.instrument;
    if (underlying !== UNDERLYING || (kind !== 'OPTION' && kind !== 'PERPETUAL')) continue;
    const expiryMs = 'expiryMs' in quote.instrument ? quote.instrument.expiryMs : Infinity;
    byExpiry.set(expiryMs, [...(byExpiry.get(expiryMs) ?? []), quote]);
  }
  const distance = ({ instrument }: InstrumentQuote): number =>
    'strike' in instrument ? Math.abs(instrument.strike - index) : 0;
  return [...byExpiry.values()].flatMap((quotes) =>
    [...quotes].sort((a, b) => distance(a) - distance(b)).slice(0, TRADED_PER_EXPIRY),
  );
}
