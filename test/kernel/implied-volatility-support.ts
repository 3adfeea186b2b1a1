import type { ImpliedVolatilityInputs } from '../../src/kernel/implied-volatility.js';
import type { Kernels } from '../../src/kernel/kernels.js';

export const EPSILON = 2 ** -52;

/** Of the attainable accuracy; the bar of the vectors. */
export const ATTAINABLE_MULTIPLE = 8;

export interface Quote {
  readonly isCall: boolean;
  readonly forward: number;
  readonly strike: number;
  readonly price: number;
  readonly timeToExpiryYears: number;
}

export function quotes(rows: readonly Quote[]): ImpliedVolatilityInputs {
  return {
    count: rows.length,
    isCall: Uint8Array.from(rows, (row) => Number(row.isCall)),
    forward: Float64Array.from(rows, (row) => row.forward),
    strike: Float64Array.from(rows, (row) => row.strike),
    price: Float64Array.from(rows, (row) => row.price),
    timeToExpiryYears: Float64Array.from(rows, (row) => row.timeToExpiryYears),
  };
}

/** In memory that held rubbish before. */
export function invert(
  kernels: Kernels,
  rows: readonly Quote[],
): { readonly volatility: Float64Array; readonly status: Uint8Array } {
  const volatility = new Float64Array(rows.length).fill(NaN);
  const status = new Uint8Array(rows.length).fill(255);
  kernels.impliedVolatility(quotes(rows), volatility, status);
  return { volatility, status };
}

/**
 * Two doubles with ln(forward / strike) = x to a relative 2e-16. For small x their difference is a whole number of units in
 * the last place, and the strike is what makes that number of units right.
 */
export function pairWithLogRatio(x: number): { forward: number; strike: number } {
  if (x === 0) return { forward: 1, strike: 1 };
  if (x > 0) {
    const { forward, strike } = pairWithLogRatio(-x);
    return { forward: strike, strike: forward };
  }
  if (x < -0.5) return { forward: Math.exp(x), strike: 1 };
  const part = -Math.expm1(x);
  const unit = 2 ** -52;
  const units = Math.round((1.4 * part) / unit);
  const strike = (units * unit) / part;
  return { forward: strike - units * unit, strike };
}

/** (1 + |b / (s b'(s))|) x 2.2e-16: the relative error that no solver in double precision can avoid. */
export function attainable(price: number, volatility: number, vega: number): number {
  return (1 + price / (volatility * vega)) * EPSILON;
}

/** 1 + b / (s b'(s)) with the price that the row states: how much its last digit moves the volatility. */
export function conditionOf(row: Quote, volatility: number): number {
  const s = volatility * Math.sqrt(row.timeToExpiryYears);
  const h = Math.log(row.forward / row.strike) / s;
  // In logarithms, since either factor may underflow.
  const logDensity = -0.5 * (h * h + 0.25 * s * s) - 0.5 * Math.log(2 * Math.PI);
  const logPrice = Math.log(row.price) - 0.5 * (Math.log(row.forward) + Math.log(row.strike));
  return 1 + Math.exp(logPrice - Math.log(s) - logDensity);
}

export function entryOf<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no entry ${String(index)}`);
  return value;
}
