/** Price and confidence of several publishers in whole units of 10^exponent, exactly as Pyth's on-chain program has them. */

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Slots (about 0.4 s) after which a publisher's quote no longer votes: Pyth. */
export const INTEGER_QUOTE_SLOTS_MAX = 25;

export interface IntegerQuote {
  readonly price: bigint;
  /** Half-width of the publisher's interval, same unit. */
  readonly confidence: bigint;
  readonly isTrading: boolean;
  /** Slots since it was published, >= 0. */
  readonly slotAge: number;
}

export interface IntegerPrice {
  readonly status: 'TRADING' | 'UNKNOWN';
  /** 0 when unknown. */
  readonly price: bigint;
  readonly confidence: bigint;
  /** Quotes that voted. */
  readonly publishers: number;
}

/**
 * Every valid quote votes price - confidence, price and price + confidence. Of the m sorted votes p25 = v[m >> 2],
 * p75 = v[m - 1 - (m >> 2)] and the price is the middle one, or the floor of the mean of the two middle ones; the
 * confidence is the larger distance from the price to p25 and p75. Source: Pyth; market-and-risk.md 1.1.
 */
export function integerPercentile(
  quotes: readonly IntegerQuote[],
  minPublishers = 1,
  slotAgeMax = INTEGER_QUOTE_SLOTS_MAX,
): IntegerPrice {
  const valid = quotes.filter((quote) => isIntegerQuoteValid(quote, slotAgeMax));
  const publishers = valid.length;
  if (publishers === 0 || publishers < minPublishers) return unknown(publishers);
  const votes = valid
    .flatMap(({ price, confidence }) => [price - confidence, price, price + confidence])
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const quarter = votes.length >> 2;
  const price = middle(votes);
  const below = price - votes[quarter]!;
  const above = votes[votes.length - 1 - quarter]! - price;
  const confidence = above > below ? above : below;
  return confidence > 0n ? { status: 'TRADING', price, confidence, publishers } : unknown(publishers);
}

/** Trading, 0 < confidence, both ends of the interval are 64-bit integers, not too old. */
export function isIntegerQuoteValid(quote: IntegerQuote, slotAgeMax = INTEGER_QUOTE_SLOTS_MAX): boolean {
  const { price, confidence, isTrading, slotAge } = quote;
  return (
    isTrading &&
    confidence > 0n &&
    confidence <= INT64_MAX &&
    price - confidence >= INT64_MIN &&
    price + confidence <= INT64_MAX &&
    slotAge >= 0 &&
    slotAge <= slotAgeMax
  );
}

function middle(sorted: readonly bigint[]): bigint {
  const upper = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[upper]!;
  // The shift of a negative BigInt rounds towards minus infinity, which is the floor.
  return (sorted[upper - 1]! + sorted[upper]!) >> 1n;
}

function unknown(publishers: number): IntegerPrice {
  return { status: 'UNKNOWN', price: 0n, confidence: 0n, publishers };
}
