import type { Kernels } from '../../kernel/kernels.js';
import type { MarketSnapshot } from '../snapshot/market-snapshot.js';
import { calibrateSurface } from './calibration/calibrate-surface.js';
import type { Calibration, CalibrationRequest } from './calibration/calibration-types.js';
import type { ImpliedQuotes } from './calibration/implied-quotes.js';
import { impliedQuotes } from './calibration/implied-quotes.js';
import { requestFromSnapshot } from './calibration/snapshot-request.js';
import { resolveSurface } from './surface.js';
import type { Surface } from './surface.js';
import { surfaceArbitrage } from './surface-arbitrage.js';
import type { SurfaceArbitrage } from './surface-arbitrage.js';

/** One underlying of a market, calibrated. */
export interface CalibratedUnderlying {
  readonly underlying: string;
  readonly calibration: Calibration;
  /** The quotes in use, by rising expiry. */
  readonly quotes: readonly ImpliedQuotes[];
  /** Absent when no expiry has a slice. */
  readonly surface?: Surface;
  /** Of the whole surface, times between slices included. */
  readonly arbitrage?: SurfaceArbitrage;
}

/** Calibrates every underlying of a market that has options, each on its own. */
export function calibrateMarket(kernels: Kernels, snapshot: MarketSnapshot): CalibratedUnderlying[] {
  return snapshot.underlyings.flatMap(({ name }) => {
    const request = requestFromSnapshot(snapshot, name, { version: snapshot.epoch });
    if (request === undefined) return [];
    return [calibrateUnderlying(kernels, request)];
  });
}

/** Calibrates one underlying from its quotes. */
export function calibrateUnderlying(kernels: Kernels, request: CalibrationRequest): CalibratedUnderlying {
  const { underlying } = request;
  const calibration = calibrateSurface(kernels, request);
  const quotes = impliedQuotes(kernels, request);
  const resolved = resolveSurface(calibration.surface);
  if (!resolved.ok) return { underlying, calibration, quotes };
  const surface = resolved.value;
  return { underlying, calibration, quotes, surface, arbitrage: surfaceArbitrage(kernels, surface) };
}
