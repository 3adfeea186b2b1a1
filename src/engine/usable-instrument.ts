import { KIND } from '../domain/codes.js';
import { expected, type FailureReason } from '../domain/outcome.js';
import { SETTLEMENT_WINDOW_SECONDS, secondsBetween } from '../domain/time.js';
import type { Market } from '../market/snapshot/market.js';
import type { CubeSpec } from '../models/model.js';

export interface Unusable {
  readonly reason: FailureReason;
  readonly message: string;
}

/** Why an instrument of the market cannot be priced; nothing when it can. */
export function unusableReason(market: Market, instrument: number): Unusable | undefined {
  const terms = market.table.instruments[instrument];
  if (terms === undefined)
    return { reason: 'UNKNOWN_INSTRUMENT', message: `No instrument ${String(instrument)}` };
  if ('expiryMs' in terms && !(terms.expiryMs > market.timeMs)) {
    const expiry = new Date(terms.expiryMs).toISOString();
    return {
      reason: 'EXPIRED_INSTRUMENT',
      message: `Expected an instrument that is still trading but ${terms.name} expired at ${expiry}`,
    };
  }
  const lacking =
    terms.kind === 'OPTION' ? lackingForOption(market, instrument) : lackingForDeltaOne(market, instrument);
  if (lacking === undefined) return undefined;
  return { reason: 'MISSING_MARKET_DATA', message: expected(lacking, terms.name, undefined) };
}

function lackingForOption({ columns }: Market, instrument: number): string | undefined {
  const expiry = columns.expiry[instrument] ?? -1;
  const forward = columns.forward[expiry] ?? NaN;
  if (!(forward > 0)) return 'a forward of its expiry';
  if (!((columns.volatility[instrument] ?? NaN) >= 0)) return 'a volatility';
  return undefined;
}

/** What a model lacks for an option that can be priced: a rate to discount at, or the part of its settlement already averaged. */
export function lackingForModel(
  { columns, timeMs }: Market,
  instrument: number,
  spec: CubeSpec,
): string | undefined {
  if (columns.kind[instrument] !== KIND.OPTION) return undefined;
  const expiry = columns.expiry[instrument] ?? -1;
  if (spec.discounted && !Number.isFinite(columns.rate[expiry] ?? NaN))
    return 'an interest rate of its expiry';
  if (spec.forward !== undefined) return undefined;
  const isInWindow = secondsBetween(timeMs, columns.expiryMs[expiry] ?? NaN) < SETTLEMENT_WINDOW_SECONDS;
  const fixed = columns.fixedForward[expiry] ?? NaN;
  return isInWindow && !(fixed >= 0) ? 'the averaged part of its settlement price (fixedForward)' : undefined;
}

function lackingForDeltaOne({ columns }: Market, instrument: number): string | undefined {
  return (columns.markPrice[instrument] ?? NaN) > 0 ? undefined : 'a mark price';
}

/** Whether the instrument is an option; the rest move one to one with their price. */
export function isOption({ columns }: Market, instrument: number): boolean {
  return columns.kind[instrument] === KIND.OPTION;
}
