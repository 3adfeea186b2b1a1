import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Mark } from '../gen/margincube/v1/Mark.js';
import { timestampOf } from '../wire/convert/fields.js';
import { codec } from '../wire/schema.js';
import type { PublishedEpoch } from './epochs.js';
import { malformed } from './errors.js';

type MarksCall = ServerWritableStream<Buffer, Buffer>;

/** Marks of an epoch, quote unit; NaN for an instrument without one. */
export type MarksOf = (epoch: PublishedEpoch) => Float64Array;

/**
 * Who follows the marks. A subscriber keeps what it was sent last and is sent what differs from the newest epoch whenever it can
 * take more: a slow reader misses values in between, costs two columns, and delays nobody.
 */
export class MarkStreams {
  readonly #subscribers = new Set<MarkSubscriber>();

  constructor(private readonly marksOf: MarksOf) {}

  /** Sends the changes of a new epoch to everybody who can take them. */
  onEpoch(epoch: PublishedEpoch): void {
    if (this.#subscribers.size === 0) return;
    const marks = this.marksOf(epoch);
    for (const subscriber of this.#subscribers) subscriber.offer(epoch, marks);
  }

  /** Follows the marks until the call ends; the first message is the current epoch. */
  follow(call: MarksCall, current: PublishedEpoch | undefined): Promise<void> {
    const { instruments, minimumIntervalMs } = decode(call.request);
    const subscriber = new MarkSubscriber(call, new Set(instruments), minimumIntervalMs);
    this.#subscribers.add(subscriber);
    if (current !== undefined) subscriber.offer(current, this.marksOf(current));
    return new Promise((resolve) => {
      const end = (): void => {
        this.#subscribers.delete(subscriber);
        subscriber.end();
        resolve();
      };
      call.on('cancelled', end);
      call.on('close', end);
    });
  }

  /** Ends every stream, e.g. because the server drains. */
  endAll(): void {
    for (const subscriber of this.#subscribers) subscriber.end();
    this.#subscribers.clear();
  }
}

class MarkSubscriber {
  #sent = new Float64Array();
  #sentVolatility = new Float64Array();
  #sentTable: unknown;
  #newest: { readonly epoch: PublishedEpoch; readonly marks: Float64Array } | undefined;
  #isFull = false;
  #isEnded = false;
  #sentAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: MarksCall,
    private readonly names: ReadonlySet<string>,
    private readonly intervalMs: number,
  ) {
    call.on('drain', () => {
      this.#isFull = false;
      this.#send();
    });
  }

  offer(epoch: PublishedEpoch, marks: Float64Array): void {
    this.#newest = { epoch, marks };
    this.#send();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.call.end();
  }

  #send(): void {
    if (this.#newest === undefined || this.#isFull || this.#isEnded) return;
    const waitMs = this.#sentAtMs + this.intervalMs - performance.now();
    if (waitMs > 0) {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#send();
      }, waitMs);
      return;
    }
    const { epoch, marks } = this.#newest;
    this.#newest = undefined;
    const changed = this.#changed(epoch, marks);
    if (changed.length === 0) return;
    this.#sentAtMs = performance.now();
    const { market } = epoch;
    const message = codec('margincube.v1.StreamMarksResponse').encode({
      epoch: String(market.epoch),
      time: timestampOf(market.timeMs),
      marks: changed,
    });
    this.#isFull = !this.call.write(message);
  }

  #changed({ market, permissions }: PublishedEpoch, marks: Float64Array): Mark[] {
    const { columns, table } = market;
    if (this.#sentTable !== table) {
      this.#sentTable = table;
      this.#sent = new Float64Array(marks.length).fill(NaN);
      this.#sentVolatility = new Float64Array(marks.length).fill(NaN);
    }
    const changed: Mark[] = [];
    for (let i = 0; i < marks.length; i += 1) {
      const price = marks[i] ?? NaN;
      const volatility = columns.volatility[i] ?? NaN;
      if (!Number.isFinite(price)) continue;
      if (price === this.#sent[i] && Object.is(volatility, this.#sentVolatility[i])) continue;
      const terms = table.instruments[i];
      if (terms === undefined || (this.names.size > 0 && !this.names.has(terms.name))) continue;
      this.#sent[i] = price;
      this.#sentVolatility[i] = volatility;
      const isOption = terms.kind === 'OPTION';
      const confidence = (isOption ? columns.volatilityConfidence : columns.priceConfidence)[i] ?? NaN;
      const isCurrent = (permissions?.get(terms.underlying)?.mark ?? 'CURRENT') === 'CURRENT';
      changed.push({
        instrument: terms.name,
        price,
        ...(isOption && Number.isFinite(volatility) ? { volatility } : {}),
        confidence: confidence >= 0 ? confidence : 0,
        status: isCurrent ? 'NUMBER_STATUS_EXACT' : 'NUMBER_STATUS_STALE',
      });
    }
    return changed;
  }
}

function decode(bytes: Buffer) {
  try {
    return codec('margincube.v1.StreamMarksRequest').decode(bytes);
  } catch {
    throw malformed(
      '',
      `Expected a margincube.v1.StreamMarksRequest but received ${String(bytes.length)} bytes`,
    );
  }
}
