/** What Deribit's public channels say, as updates of a market. Source: the venue's API reference, subscriptions. */
import { POSITIVE_MIN } from '../../../kernel/layout.js';
import type { DepthLevel, MarketUpdate } from '../../feed/market-update.js';
import { parseInstrumentName } from './instrument-name.js';
import type { JsonRecord } from './json-rpc.js';
import { isRecord } from './json-rpc.js';

/** `mark_iv` is in percent. */
const PERCENT = 100;
const FUNDING_INTERVAL_MS = 8 * 3_600_000;

/** Of a forward that is a listed future, and of one that the venue interpolates (`SYN.`). */
const FORWARD_CONFIDENCE = { listed: 1, synthetic: 0.9 };

/** Updates of one notification; undefined for a message that is not in the documented form. */
export function updatesOf(channel: string, data: unknown): MarketUpdate[] | undefined {
  const kind = channel.slice(0, channel.indexOf('.'));
  switch (kind) {
    case 'ticker':
      return isRecord(data) ? tickerUpdates(data) : undefined;
    case 'deribit_price_index':
      return isRecord(data) ? indexUpdates(data) : undefined;
    case 'book':
      return isRecord(data) ? bookUpdates(data) : undefined;
    case 'trades':
      return Array.isArray(data) ? tradeUpdates(data) : undefined;
    default:
      return undefined;
  }
}

function tickerUpdates(data: JsonRecord): MarketUpdate[] | undefined {
  const { instrument_name: instrument, timestamp: timeMs } = data;
  if (typeof instrument !== 'string' || typeof timeMs !== 'number') return undefined;
  const terms = parseInstrumentName(instrument);
  if (terms === undefined) return undefined;
  // A side without an order has price 0 or none.
  const bidPrice = positive(data.best_bid_price);
  const askPrice = positive(data.best_ask_price);
  const markPrice = number(data.mark_price);
  const volatility = positive(data.mark_iv);
  const updates: MarketUpdate[] = [
    {
      kind: 'QUOTE',
      timeMs,
      instrument,
      ...(bidPrice === undefined ? { clearsBid: true } : { bidPrice }),
      ...(askPrice === undefined ? { clearsAsk: true } : { askPrice }),
      ...(markPrice === undefined ? {} : { markPrice }),
      ...(volatility === undefined ? {} : { markVolatility: volatility / PERCENT }),
    },
  ];
  const contracts = number(data.open_interest);
  if (contracts !== undefined) updates.push({ kind: 'OPEN_INTEREST', timeMs, instrument, contracts });
  const rate = number(data.funding_8h);
  if (terms.kind === 'PERPETUAL' && rate !== undefined)
    updates.push({ kind: 'FUNDING', timeMs, instrument, rate, intervalMs: FUNDING_INTERVAL_MS });
  const forward = positive(data.underlying_price);
  if (terms.kind === 'OPTION' && forward !== undefined) {
    const isSynthetic = typeof data.underlying_index === 'string' && data.underlying_index.startsWith('SYN.');
    const forwardConfidence = isSynthetic ? FORWARD_CONFIDENCE.synthetic : FORWARD_CONFIDENCE.listed;
    const { underlying, expiryMs } = terms;
    updates.push({ kind: 'EXPIRY', timeMs, underlying, expiryMs, forward, forwardConfidence });
  }
  return updates;
}

function indexUpdates({
  index_name: index,
  price,
  timestamp: timeMs,
}: JsonRecord): MarketUpdate[] | undefined {
  const underlying =
    typeof index === 'string' ? /^([a-z0-9]+)_usd$/.exec(index)?.[1]?.toUpperCase() : undefined;
  if (underlying === undefined || typeof price !== 'number' || typeof timeMs !== 'number') return undefined;
  return [{ kind: 'INDEX', timeMs, underlying, exchange: 'deribit', price }];
}

function bookUpdates(data: JsonRecord): MarketUpdate[] | undefined {
  const { instrument_name: instrument, timestamp: timeMs, type } = data;
  const bids = levels(data.bids);
  const asks = levels(data.asks);
  if (typeof instrument !== 'string' || typeof timeMs !== 'number' || !bids || !asks) return undefined;
  return [{ kind: 'DEPTH', timeMs, instrument, isSnapshot: type === 'snapshot', bids, asks }];
}

/** `[action, price, amount]`; a deleted level has the amount 0. */
function levels(value: unknown): DepthLevel[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const read: DepthLevel[] = [];
  for (const level of value as readonly unknown[]) {
    if (!Array.isArray(level)) return undefined;
    const [action, price, amount] = level as readonly unknown[];
    if (typeof price !== 'number' || typeof amount !== 'number') return undefined;
    read.push({ price, quantity: action === 'delete' ? 0 : amount });
  }
  return read;
}

function tradeUpdates(trades: readonly unknown[]): MarketUpdate[] | undefined {
  const updates: MarketUpdate[] = [];
  for (const trade of trades) {
    if (!isRecord(trade)) return undefined;
    const { instrument_name: instrument, timestamp: timeMs, trade_id: tradeId, price, amount } = trade;
    if (typeof instrument !== 'string' || typeof tradeId !== 'string') return undefined;
    if (typeof timeMs !== 'number' || typeof price !== 'number' || typeof amount !== 'number')
      return undefined;
    updates.push({ kind: 'TRADE', timeMs, instrument, tradeId, price, quantity: amount });
  }
  return updates;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function positive(value: unknown): number | undefined {
  const read = number(value);
  return read !== undefined && read >= POSITIVE_MIN ? read : undefined;
}
