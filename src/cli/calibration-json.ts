import type { ExpiryReport } from '../market/volatility/calibration/calibration-types.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';

/**
 * `{"underlyings": [{underlying, asOf, spot, arbitrage, expiries: [...]}]}`: the fields of `ExpiryReport` with times in ISO 8601;
 * what has no number (a first slice has none before it) is absent.
 */
export function calibrationToJson(calibrated: readonly CalibratedUnderlying[]): string {
  const underlyings = calibrated.map(({ underlying, calibration, arbitrage }) => ({
    underlying,
    asOf: new Date(calibration.surface.asOfMs).toISOString(),
    spot: calibration.surface.spot,
    ...(arbitrage === undefined ? {} : { arbitrage }),
    expiries: calibration.expiries.map(expiryRecord),
  }));
  return JSON.stringify({ underlyings }, (_, value: unknown) => finiteOrAbsent(value), 2);
}

function expiryRecord({ expiryMs, ...report }: ExpiryReport): object {
  return { expiry: new Date(expiryMs).toISOString(), ...report };
}

/** JSON has no infinity and no NaN, and null would be read as a number that was lost. */
function finiteOrAbsent(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}
