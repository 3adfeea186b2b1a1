/** One reading of a price by one source: a bid and an ask, or a price with its confidence. */
export interface OracleQuote {
  readonly source: string;
  readonly bid?: number;
  readonly ask?: number;
  readonly price?: number;
  /** Half-width of the interval that the source stands for; with bid and ask the half spread, where that is wider. */
  readonly confidence?: number;
  /** Of a source that publishes integers: prices are whole units of 10^exponent. */
  readonly exponent?: number;
  /** When the source made it, milliseconds since 1970. */
  readonly timeMs: number;
  /** Increases with every quote of the source. */
  readonly sequence: number;
  /** Ed25519 over `quoteMessage`, 64 bytes. */
  readonly signature?: Uint8Array;
}

/** Why a quote was not taken. */
export const QUOTE_REFUSALS = [
  /** The time of the call is no time. */
  'INVALID_CLOCK',
  'UNKNOWN_SOURCE',
  /** The source has a key and the quote no signature. */
  'SIGNATURE_MISSING',
  'SIGNATURE_INVALID',
  /** Another exponent than the source is configured with, or none. */
  'EXPONENT_MISMATCH',
  /** Neither a price nor a bid and an ask. */
  'MISSING_PRICE',
  /** A price and also a bid or an ask: which one is meant is not guessed. */
  'AMBIGUOUS_PRICE',
  /** A bid without an ask, or the reverse. */
  'ONE_SIDED',
  /** NaN, an infinity, or no number at all. */
  'NOT_FINITE',
  'NOT_POSITIVE',
  /** Above any price, or more digits than a double holds where an integer is due. */
  'OUT_OF_RANGE',
  /** The bid is above the ask. */
  'CROSSED',
  'CONFIDENCE_NOT_POSITIVE',
  /** Above a third of the price. */
  'CONFIDENCE_TOO_WIDE',
  'INVALID_TIME',
  'INVALID_SEQUENCE',
  /** Stamped more than a second ahead of the clock. */
  'FROM_THE_FUTURE',
  /** Too old to vote when it arrived. */
  'TOO_OLD',
  /** A sequence number that the source has used, or one below it. */
  'SEQUENCE_REPLAYED',
  /** Stamped before the last quote of the source. */
  'OUT_OF_ORDER',
  /** A jump that the other sources do not confirm; the source does not vote until they do. */
  'JUMP_QUARANTINED',
] as const;
export type QuoteRefusal = (typeof QUOTE_REFUSALS)[number];

/** Refused quotes by reason since the oracle was created; reasons that never occurred are absent. */
export type RefusalCounts = Readonly<Partial<Record<QuoteRefusal, number>>>;

/** A quote that can vote. */
export interface Reading {
  /** Price, or mid of bid and ask, > 0. */
  readonly price: number;
  /** > 0, at most a third of the price. */
  readonly confidence: number;
}
