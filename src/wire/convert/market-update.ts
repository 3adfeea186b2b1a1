import type { Failure, Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import { MILLISECONDS_PER_SECOND } from '../../domain/time.js';
import type { DepthLevel__Output } from '../../gen/margincube/v1/DepthLevel.js';
import type { MarketUpdate__Output as UpdateMessage } from '../../gen/margincube/v1/MarketUpdate.js';
import type { QuoteUpdate__Output as QuoteMessage } from '../../gen/margincube/v1/QuoteUpdate.js';
import type { MarketUpdate } from '../../market/feed/market-update.js';
import {
  ConversionError,
  integer,
  missing,
  optionalNumber,
  requiredNumber,
  requiredTimeMs,
} from './fields.js';
import { expiryFromMessage, instrumentFromMessage } from './market.js';

/** One update of a request; failures name the field below it, as the market's own refusals do. */
export function updateFromMessage(message: UpdateMessage): Outcome<MarketUpdate> {
  try {
    return success(read(message));
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    const { reason, field, message: text }: Failure = error.failure;
    return failure(reason, field, text);
  }
}

function read(message: UpdateMessage): MarketUpdate {
  const timeMs = requiredTimeMs(message.time, 'time');
  const signed = message.signature.length === 0 ? {} : { signature: message.signature };
  const { indexConstituent, asset, quote, depth, trade, openInterest, volume, funding, listing, expiry } =
    message;
  if (indexConstituent) {
    const confidence = optionalNumber(indexConstituent.confidenceInterval);
    return {
      kind: 'INDEX',
      timeMs,
      underlying: indexConstituent.underlying,
      exchange: indexConstituent.exchange,
      price: requiredNumber(indexConstituent.price, 'indexConstituent.price'),
      ...(confidence === undefined ? {} : { confidence }),
      ...signed,
    };
  }
  if (asset) {
    const price = requiredNumber(asset.priceUsd, 'asset.priceUsd');
    return { kind: 'ASSET', timeMs, asset: asset.asset, price, ...signed };
  }
  if (quote) return quoteFromMessage(quote, timeMs);
  if (depth) {
    const { instrument, snapshot, bids, asks } = depth;
    return {
      kind: 'DEPTH',
      timeMs,
      instrument,
      isSnapshot: snapshot,
      bids: bids.map(level),
      asks: asks.map(level),
    };
  }
  if (trade) {
    const { instrument, tradeId, price, quantity } = trade;
    return {
      kind: 'TRADE',
      timeMs,
      instrument,
      tradeId,
      price,
      quantity,
    };
  }
  if (openInterest) {
    const { instrument, contracts } = openInterest;
    return { kind: 'OPEN_INTEREST', timeMs, instrument, contracts };
  }
  if (volume) {
    const notionalUsd = optionalNumber(volume.notionalUsd);
    return {
      kind: 'VOLUME',
      timeMs,
      instrument: volume.instrument,
      contracts: volume.contracts,
      ...(notionalUsd === undefined ? {} : { notionalUsd }),
    };
  }
  if (funding) {
    const { instrument, rate, interval } = funding;
    if (interval === null) throw missing('funding.interval');
    const intervalMs = integer(interval.seconds) * MILLISECONDS_PER_SECOND;
    return { kind: 'FUNDING', timeMs, instrument, rate, intervalMs };
  }
  if (listing) return { kind: 'LISTING', timeMs, instrument: instrumentFromMessage(listing, 'listing') };
  if (expiry) return { kind: 'EXPIRY', timeMs, ...expiryFromMessage(expiry, 'expiry') };
  throw new ConversionError({
    reason: 'MISSING_FIELD',
    field: 'update',
    message: expected('one kind of update', 'update', undefined),
  });
}

function quoteFromMessage(quote: QuoteMessage, timeMs: number): MarketUpdate {
  const prices: Partial<Record<'bidPrice' | 'askPrice' | 'markPrice' | 'markVolatility', number>> = {};
  for (const name of ['bidPrice', 'askPrice', 'markPrice', 'markVolatility'] as const) {
    const value = optionalNumber(quote[name]);
    if (value !== undefined) prices[name] = value;
  }
  const { instrument, clearBid, clearAsk } = quote;
  return { kind: 'QUOTE', timeMs, instrument, ...prices, clearsBid: clearBid, clearsAsk: clearAsk };
}

function level({ price, quantity }: DepthLevel__Output): { price: number; quantity: number } {
  return { price, quantity: quantity };
}
