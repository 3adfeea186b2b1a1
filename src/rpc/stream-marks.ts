import type { Mark } from '../gen/margincube/v1/Mark.js';
import { timestampOf } from '../wire/convert/fields.js';
import { codec } from '../wire/schema.js';
import type { PublishedEpoch } from './epochs.js';
import { malformed } from './errors.js';
import { PacedStreams } from './paced-stream.js';
import type { AnswerStream } from './paced-stream.js';

/** Marks of an epoch, quote unit; NaN for an instrument without one. */
export type MarksOf = (epoch: PublishedEpoch) => Float64Array;

/**
 * Who follows the marks. A reader is sent what differs from what it was sent last, on the newest epoch, whenever it can take
 * more: a slow one misses values in between, costs two columns, and delays nobody.
 */
export class MarkStreams {
  readonly #streams = new PacedStreams();
  #newest: { readonly epoch: PublishedEpoch; readonly marks: Float64Array } | undefined;

  constructor(private readonly marksOf: MarksOf) {}

  onEpoch(epoch: PublishedEpoch): void {
    this.#newest = undefined;
    if (this.#streams.size === 0) return;
    this.#newest = { epoch, marks: this.marksOf(epoch) };
    this.#streams.poke();
  }

  /** Follows the marks until the call ends; the first message is the current epoch. */
  follow(call: AnswerStream, current: PublishedEpoch | undefined): Promise<void> {
    const { instruments, minimumIntervalMs } = decode(call.request);
    const sent = new SentMarks(new Set(instruments));
    if (current !== undefined) this.#newest ??= { epoch: current, marks: this.marksOf(current) };
    return this.#streams.serve(call, minimumIntervalMs, () => this.#messages(sent));
  }

  endAll(): void {
    this.#streams.endAll();
  }

  *#messages(sent: SentMarks): Generator<Buffer> {
    if (this.#newest === undefined) return;
    const { epoch, marks } = this.#newest;
    const changed = sent.changed(epoch, marks);
    if (changed.length === 0) return;
    yield codec('margincube.v1.StreamMarksResponse').encode({
      epoch: String(epoch.market.epoch),
      time: timestampOf(epoch.market.timeMs),
      marks: changed,
    });
  }
}

/** What one reader was sent last. */
class SentMarks {
  #price = new Float64Array();
  #volatility = new Float64Array();
  #table: unknown;

  constructor(private readonly names: ReadonlySet<string>) {}

  changed({ market, permissions }: PublishedEpoch, marks: Float64Array): Mark[] {
    const { columns, table } = market;
    if (this.#table !== table) {
      this.#table = table;
      this.#price = new Float64Array(marks.length).fill(NaN);
      this.#volatility = new Float64Array(marks.length).fill(NaN);
    }
    const changed: Mark[] = [];
    for (let i = 0; i < marks.length; i += 1) {
      const price = marks[i] ?? NaN;
      const volatility = columns.volatility[i] ?? NaN;
      if (!Number.isFinite(price)) continue;
      if (price === this.#price[i] && Object.is(volatility, this.#volatility[i])) continue;
      const terms = table.instruments[i];
      if (terms === undefined || (this.names.size > 0 && !this.names.has(terms.name))) continue;
      this.#price[i] = price;
      this.#volatility[i] = volatility;
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
