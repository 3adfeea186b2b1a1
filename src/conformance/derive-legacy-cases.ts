import type { Check } from './case-result.js';
import type { DeriveCase, DeriveCaseMarket } from './derive-case.js';

/** Whole dollars, truncated toward zero; upstream compares after moving the value by this much. */
const TRUNCATION_SLACK = 1e-6;

interface LegacyMarket {
  readonly underlying?: string;
  readonly spot: number;
  readonly spotConfidence: number;
  readonly perps: number;
  readonly perpPrice: number;
  readonly perpConfidence: number;
  readonly unrealisedPerpPnl: number;
  readonly unrealisedFunding?: number;
  readonly unsettledFunding?: number;
  readonly base: number;
  readonly feeds: readonly {
    readonly expirySeconds: number;
    readonly forward: number;
    readonly forwardFixed?: number;
    readonly forwardVariable?: number;
    readonly forwardConfidence: number;
    readonly rate?: number;
    readonly rateConfidence?: number;
  }[];
  readonly options: readonly {
    readonly expirySeconds: number;
    readonly strike: number;
    readonly isCall: boolean;
    readonly amount: number;
    readonly vol: number;
    readonly volConfidence: number;
  }[];
}

/** A case of the first portfolio manager (one market, inline) or of the standard manager (a list of markets). */
export interface LegacyDeriveCase {
  readonly number: number;
  readonly name: string;
  readonly inputs: { readonly cash: number; readonly stable: number } & (
    LegacyMarket | { readonly markets: readonly LegacyMarket[] }
  );
  readonly expected?: Readonly<Record<string, number>>;
  readonly expectedTruncated?: { readonly IM: number; readonly MM: number };
}

export function casesOf({ name, inputs }: LegacyDeriveCase): DeriveCase {
  const markets = 'markets' in inputs ? inputs.markets : [inputs];
  return {
    name,
    cash: inputs.cash,
    stablePrice: inputs.stable,
    stableConfidence: 1,
    markets: markets.map(marketOf),
    collateral: markets
      .filter(({ base }) => base !== 0)
      .map((market) => ({
        asset: underlyingOf(market),
        amount: market.base,
        price: market.spot,
        confidence: market.spotConfidence,
      })),
  };
}

function marketOf(market: LegacyMarket): DeriveCaseMarket {
  return {
    underlying: underlyingOf(market),
    spot: market.spot,
    spotConfidence: market.spotConfidence,
    perpetuals: market.perps,
    perpetualPrice: market.perpPrice,
    perpetualConfidence: market.perpConfidence,
    unrealised: market.unrealisedPerpPnl + (market.unrealisedFunding ?? market.unsettledFunding ?? 0),
    feeds: market.feeds.map((feed) => ({
      secondsToExpiry: feed.expirySeconds,
      // The two parts need not add up to the stated forward: what settles is their sum.
      forward: (feed.forwardFixed ?? 0) + (feed.forwardVariable ?? feed.forward),
      ...(feed.forwardFixed === undefined ? {} : { fixedForward: feed.forwardFixed }),
      forwardConfidence: feed.forwardConfidence,
      ...(feed.rate === undefined ? {} : { rate: feed.rate }),
      ...(feed.rateConfidence === undefined ? {} : { rateConfidence: feed.rateConfidence }),
    })),
    options: market.options.map((option) => ({
      secondsToExpiry: option.expirySeconds,
      strike: option.strike,
      isCall: option.isCall,
      amount: option.amount,
      volatility: option.vol,
      volatilityConfidence: option.volConfidence,
    })),
  };
}

function underlyingOf({ underlying }: LegacyMarket): string {
  return underlying ?? 'ETH';
}

/** Passes when the value, moved by the slack either way, truncates to the expected whole number. */
export function truncatedCheck(quantity: string, expected: number, actual: number): Check {
  const matches = [actual - TRUNCATION_SLACK, actual, actual + TRUNCATION_SLACK].some(
    (value) => Math.trunc(value) === expected,
  );
  return { quantity: `${quantity}, truncated`, expected, actual: matches ? expected : actual, tolerance: 0 };
}
