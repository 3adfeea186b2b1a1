import { numberToAmount } from '../domain/money.js';
import type { Portfolio, Position } from '../domain/portfolio.js';
import { MILLISECONDS_PER_SECOND } from '../domain/time.js';
import type { ExpiryQuote, InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';

/** The published cases of Derive state seconds to expiry; any fixed time will do. */
const NOW_MS = Date.UTC(2025, 0, 1);
const WINDOW_SECONDS = 1_800;
const AMOUNT_DECIMALS = 18;
export const CASH_ASSET = 'USDC';

/** What the case files of Derive's three managers have in common. */
export interface DeriveCase {
  readonly name: string;
  readonly cash: number;
  readonly stablePrice: number;
  readonly stableConfidence: number;
  readonly markets: readonly DeriveCaseMarket[];
  readonly collateral: readonly DeriveCaseCollateral[];
}

export interface DeriveCaseMarket {
  readonly underlying: string;
  readonly spot: number;
  readonly spotConfidence: number;
  readonly perpetuals: number;
  readonly perpetualPrice: number;
  readonly perpetualConfidence: number;
  /** Unrealised P&L and unsettled funding. */
  readonly unrealised: number;
  readonly feeds: readonly DeriveCaseFeed[];
  readonly options: readonly DeriveCaseOption[];
}

export interface DeriveCaseFeed {
  readonly secondsToExpiry: number;
  readonly forward: number;
  /** Stated by some cases; otherwise the share of the settlement window that has passed. */
  readonly fixedForward?: number;
  readonly forwardConfidence: number;
  readonly rate?: number;
  readonly rateConfidence?: number;
}

export interface DeriveCaseOption {
  readonly secondsToExpiry: number;
  readonly strike: number;
  readonly isCall: boolean;
  readonly amount: number;
  readonly volatility: number;
  readonly volatilityConfidence: number;
}

export interface DeriveCaseCollateral {
  readonly asset: string;
  readonly amount: number;
  readonly price: number;
  readonly confidence: number;
}

export function snapshotOf(published: DeriveCase): MarketSnapshot {
  return {
    epoch: 0,
    timeMs: NOW_MS,
    venue: 'derive',
    underlyings: published.markets.map(({ underlying, spot, spotConfidence }) => ({
      name: underlying,
      indexPrice: spot,
      confidence: spotConfidence,
    })),
    assets: [
      { asset: CASH_ASSET, priceUsd: published.stablePrice, confidence: published.stableConfidence },
      ...published.collateral.map(({ asset, price, confidence }) => ({ asset, priceUsd: price, confidence })),
    ],
    expiries: published.markets.flatMap((market) => market.feeds.map((feed) => expiryQuote(market, feed))),
    instruments: published.markets.flatMap(instrumentsOf),
  };
}

function expiryQuote({ underlying }: DeriveCaseMarket, feed: DeriveCaseFeed): ExpiryQuote {
  const passed = Math.max(0, WINDOW_SECONDS - feed.secondsToExpiry) / WINDOW_SECONDS;
  const fixedForward = feed.fixedForward ?? feed.forward * passed;
  return {
    underlying,
    expiryMs: expiryMs(feed.secondsToExpiry),
    forward: feed.forward,
    ...(passed > 0 ? { fixedForward } : {}),
    forwardConfidence: feed.forwardConfidence,
    ...(feed.rate === undefined ? {} : { rate: feed.rate }),
    ...(feed.rateConfidence === undefined ? {} : { rateConfidence: feed.rateConfidence }),
  };
}

function instrumentsOf(market: DeriveCaseMarket): InstrumentQuote[] {
  const common = {
    underlying: market.underlying,
    settlement: 'LINEAR',
    settlementCurrency: CASH_ASSET,
    contractSize: 1,
  } as const;
  const options = market.options.map((option, index): InstrumentQuote => ({
    instrument: {
      ...common,
      name: optionName(market, index),
      kind: 'OPTION',
      expiryMs: expiryMs(option.secondsToExpiry),
      strike: option.strike,
      optionType: option.isCall ? 'CALL' : 'PUT',
    },
    markVolatility: option.volatility,
    volatilityConfidence: option.volatilityConfidence,
  }));
  if (market.perpetuals === 0) return options;
  const perpetual: InstrumentQuote = {
    instrument: { ...common, name: perpetualName(market), kind: 'PERPETUAL' },
    markPrice: market.perpetualPrice,
    priceConfidence: market.perpetualConfidence,
  };
  return [...options, perpetual];
}

export function portfolioOf(published: DeriveCase): Portfolio {
  return {
    accountId: published.name.slice(0, 100),
    positions: published.markets.flatMap(positionsOf),
    balances: [
      numberToAmount(CASH_ASSET, published.cash, AMOUNT_DECIMALS),
      ...published.collateral.map(({ asset, amount }) => numberToAmount(asset, amount, AMOUNT_DECIMALS)),
    ],
    openOrders: [],
    mmpGroups: [],
  };
}

function positionsOf(market: DeriveCaseMarket): Position[] {
  const options = market.options.map((option, index) => ({
    instrument: optionName(market, index),
    quantity: option.amount,
  }));
  if (market.perpetuals === 0) return options;
  const perpetual = {
    instrument: perpetualName(market),
    quantity: market.perpetuals,
    unrealisedPnl: market.unrealised,
  };
  return [...options, perpetual];
}

/** A case may hold one strike twice; names by place keep them apart. */
function optionName({ underlying }: DeriveCaseMarket, index: number): string {
  return `${underlying}-OPTION-${String(index)}`;
}

function perpetualName({ underlying }: DeriveCaseMarket): string {
  return `${underlying}-PERP`;
}

function expiryMs(secondsToExpiry: number): number {
  return NOW_MS + secondsToExpiry * MILLISECONDS_PER_SECOND;
}
