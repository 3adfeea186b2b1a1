import { essviFromWings, essviToRaw } from '../../../src/market/volatility/essvi.js';
import type { SurfaceSlice, VolatilitySurface } from '../../../src/market/volatility/surface-slice.js';
import type { RawSvi } from '../../../src/market/volatility/svi.js';

const YEAR_MS = 365 * 86_400_000;
export const AS_OF_MS = Date.UTC(2026, 2, 6, 12);

export function sampleSlice(
  days: number,
  parameters: RawSvi,
  change: Partial<SurfaceSlice> = {},
): SurfaceSlice {
  const expiryMs = AS_OF_MS + days * 86_400_000;
  return {
    expiryMs,
    timeToExpiryYears: (expiryMs - AS_OF_MS) / YEAR_MS,
    forward: 60_000 * Math.exp((0.05 * days) / 365),
    forwardStandardError: 3,
    kind: 'SVI',
    parameters: { kind: 'SVI', ...parameters },
    quotedLogMoneynessMin: -0.3,
    quotedLogMoneynessMax: 0.35,
    weightedRmseVolatility: 0.002,
    insideBidAskShare: 0.97,
    confidence: 0.006,
    status: 'ACCEPTED',
    ...change,
  };
}

/** Three SVI slices of a calm market, free of arbitrage. */
export function sampleSurface(change: Partial<VolatilitySurface> = {}): VolatilitySurface {
  return {
    version: 7,
    asOfMs: AS_OF_MS,
    underlying: 'BTC',
    spot: 60_000,
    slices: [
      sampleSlice(7, { a: 0.002, b: 0.02, rho: -0.2, m: 0.01, sigma: 0.08 }),
      sampleSlice(35, { a: 0.01, b: 0.06, rho: -0.25, m: 0.02, sigma: 0.15 }, { confidence: 0.01 }),
      sampleSlice(182, { a: 0.05, b: 0.15, rho: -0.2, m: 0.05, sigma: 0.4 }),
    ],
    ...change,
  };
}

/** Two eSSVI slices between which psi / theta falls. */
export function sampleEssviSurface(): VolatilitySurface {
  const slice = (days: number, theta: number, callWing: number, putWing: number): SurfaceSlice =>
    sampleSlice(days, essviToRaw(essviFromWings({ theta, callWing, putWing })), { kind: 'ESSVI' });
  return sampleSurface({ slices: [slice(7, 0.007, 0.05, 0.08), slice(35, 0.035, 0.15, 0.2)] });
}
