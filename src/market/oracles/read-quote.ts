import { PRICE_MAX } from '../../limits.js';
import type { OracleQuote, QuoteRefusal, Reading } from './oracle-quote.js';

/** Largest share of the price that a confidence may be: Pyth's publisher rule. */
const CONFIDENCE_SHARE_MAX = 1 / 3;

/**
 * Price and confidence of a quote, or why it has none. `exponent` is what the source is configured with; undefined for a source
 * that publishes plain prices. Nothing is repaired (market-and-risk.md 1.2 step 1).
 */
export function readQuote(quote: OracleQuote, exponent: number | undefined): Reading | QuoteRefusal {
  if (quote.exponent !== exponent) return 'EXPONENT_MISMATCH';
  const { bid, ask, price, confidence = 0 } = quote;
  const isTwoSided = bid !== undefined && ask !== undefined;
  if (price === undefined && !isTwoSided)
    return bid === undefined && ask === undefined ? 'MISSING_PRICE' : 'ONE_SIDED';
  if (price !== undefined && (bid !== undefined || ask !== undefined)) return 'AMBIGUOUS_PRICE';
  const refusal = isTwoSided
    ? (checkPrice(bid, exponent) ?? checkPrice(ask, exponent))
    : checkPrice(price, exponent);
  if (refusal !== undefined) return refusal;
  if (!isFinite(confidence)) return 'NOT_FINITE';
  if (isTwoSided && bid > ask) return 'CROSSED';
  const scale = exponent === undefined ? 1 : 10 ** Math.abs(exponent);
  const scaled = (value: number): number =>
    exponent === undefined ? value : exponent < 0 ? value / scale : value * scale;
  const mid = scaled(isTwoSided ? bid + (ask - bid) / 2 : price!);
  const halfWidth = scaled(isTwoSided ? Math.max((ask - bid) / 2, confidence) : confidence);
  if (!(mid <= PRICE_MAX)) return 'OUT_OF_RANGE';
  if (!(mid > 0)) return 'NOT_POSITIVE';
  if (!(halfWidth > 0)) return 'CONFIDENCE_NOT_POSITIVE';
  if (!(halfWidth <= mid * CONFIDENCE_SHARE_MAX)) return 'CONFIDENCE_TOO_WIDE';
  return { price: mid, confidence: halfWidth };
}

/** Quotes come from outside: a field may hold anything. */
function checkPrice(value: unknown, exponent: number | undefined): QuoteRefusal | undefined {
  if (!isFinite(value)) return 'NOT_FINITE';
  if (!(value > 0)) return 'NOT_POSITIVE';
  const isInRange = exponent === undefined ? value <= PRICE_MAX : Number.isSafeInteger(value);
  return isInRange ? undefined : 'OUT_OF_RANGE';
}

function isFinite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
