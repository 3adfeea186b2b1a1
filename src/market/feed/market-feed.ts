import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { INSTRUMENTS_PER_MARKET_MAX, PRICE_MAX } from '../../limits.js';
import type { PricePermissions } from '../oracles/price-permissions.js';
import { expiryKey } from '../snapshot/check-snapshot.js';
import { checkInstrument } from '../snapshot/check-instrument.js';
import type { MarketSnapshot } from '../snapshot/market-snapshot.js';
import { ExpiryState } from './expiry-state.js';
import { createOracles } from './feed-config.js';
import type { FeedConfig, FeedOracles } from './feed-config.js';
import { PriceGuard } from './guarded-price.js';
import { InstrumentState } from './instrument-state.js';
import { refusal } from './market-update.js';
import type { MarketUpdate, Refusal, TradingActivity, VisibleDepth } from './market-update.js';
import { agedScore } from './quote-age.js';

/** Stamps farther ahead of the clock are refused (market-and-risk.md 0 rule 5). */
const AHEAD_MS_MAX = 1_000;

/** Who sends an update: a source and the place of the update in its stream, rising. */
export interface UpdateOrigin {
  readonly source: string;
  readonly sequence: number;
}

/** A market under way: what to publish, and how far each underlying can be trusted. */
export interface ComposedMarket {
  readonly snapshot: MarketSnapshot;
  readonly permissions: ReadonlyMap<string, PricePermissions>;
}

export function createMarketFeed(config: FeedConfig, start: MarketSnapshot): Outcome<MarketFeed> {
  const oracles = createOracles(config);
  return oracles.ok ? success(new MarketFeed(config, oracles.value, start)) : oracles;
}

/**
 * Folds updates into a market. Nothing reads a clock: times are arguments, and the market's own time moves in steps, so that an
 * underlying of which nothing was said keeps every number it had.
 */
export class MarketFeed {
  readonly #instruments = new Map<string, InstrumentState>();
  readonly #expiries = new Map<string, ExpiryState>();
  readonly #indices = new Map<string, PriceGuard>();
  readonly #assets = new Map<string, PriceGuard>();
  readonly #moved = new Set<string>();
  #latestMs: number;

  constructor(
    private readonly config: FeedConfig,
    private readonly oracles: FeedOracles,
    start: MarketSnapshot,
  ) {
    this.#latestMs = start.timeMs;
    for (const { name, indexPrice, confidence } of start.underlyings)
      this.#indices.set(name, new PriceGuard(oracles.indices.get(name), { value: indexPrice, confidence }));
    for (const { asset, priceUsd, confidence } of start.assets)
      if (!this.#indices.has(asset))
        this.#assets.set(asset, new PriceGuard(oracles.assets.get(asset), { value: priceUsd, confidence }));
    for (const expiry of start.expiries) {
      const index = this.#index(expiry.underlying, start.timeMs);
      this.#expiries.set(
        expiryKey(expiry.underlying, expiry.expiryMs),
        new ExpiryState(expiry, index, start.timeMs),
      );
    }
    for (const quote of start.instruments)
      this.#add(
        new InstrumentState(
          quote.instrument,
          quote,
          this.#index(quote.instrument.underlying, start.timeMs),
          start.timeMs,
        ),
      );
  }

  /** Takes one update at `nowMs`; a refusal changes nothing. */
  apply(update: MarketUpdate, origin: UpdateOrigin, nowMs: number): Refusal | undefined {
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    if (!Number.isSafeInteger(update.timeMs) || update.timeMs < 0)
      return refusal(
        'INVALID_VALUE',
        'time',
        `Expected milliseconds >= 0 but received ${String(update.timeMs)}`,
      );
    if (update.timeMs > this.#latestMs + AHEAD_MS_MAX)
      return refusal(
        'FROM_THE_FUTURE',
        'time',
        `Expected a time up to ${iso(this.#latestMs + AHEAD_MS_MAX)} but received ${iso(update.timeMs)}`,
      );
    switch (update.kind) {
      case 'INDEX':
        return this.#price('indices', update.underlying, update.exchange, update, origin);
      case 'ASSET':
        return this.#price('assets', update.asset, origin.source, update, origin);
      case 'EXPIRY':
        return this.#stateExpiry(update);
      case 'LISTING':
        return this.#list(update.instrument, update.timeMs);
      default:
        return this.#ofInstrument(update);
    }
  }

  /** Underlyings and assets of which something was said since the last call. */
  takeMoved(): ReadonlySet<string> {
    const moved = new Set(this.#moved);
    this.#moved.clear();
    return moved;
  }

  /** What is known of trading in an instrument; undefined for one that the market does not have. */
  activityOf(instrument: string): TradingActivity | undefined {
    const state = this.#instruments.get(instrument);
    if (state === undefined) return undefined;
    const { openInterest, volumeContracts } = state;
    return {
      ...(openInterest === undefined ? {} : { openInterestContracts: openInterest }),
      ...(volumeContracts === undefined ? {} : { dailyVolumeContracts: volumeContracts }),
    };
  }

  /** The book of an instrument as its source last stated it, best levels first; undefined where nothing was stated. */
  depthOf(instrument: string): VisibleDepth | undefined {
    return this.#instruments.get(instrument)?.visibleDepth();
  }

  /** The market at `nowMs`, valued at `valuationMs`. */
  compose(nowMs: number, valuationMs: number): ComposedMarket {
    const atMs = Math.max(this.#latestMs, nowMs);
    const permissions = new Map<string, PricePermissions>();
    const indices = new Map([...this.#indices].map(([name, guard]) => [name, guard.at(atMs)] as const));
    for (const [name, price] of indices) permissions.set(name, price.permissions);
    const index = (underlying: string): number => indices.get(underlying)?.value ?? NaN;
    const assets = [...this.#assets].map(([asset, guard]) => {
      const price = guard.at(atMs);
      permissions.set(asset, price.permissions);
      return { asset, priceUsd: price.value, confidence: price.confidence };
    });
    const coins = [...indices].map(([asset, price]) => ({
      asset,
      priceUsd: price.value,
      confidence: price.confidence,
    }));
    const expiries = [...this.#expiries.values()].flatMap((expiry) => {
      const quote = expiry.quoteOn(index(expiry.underlying), atMs);
      return quote.expiryMs > valuationMs ? [quote] : [];
    });
    const instruments = [...this.#instruments.values()].flatMap((state) => {
      const { instrument } = state;
      if ('expiryMs' in instrument && !(instrument.expiryMs > valuationMs)) return [];
      return [state.quoteOn(index(instrument.underlying), this.#freshness(state, atMs))];
    });
    const underlyings = [...indices].map(([name, price]) => ({
      name,
      indexPrice: price.value,
      confidence: price.confidence,
    }));
    const snapshot: MarketSnapshot = {
      epoch: 0,
      timeMs: valuationMs,
      venue: this.config.venue,
      underlyings,
      assets: [...assets, ...coins],
      expiries,
      instruments,
    };
    return { snapshot, permissions };
  }

  #freshness(state: InstrumentState, nowMs: number): number {
    const { instrument } = state;
    if (instrument.kind !== 'OPTION') return agedScore(1, (nowMs - state.quotedAtMs) / 1_000);
    return this.#expiries.get(keyOfOption(state) ?? '')?.freshness(nowMs) ?? 0;
  }

  #price(
    list: keyof FeedOracles,
    name: string,
    source: string,
    update: Extract<MarketUpdate, { kind: 'INDEX' | 'ASSET' }>,
    { sequence }: UpdateOrigin,
  ): Refusal | undefined {
    const oracle = this.oracles[list].get(name);
    if (oracle === undefined)
      return list === 'indices'
        ? refusal(
            'UNKNOWN_UNDERLYING',
            'underlying',
            `Expected an underlying of the feed but received "${name}"`,
          )
        : refusal('UNKNOWN_ASSET', 'asset', `Expected an asset of the feed but received "${name}"`);
    const { price, timeMs, signature } = update;
    // A source that states no width stands for its price to half a basis point, the narrowest that an oracle believes.
    const confidence = update.kind === 'INDEX' ? update.confidence : undefined;
    const outcome = oracle.accept(
      {
        source,
        price,
        confidence: confidence ?? Math.max(price, 0) * 0.00005,
        timeMs,
        sequence,
        ...(signature === undefined ? {} : { signature }),
      },
      this.#latestMs,
    );
    this.#moved.add(name);
    return outcome.accepted
      ? undefined
      : {
          reason: outcome.reason,
          field: 'price',
          message: `${name}: ${source} at ${String(price)} was not taken`,
        };
  }

  #stateExpiry(update: Extract<MarketUpdate, { kind: 'EXPIRY' }>): Refusal | undefined {
    const { underlying, expiryMs, forward, forwardConfidence } = update;
    if (!this.#indices.has(underlying))
      return refusal(
        'UNKNOWN_UNDERLYING',
        'underlying',
        `Expected an underlying of the feed but received "${underlying}"`,
      );
    if (!(expiryMs > this.#latestMs))
      return refusal(
        'EXPIRED_INSTRUMENT',
        'expiry',
        `Expected an expiry ahead but received ${iso(expiryMs)}`,
      );
    if (!(forward > 0 && forward <= PRICE_MAX))
      return refusal('INVALID_VALUE', 'forward', `Expected a price > 0 but received ${String(forward)}`);
    if (!(forwardConfidence >= 0 && forwardConfidence <= 1))
      return refusal(
        'INVALID_VALUE',
        'forwardConfidence',
        `Expected a number in [0, 1] but received ${String(forwardConfidence)}`,
      );
    const index = this.#index(underlying, this.#latestMs);
    const key = expiryKey(underlying, expiryMs);
    const known = this.#expiries.get(key);
    if (known === undefined) {
      const { kind: _kind, timeMs, ...first } = update;
      const opened = new ExpiryState(first, index, timeMs);
      this.#expiries.set(key, opened);
      for (const state of this.#instruments.values())
        if (state.isOption && keyOfOption(state) === key) opened.options.push(state);
    } else known.state(update, index);
    this.#moved.add(underlying);
    return undefined;
  }

  #list(instrument: InstrumentState['instrument'], timeMs: number): Refusal | undefined {
    const wrong = checkInstrument({ instrument });
    if (wrong !== undefined) return refusal('INVALID_VALUE', wrong.field, wrong.message);
    if (!this.#indices.has(instrument.underlying))
      return refusal(
        'UNKNOWN_UNDERLYING',
        'underlying',
        `Expected an underlying of the feed but received "${instrument.underlying}"`,
      );
    if (this.#instruments.has(instrument.name)) return undefined;
    if (this.#instruments.size >= INSTRUMENTS_PER_MARKET_MAX)
      return refusal(
        'LIMIT_EXCEEDED',
        'name',
        `Expected at most ${String(INSTRUMENTS_PER_MARKET_MAX)} instruments`,
      );
    const index = this.#index(instrument.underlying, this.#latestMs);
    this.#add(new InstrumentState(instrument, { instrument }, index, timeMs));
    this.#moved.add(instrument.underlying);
    return undefined;
  }

  #ofInstrument(
    update: Exclude<MarketUpdate, { kind: 'INDEX' | 'ASSET' | 'EXPIRY' | 'LISTING' }>,
  ): Refusal | undefined {
    const state = this.#instruments.get(update.instrument);
    if (state === undefined)
      return refusal(
        'UNKNOWN_INSTRUMENT',
        'instrument',
        `Expected an instrument of the market but received "${update.instrument}"`,
      );
    const { instrument } = state;
    if ('expiryMs' in instrument && !(instrument.expiryMs > this.#latestMs))
      return refusal(
        'EXPIRED_INSTRUMENT',
        'instrument',
        `${instrument.name} expired at ${iso(instrument.expiryMs)}`,
      );
    const refused = this.#change(state, update);
    if (refused === undefined) this.#moved.add(instrument.underlying);
    return refused;
  }

  #change(
    state: InstrumentState,
    update: Exclude<MarketUpdate, { kind: 'INDEX' | 'ASSET' | 'EXPIRY' | 'LISTING' }>,
  ): Refusal | undefined {
    const { instrument } = state;
    switch (update.kind) {
      case 'QUOTE': {
        if (update.timeMs < state.quotedAtMs)
          return refusal(
            'CLOCK_BACK',
            'time',
            `Expected a time from ${iso(state.quotedAtMs)} on but received ${iso(update.timeMs)}`,
          );
        const refused = state.quote(update, this.#index(instrument.underlying, this.#latestMs));
        if (refused !== undefined || instrument.kind !== 'OPTION') return refused;
        this.#expiries.get(keyOfOption(state) ?? '')?.quoted(update.timeMs);
        return undefined;
      }
      case 'DEPTH':
        return state.depth(update);
      case 'TRADE':
        if (!(update.price >= 0 && update.price <= PRICE_MAX && update.quantity > 0))
          return refusal(
            'INVALID_VALUE',
            'price',
            `Expected a price >= 0 and a quantity > 0 but received ${String(update.price)}, ${String(update.quantity)}`,
          );
        if (state.lastTrade?.tradeId === update.tradeId)
          return refusal('DUPLICATE', 'tradeId', `Expected each trade once but ${update.tradeId} came twice`);
        state.lastTrade = update;
        return undefined;
      case 'OPEN_INTEREST':
        if (!(update.contracts >= 0)) return notNegative('contracts', update.contracts);
        state.openInterest = update.contracts;
        return undefined;
      case 'VOLUME':
        if (!(update.contracts >= 0)) return notNegative('contracts', update.contracts);
        state.volumeContracts = update.contracts;
        return undefined;
      case 'FUNDING':
        return fund(state, update.rate, update.intervalMs);
    }
  }

  #index(underlying: string, nowMs: number): number {
    return this.#indices.get(underlying)?.at(nowMs).value ?? NaN;
  }

  #add(state: InstrumentState): void {
    const { instrument } = state;
    this.#instruments.set(instrument.name, state);
    if (instrument.kind !== 'OPTION') return;
    this.#expiries.get(keyOfOption(state) ?? '')?.options.push(state);
  }
}

function keyOfOption({ instrument }: InstrumentState): string | undefined {
  return instrument.kind === 'OPTION' ? expiryKey(instrument.underlying, instrument.expiryMs) : undefined;
}

const EIGHT_HOURS_MS = 8 * 3_600_000;

function fund(state: InstrumentState, rate: number, intervalMs: number): Refusal | undefined {
  const eightHours = (rate * EIGHT_HOURS_MS) / intervalMs;
  if (state.instrument.kind !== 'PERPETUAL' || !(intervalMs > 0) || !(Math.abs(eightHours) <= 1))
    return refusal(
      'INVALID_VALUE',
      'rate',
      `Expected a rate in [-1, 1] per 8 h of a perpetual but received ${String(rate)}`,
    );
  state.eightHourFundingRate = eightHours;
  return undefined;
}

function notNegative(field: string, value: number): Refusal {
  return refusal('INVALID_VALUE', field, `Expected a number >= 0 but received ${String(value)}`);
}

function iso(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : String(timeMs);
}
