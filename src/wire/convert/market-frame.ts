import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { MarketFrame__Output as FrameMessage } from '../../gen/margincube/v1/MarketFrame.js';
import { MARKET_UPDATES_MAX } from '../../limits.js';
import type { MarketUpdate, QuoteUpdate } from '../../market/feed/market-update.js';
import { ConversionError, requiredTimeMs } from './fields.js';
import { instrumentFromMessage } from './market.js';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Columns that a frame may carry, by their name in InstrumentQuote; NaN clears a bid or an ask. */
const FIELDS = {
  bid_price: 'bidPrice',
  ask_price: 'askPrice',
  mark_price: 'markPrice',
  mark_volatility: 'markVolatility',
} as const;

const CLEARS = { bidPrice: 'clearsBid', askPrice: 'clearsAsk' } as const;

export interface FrameUpdates {
  /** Rows of this source's later frames. */
  readonly names: readonly string[];
  readonly updates: readonly MarketUpdate[];
}

/** A frame as single updates: listings of the instruments it names, then one quote per row it has a value for. */
export function updatesOfFrame(
  frame: FrameMessage,
  known: readonly string[] | undefined,
): Outcome<FrameUpdates> {
  try {
    const timeMs = requiredTimeMs(frame.time, 'time');
    const listed = frame.instruments.map((message, at) =>
      instrumentFromMessage(message, `instruments[${String(at)}]`),
    );
    const isSnapshot = frame.kind === 'FRAME_KIND_SNAPSHOT';
    const names = listed.length > 0 ? listed.map(({ name }) => name) : isSnapshot ? undefined : known;
    if (names === undefined)
      return failure('MISSING_FIELD', 'instruments', 'Expected the instruments that rows refer to');
    const quotes = new Map<number, Mutable<QuoteUpdate>>();
    for (const [at, column] of frame.columns.entries()) {
      const path = `columns[${String(at)}]`;
      const field = Object.hasOwn(FIELDS, column.field)
        ? FIELDS[column.field as keyof typeof FIELDS]
        : undefined;
      if (field === undefined) {
        const wanted = `one of ${Object.keys(FIELDS).join(', ')}`;
        return failure('UNSUPPORTED', `${path}.field`, expected(wanted, 'field', column.field));
      }
      const { rows, values } = column;
      if (
        values.length !== (rows.length === 0 ? names.length : rows.length) ||
        values.length > MARKET_UPDATES_MAX
      )
        return failure(
          'INVALID_VALUE',
          `${path}.values`,
          expected('one value per row', 'values', values.length),
        );
      for (const [entry, value] of values.entries()) {
        const row = rows[entry] ?? entry;
        const instrument = names[row];
        if (instrument === undefined)
          return failure(
            'INVALID_VALUE',
            `${path}.rows[${String(entry)}]`,
            expected('a row of the frame', 'row', row),
          );
        const quote = quotes.get(row) ?? { kind: 'QUOTE', timeMs, instrument };
        quotes.set(row, quote);
        const clears = field === 'bidPrice' || field === 'askPrice' ? CLEARS[field] : undefined;
        if (Number.isNaN(value) && clears !== undefined) quote[clears] = true;
        else quote[field] = value;
      }
    }
    const listings = listed.map((instrument): MarketUpdate => ({ kind: 'LISTING', timeMs, instrument }));
    return success({ names, updates: [...listings, ...quotes.values()] });
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    return { ok: false, failure: error.failure };
  }
}
