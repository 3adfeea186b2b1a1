import type { Outcome } from '../../domain/outcome.js';
import type { MarketUpdate } from '../../market/feed/market-update.js';
import type { ImportResult } from '../../market/venues/import-report.js';
import type { JsonRecord } from '../../market/venues/deribit/json-rpc.js';
import { isRecord } from '../../market/venues/deribit/json-rpc.js';
import { updatesOf } from '../../market/venues/deribit/live-messages.js';
import { importDeribitApi } from '../../market/venues/deribit/public-api.js';
import {
  VENUE_CHANNELS_PER_REQUEST,
  VENUE_HEARTBEAT_SECONDS,
  VENUE_LISTING_CHECK_MS,
  VENUE_REQUEST_PAUSE_MS,
  VENUE_SILENCE_MS_MAX,
  VENUE_TOO_MANY_PAUSE_MS,
  VENUE_TOO_MANY_RETRIES,
} from '../../limits.js';
import { BookContinuity } from './book-continuity.js';
import { listingUpdates } from './listing-updates.js';
import { RpcSocket, VenueError } from './rpc-socket.js';

export const DERIBIT_URL = 'wss://www.deribit.com/ws/api/v2';

/** The venue's code for too many requests. */
const TOO_MANY_REQUESTS = 10_028;

export interface ConnectorOptions {
  readonly url: string;
  /** e.g. `BTC`, `ETH`. */
  readonly currencies: readonly string[];
  /** Also told of every update. */
  readonly onUpdates?: (updates: readonly MarketUpdate[]) => void;
  readonly onEvent: (event: ConnectorEvent) => void;
  readonly backoff: { readonly firstMs: number; readonly mostMs: number };
  /** From one look for new listings to the next; `VENUE_LISTING_CHECK_MS` by default. */
  readonly listingCheckMs?: number;
}

export type ConnectorEvent =
  | { readonly kind: 'CONNECTED'; readonly channels: number }
  | { readonly kind: 'LISTED'; readonly instruments: readonly string[] }
  | { readonly kind: 'DISCONNECTED'; readonly cause: string; readonly nextAttemptMs: number }
  | { readonly kind: 'GAP'; readonly channel: string }
  | { readonly kind: 'MALFORMED'; readonly channel: string };

/** Where updates go. */
export type TakeUpdates = (updates: readonly MarketUpdate[]) => void;

/** A venue whose market data goes into a server for as long as both live. */
export interface MarketConnector {
  start(take?: TakeUpdates): void;
  stop(): Promise<void>;
}

/**
 * Market data of Deribit's public WebSocket API as updates, for as long as it runs: answers heartbeats, paces its requests, asks for
 * a new snapshot of a book whose changes have a gap, and connects again, later each time, when the connection ends or falls silent.
 */
export class DeribitConnector implements MarketConnector {
  #isStopped = false;
  #socket: RpcSocket | undefined;
  /** Ends every wait. */
  readonly #wakers = new Set<() => void>();
  #done: Promise<void> | undefined;
  #takeUpdates: TakeUpdates | undefined;
  /** Names that the market has, from the first `snapshot` on. */
  readonly #known = new Set<string>();

  constructor(private readonly options: ConnectorOptions) {}

  /** The market as it stands now: terms, summaries and indices of the currencies. Rejects when the venue cannot be reached. */
  async snapshot(): Promise<Outcome<ImportResult>> {
    const socket = await RpcSocket.open(this.options.url, () => undefined);
    try {
      const market = await this.#market(socket);
      for (const name of market.names) this.#known.add(name);
      return market.imported;
    } finally {
      socket.end();
    }
  }

  /** The market with the names of everything that is listed in it, whether it can be imported or not. */
  async #market(
    socket: RpcSocket,
  ): Promise<{ readonly imported: Outcome<ImportResult>; readonly names: readonly string[] }> {
    const sources = [];
    const names: string[] = [];
    for (const currency of this.options.currencies) {
      const index = `${currency.toLowerCase()}_usd`;
      for (const [name, method, params] of [
        [`index_price_${index}.json`, 'get_index_price', { index_name: index }],
        [`instruments_${currency}.json`, 'get_instruments', { currency, expired: false }],
        [`book_summary_${currency}.json`, 'get_book_summary_by_currency', { currency }],
      ] as const) {
        const result = await this.#call(socket, `public/${method}`, params);
        sources.push({ name, text: JSON.stringify(result) });
        if (method === 'get_instruments') names.push(...namesOf(result));
      }
    }
    return { imported: importDeribitApi(sources), names };
  }

  /** Begins to publish; ends with `stop`. */
  start(take?: TakeUpdates): void {
    this.#takeUpdates = take;
    this.#done ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#socket?.end();
    for (const wake of this.#wakers) wake();
    await this.#done;
  }

  async #run(): Promise<void> {
    const { firstMs, mostMs } = this.options.backoff;
    let delayMs = firstMs;
    while (!this.#isStopped) {
      let cause = 'the connection ended';
      try {
        await this.#session(() => (delayMs = firstMs));
      } catch (error) {
        cause = error instanceof Error ? error.message : String(error);
      }
      if (this.#hasStopped()) return;
      this.options.onEvent({ kind: 'DISCONNECTED', cause, nextAttemptMs: delayMs });
      await this.#sleep(delayMs);
      delayMs = Math.min(mostMs, 2 * delayMs);
    }
  }

  /** One connection from its beginning to its end. */
  async #session(onConnected: () => void): Promise<void> {
    const books = new BookContinuity();
    const socket: RpcSocket = await RpcSocket.open(this.options.url, (message) => {
      this.#take(message, socket, books);
    });
    this.#socket = socket;
    const watchdog = setInterval(() => {
      if (performance.now() - socket.lastHeardMs > VENUE_SILENCE_MS_MAX) socket.end();
    }, VENUE_SILENCE_MS_MAX / VENUE_HEARTBEAT_SECONDS);
    try {
      if (this.#hasStopped()) return;
      await this.#call(socket, 'public/set_heartbeat', { interval: VENUE_HEARTBEAT_SECONDS });
      const channels = new Set<string>();
      await this.#follow(socket, channels);
      this.options.onEvent({ kind: 'CONNECTED', channels: channels.size });
      onConnected();
      await Promise.race([socket.closed, this.#followListings(socket, channels)]);
    } finally {
      clearInterval(watchdog);
      socket.end();
      this.#socket = undefined;
    }
  }

  /** Looks for new listings for as long as the connection lasts; rejects when an answer does not come. */
  async #followListings(socket: RpcSocket, channels: Set<string>): Promise<void> {
    while (!this.#hasStopped()) {
      await this.#sleep(this.options.listingCheckMs ?? VENUE_LISTING_CHECK_MS);
      if (!this.#hasStopped()) await this.#follow(socket, channels);
    }
  }

  /** Subscribes to what is not followed yet; instruments that the market does not have become part of it first. */
  async #follow(socket: RpcSocket, channels: Set<string>): Promise<void> {
    const { names, channels: all } = await this.#listed(socket);
    const listed = this.#known.size === 0 ? [] : names.filter((name) => !this.#known.has(name));
    if (listed.length > 0) await this.#list(socket, new Set(listed));
    const added = all.filter((channel) => !channels.has(channel));
    for (let at = 0; at < added.length; at += VENUE_CHANNELS_PER_REQUEST) {
      const part = added.slice(at, at + VENUE_CHANNELS_PER_REQUEST);
      await this.#call(socket, 'public/subscribe', { channels: part });
      for (const channel of part) channels.add(channel);
    }
  }

  /** Reads the market once more and publishes what it says of instruments that are new in it. */
  async #list(socket: RpcSocket, names: ReadonlySet<string>): Promise<void> {
    const { imported } = await this.#market(socket);
    // What cannot be read now is looked for again the next time.
    if (!imported.ok) return;
    for (const name of names) this.#known.add(name);
    const updates = listingUpdates(imported.value.snapshot, names);
    const instruments = updates.flatMap((one) => (one.kind === 'LISTING' ? [one.instrument.name] : []));
    this.options.onEvent({ kind: 'LISTED', instruments });
    this.options.onUpdates?.(updates);
    this.#takeUpdates?.(updates);
  }

  /** Indices, tickers of everything listed, books of what is not an option, trades of all. */
  async #listed(socket: RpcSocket): Promise<{ names: string[]; channels: string[] }> {
    const names: string[] = [];
    const channels: string[] = [];
    for (const currency of this.options.currencies) {
      channels.push(`deribit_price_index.${currency.toLowerCase()}_usd`);
      channels.push(`trades.future.${currency}.100ms`, `trades.option.${currency}.100ms`);
      const listed = await this.#call(socket, 'public/get_instruments', { currency, expired: false });
      for (const one of Array.isArray(listed) ? (listed as readonly unknown[]) : []) {
        if (!isRecord(one) || typeof one.instrument_name !== 'string') continue;
        names.push(one.instrument_name);
        channels.push(`ticker.${one.instrument_name}.100ms`);
        if (one.kind === 'future') channels.push(`book.${one.instrument_name}.100ms`);
      }
    }
    return { names, channels };
  }

  #take(message: JsonRecord, socket: RpcSocket, books: BookContinuity): void {
    const { method, params } = message;
    if (!isRecord(params)) return;
    if (method === 'heartbeat') {
      if (params.type === 'test_request') socket.call('public/test', {}).catch(() => undefined);
      return;
    }
    if (method !== 'subscription' || typeof params.channel !== 'string') return;
    const { channel, data } = params;
    if (channel.startsWith('book.') && isRecord(data)) {
      const continuity = books.judge(channel, data);
      if (continuity === 'GAP') this.#resubscribe(socket, channel);
      if (continuity !== 'TAKE') return;
    }
    const updates = updatesOf(channel, data);
    if (updates === undefined) {
      this.options.onEvent({ kind: 'MALFORMED', channel });
      return;
    }
    this.options.onUpdates?.(updates);
    this.#takeUpdates?.(updates);
  }

  /** A new subscription begins with a snapshot. */
  #resubscribe(socket: RpcSocket, channel: string): void {
    this.options.onEvent({ kind: 'GAP', channel });
    const channels = [channel];
    this.#call(socket, 'public/unsubscribe', { channels })
      .then(() => this.#call(socket, 'public/subscribe', { channels }))
      // Without an answer nothing of this connection can be relied on.
      .catch(() => {
        socket.end();
      });
  }

  /** A request at the venue's pace; waits and asks again when there were too many. */
  async #call(socket: RpcSocket, method: string, params: JsonRecord): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await socket.call(method, params);
        await this.#sleep(VENUE_REQUEST_PAUSE_MS);
        return result;
      } catch (error) {
        const isTooMany = error instanceof VenueError && error.code === TOO_MANY_REQUESTS;
        if (!isTooMany || attempt > VENUE_TOO_MANY_RETRIES || this.#hasStopped()) throw error;
        await this.#sleep(VENUE_TOO_MANY_PAUSE_MS * attempt);
      }
    }
  }

  #hasStopped(): boolean {
    return this.#isStopped;
  }

  /** Ends early when the connector is stopped. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#wakers.add(wake);
    });
  }
}

/** Names of the instruments in an answer of `get_instruments`. */
function namesOf(listed: unknown): string[] {
  return (Array.isArray(listed) ? (listed as readonly unknown[]) : []).flatMap((one) =>
    isRecord(one) && typeof one.instrument_name === 'string' ? [one.instrument_name] : [],
  );
}
