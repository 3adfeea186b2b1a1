import type { Instrument } from '../../domain/instrument.js';
import type { VolatilitySource } from '../snapshot/market-snapshot.js';

/** One piece of market data as a source sends it. Absent fields keep their value. */
export type MarketUpdate =
  | IndexUpdate
  | AssetUpdate
  | QuoteUpdate
  | DepthUpdate
  | TradeUpdate
  | OpenInterestUpdate
  | VolumeUpdate
  | FundingUpdate
  | ExpiryUpdate
  | { readonly kind: 'LISTING'; readonly timeMs: number; readonly instrument: Instrument };

interface Stamped {
  /** When the source saw it, milliseconds since 1970. */
  readonly timeMs: number;
}

/** Price of an underlying on one exchange, US dollars. */
export interface IndexUpdate extends Stamped {
  readonly kind: 'INDEX';
  readonly underlying: string;
  readonly exchange: string;
  readonly price: number;
  /** Half-width that the source states. */
  readonly confidence?: number;
  /** Ed25519 over the oracle's quote message; required from a source with a key. */
  readonly signature?: Uint8Array;
}

/** Price of a collateral asset at the source of the request, US dollars. */
export interface AssetUpdate extends Stamped {
  readonly kind: 'ASSET';
  readonly asset: string;
  readonly price: number;
  readonly signature?: Uint8Array;
}

/** Quote unit of the instrument. */
export interface QuoteUpdate extends Stamped {
  readonly kind: 'QUOTE';
  readonly instrument: string;
  readonly bidPrice?: number;
  readonly askPrice?: number;
  readonly markPrice?: number;
  readonly markVolatility?: number;
  readonly clearsBid?: boolean;
  readonly clearsAsk?: boolean;
}

export interface DepthLevel {
  readonly price: number;
  /** Contracts; 0 removes the level. */
  readonly quantity: number;
}

export interface DepthUpdate extends Stamped {
  readonly kind: 'DEPTH';
  readonly instrument: string;
  /** The levels are the whole book. */
  readonly isSnapshot: boolean;
  readonly bids: readonly DepthLevel[];
  readonly asks: readonly DepthLevel[];
}

/** What sources last stated of trading in an instrument, contracts; absent where none did. */
export interface TradingActivity {
  readonly openInterestContracts?: number;
  /** Of the last 24 hours. */
  readonly dailyVolumeContracts?: number;
}

/** One side of a book, best level first. */
export interface DepthSide {
  /** Quote unit of the instrument. */
  readonly prices: readonly number[];
  /** Contracts, > 0. */
  readonly sizes: readonly number[];
}

export interface VisibleDepth {
  readonly bids: DepthSide;
  readonly asks: DepthSide;
}

export interface TradeUpdate extends Stamped {
  readonly kind: 'TRADE';
  readonly instrument: string;
  readonly tradeId: string;
  readonly price: number;
  readonly quantity: number;
}

export interface OpenInterestUpdate extends Stamped {
  readonly kind: 'OPEN_INTEREST';
  readonly instrument: string;
  readonly contracts: number;
}

export interface VolumeUpdate extends Stamped {
  readonly kind: 'VOLUME';
  readonly instrument: string;
  readonly contracts: number;
  readonly notionalUsd?: number;
}

export interface FundingUpdate extends Stamped {
  readonly kind: 'FUNDING';
  readonly instrument: string;
  /** Fraction of notional per interval. */
  readonly rate: number;
  readonly intervalMs: number;
}

export interface ExpiryUpdate extends Stamped {
  readonly kind: 'EXPIRY';
  readonly underlying: string;
  readonly expiryMs: number;
  readonly forward: number;
  readonly fixedForward?: number;
  readonly forwardConfidence: number;
  readonly rate?: number;
  readonly rateConfidence?: number;
  readonly volatility?: VolatilitySource;
  readonly volatilityConfidence?: number;
}

/** Why an update was not taken, besides the refusals of an oracle. */
export type UpdateRefusal =
  | 'UNKNOWN_INSTRUMENT'
  | 'UNKNOWN_UNDERLYING'
  | 'UNKNOWN_ASSET'
  | 'EXPIRED_INSTRUMENT'
  | 'INVALID_VALUE'
  | 'CROSSED'
  | 'OUT_OF_BAND'
  | 'FROM_THE_FUTURE'
  | 'CLOCK_BACK'
  | 'DUPLICATE'
  | 'LIMIT_EXCEEDED';

export interface Refusal {
  /** UPPER_SNAKE. */
  readonly reason: string;
  /** Field below the update, e.g. `bidPrice`; empty for the update as a whole. */
  readonly field: string;
  readonly message: string;
}

export function refusal(reason: UpdateRefusal, field: string, message: string): Refusal {
  return { reason, field, message };
}
