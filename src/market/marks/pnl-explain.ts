/**
 * Why a value changed: Greeks times moves, cash of the day, and what they leave unexplained, always shown. Where the Taylor
 * terms leave too much, a step-wise revaluation (price, then volatility, then time) takes their place and sums exactly
 * (market-and-risk.md section 4).
 */
import { EXPLAIN_RESIDUAL_SHARE } from './conventions.js';

/** Greeks at the start of the period, of the position as a whole. */
export interface ExplainGreeks {
  readonly delta: number;
  readonly gamma: number;
  /** Per 1.00 of volatility. */
  readonly vega: number;
  readonly volga: number;
  readonly vanna: number;
  /** Per year, negative for a long option. */
  readonly theta: number;
}

export interface ExplainMoves {
  /** Change of the forward, of the volatility (fraction) and of time (years). */
  readonly forward: number;
  readonly volatility: number;
  readonly timeYears: number;
}

export interface TaylorTerms {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  readonly volga: number;
  readonly vanna: number;
  readonly theta: number;
}

/** Second order in price and volatility, first order in time. */
export function taylorTerms(
  greeks: ExplainGreeks,
  { forward, volatility, timeYears }: ExplainMoves,
): TaylorTerms {
  return {
    delta: greeks.delta * forward,
    gamma: 0.5 * greeks.gamma * forward * forward,
    vega: greeks.vega * volatility,
    volga: 0.5 * greeks.volga * volatility * volatility,
    vanna: greeks.vanna * forward * volatility,
    theta: greeks.theta * timeYears,
  };
}

/** What changed the account besides the market; gains positive. */
export interface ExplainCash {
  /** P&L of trades of the period against the closing mark. */
  readonly trades: number;
  readonly fees: number;
  readonly funding: number;
  /** Change of other currencies against this one. */
  readonly exchange: number;
}

export const NO_CASH: ExplainCash = { trades: 0, fees: 0, funding: 0, exchange: 0 };

/** Value of the opening position under other conditions; each is a full revaluation. */
export interface Revaluation {
  readonly before: number;
  /** New forward, old volatility and time. */
  readonly afterPrice: number;
  /** New forward and volatility, old time. */
  readonly afterVolatility: number;
  readonly after: number;
}

export interface StepTerms {
  readonly price: number;
  readonly volatility: number;
  readonly time: number;
}

export interface PnlExplanation {
  /** Change of value plus cash. */
  readonly actual: number;
  readonly cash: ExplainCash;
  readonly taylor: TaylorTerms;
  /** Sum of the Taylor terms and the cash. */
  readonly explained: number;
  /** actual - explained. */
  readonly residual: number;
  /** The exact decomposition, when the residual exceeds 5 % of the change and a tick. */
  readonly steps?: StepTerms;
}

/**
 * Explains a period. `revalue` is asked for the two steps in between only when the Taylor terms do not suffice; `tick` is
 * the smallest amount worth explaining.
 */
export function explainPnl(
  value: { readonly before: number; readonly after: number },
  greeks: ExplainGreeks,
  moves: ExplainMoves,
  tick: number,
  revalue: () => Pick<Revaluation, 'afterPrice' | 'afterVolatility'>,
  cash: ExplainCash = NO_CASH,
): PnlExplanation {
  const change = value.after - value.before;
  const actual = change + cashTotal(cash);
  const taylor = taylorTerms(greeks, moves);
  const { delta, gamma, vega, volga, vanna, theta } = taylor;
  const explained = delta + gamma + vega + volga + vanna + theta + cashTotal(cash);
  const residual = actual - explained;
  const explanation = { actual, cash, taylor, explained, residual };
  // Written so that a residual that is not a number asks for the steps too.
  if (Math.abs(residual) <= Math.max(EXPLAIN_RESIDUAL_SHARE * Math.abs(change), tick)) return explanation;
  return { ...explanation, steps: stepTerms({ ...value, ...revalue() }) };
}

/** Price first, then volatility, then time: the three add up to the change. */
export function stepTerms({ before, afterPrice, afterVolatility, after }: Revaluation): StepTerms {
  return {
    price: afterPrice - before,
    volatility: afterVolatility - afterPrice,
    time: after - afterVolatility,
  };
}

function cashTotal({ trades, fees, funding, exchange }: ExplainCash): number {
  return trades + fees + funding + exchange;
}
