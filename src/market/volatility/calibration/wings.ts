import type { SviSlice } from '../../snapshot/market-snapshot.js';
import type { RawSvi } from '../svi.js';

/** A slice as the kernels take it: p1, p2, wMin, m, s. */
export function wingsOf({ a, b, rho, m, sigma }: RawSvi): Float64Array {
  const p1 = b * (1 - rho);
  const p2 = b * (1 + rho);
  return Float64Array.of(p1, p2, a + sigma * Math.sqrt(p1 * p2), m, sigma);
}

export function rawOf(wings: Float64Array): SviSlice {
  const [p1, p2, wMin, m, s] = wings as unknown as readonly [number, number, number, number, number];
  const sum = p1 + p2;
  return { kind: 'SVI', a: wMin - s * Math.sqrt(p1 * p2), b: sum / 2, rho: (p2 - p1) / sum, m, sigma: s };
}

export function varianceOf(wings: Float64Array, k: number): number {
  const [p1, p2, wMin, m, s] = wings as unknown as readonly [number, number, number, number, number];
  const d = k - m;
  return wMin - s * Math.sqrt(p1 * p2) + ((p2 - p1) / 2) * d + ((p1 + p2) / 2) * Math.sqrt(d * d + s * s);
}

/** The smile of another time to expiry with the same volatility at each number of standard deviations. */
export function rescaled(wings: Float64Array, timeRatio: number): Float64Array {
  const root = Math.sqrt(timeRatio);
  return wings.map((value, p) => value * (p === 2 ? timeRatio : root));
}

/** A plain smile at this total variance: where nothing else says, slices are drawn to it. */
export function plainWings(atmVariance: number): Float64Array {
  const deviation = Math.sqrt(atmVariance);
  return Float64Array.of(0.6 * deviation, 0.6 * deviation, 0.8 * atmVariance, 0, 2 * deviation);
}

/** One over the square of the usual size of each parameter at this total variance; wMin is left to the quotes. */
export function plainPrecision(atmVariance: number): Float64Array {
  return Float64Array.of(1 / atmVariance, 1 / atmVariance, 0, 0.25 / atmVariance, 0.25 / atmVariance);
}
