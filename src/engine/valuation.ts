import { secondsBetween, secondsToYears } from '../domain/time.js';
import type { Black76Inputs, Black76Outputs, Kernels } from '../kernel/kernels.js';
import type { Market } from '../market/snapshot/market.js';
import { isOption, unusableReason } from './usable-instrument.js';

/** Value and Black Greeks of one coin of every instrument of a market, undiscounted, in quote currency. */
export interface Valuation extends Black76Outputs {
  /** 1 where the instrument can be priced; rows of the others are 0. */
  readonly usable: Uint8Array;
  readonly timeToExpiryYears: Float64Array;
  readonly inputs: Black76Inputs;
}

/** Prices every usable option with the column kernel; delta-one instruments get their price and a delta of 1. */
export function valueMarket(kernels: Kernels, market: Market): Valuation {
  const { columns, table } = market;
  const count = table.instruments.length;
  const column = (): Float64Array => new Float64Array(count);
  const usable = new Uint8Array(count);
  const inputs = {
    count,
    isCall: columns.isCall,
    // A row that is not priced stays at the money with no time: worth 0, and in every kernel's domain.
    forward: column().fill(1),
    strike: column().fill(1),
    volatility: column(),
    timeToExpiryYears: column(),
  };
  for (let i = 0; i < count; i += 1) {
    if (unusableReason(market, i) !== undefined) continue;
    usable[i] = 1;
    if (!isOption(market, i)) continue;
    const expiry = columns.expiry[i] ?? -1;
    inputs.forward[i] = columns.forward[expiry] ?? NaN;
    inputs.strike[i] = columns.strike[i] ?? NaN;
    inputs.volatility[i] = columns.volatility[i] ?? NaN;
    inputs.timeToExpiryYears[i] = secondsToYears(
      secondsBetween(market.timeMs, columns.expiryMs[expiry] ?? NaN),
    );
  }
  const outputs = {
    price: column(),
    delta: column(),
    gamma: column(),
    vega: column(),
    theta: column(),
    vanna: column(),
    volga: column(),
  };
  kernels.black76(inputs, outputs);
  for (let i = 0; i < count; i += 1) {
    if (isOption(market, i)) continue;
    outputs.price[i] = usable[i] === 1 ? (columns.markPrice[i] ?? NaN) : 0;
    outputs.delta[i] = usable[i] === 1 ? 1 : 0;
    for (const greek of [outputs.gamma, outputs.vega, outputs.theta, outputs.vanna, outputs.volga])
      greek[i] = 0;
  }
  return { ...outputs, usable, timeToExpiryYears: inputs.timeToExpiryYears, inputs };
}

/** The quoted mark of every instrument, else its value by Black, quote unit; NaN for what cannot be priced. */
export function marksOf(market: Market, { price, usable }: Valuation): Float64Array {
  const { columns } = market;
  return Float64Array.from(price, (value, i) => {
    const quoted = columns.markPrice[i] ?? NaN;
    if (Number.isFinite(quoted)) return quoted;
    if (usable[i] !== 1) return NaN;
    const isInverseOption = isOption(market, i) && columns.isInverse[i] === 1;
    return isInverseOption ? value / (columns.forward[columns.expiry[i] ?? -1] ?? NaN) : value;
  });
}
