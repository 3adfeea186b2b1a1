import { secondsBetween, secondsToYears } from '../../domain/time.js';
import { EXPIRIES_PER_MARKET_MAX, PRICE_MAX, VOLATILITY_MAX } from '../../limits.js';
import { checkSmile } from '../snapshot/check-smile.js';
import type { Check } from '../snapshot/field-checks.js';
import {
  checkIfPresent,
  checkName,
  checkOneOf,
  checkPositive,
  checkRange,
  checkTimeMs,
  invalid,
  under,
} from '../snapshot/field-checks.js';
import { SLICE_KINDS, SLICE_STATUSES } from './surface-slice.js';
import type { SurfaceSlice, VolatilitySurface } from './surface-slice.js';
import { minimumVariance } from './svi.js';

/** k of a quote: beyond it strikes are no prices of this underlying. */
const LOG_MONEYNESS_MAX = 50;

/** Years by which a slice's stated time may miss its expiry: one rounding, not another convention (ACT/360 misses 1.4 %). */
const TIME_TOLERANCE = 1e-9;

/** The first thing wrong with a surface, or undefined. Arbitrage is not an error of form: `surfaceArbitrage` finds it. */
export function checkSurface(surface: VolatilitySurface): Check {
  return under('surface', checkHeader(surface) ?? checkSlices(surface));
}

function checkHeader({ version, asOfMs, underlying, spot, slices }: VolatilitySurface): Check {
  if (!(Number.isSafeInteger(version) && version >= 0))
    return invalid(version, 'version', 'a whole number of at least 0');
  if (!Array.isArray(slices)) return invalid(slices, 'slices', 'a list of slices');
  if (!(slices.length >= 1 && slices.length <= EXPIRIES_PER_MARKET_MAX))
    return invalid(slices.length, 'slices', `1 to ${EXPIRIES_PER_MARKET_MAX} slices`);
  return (
    checkTimeMs(asOfMs, 'asOf') ??
    checkName(underlying, 'underlying') ??
    checkPositive(spot, 'spot', PRICE_MAX)
  );
}

function checkSlices({ slices, asOfMs }: VolatilitySurface): Check {
  let lastExpiryMs = asOfMs;
  for (const [index, slice] of slices.entries()) {
    const failed = checkSlice(slice, asOfMs, lastExpiryMs);
    if (failed) return under(`slices[${index}]`, failed);
    lastExpiryMs = slice.expiryMs;
  }
  return undefined;
}

function checkSlice(slice: SurfaceSlice, asOfMs: number, lastExpiryMs: number): Check {
  const { expiryMs, timeToExpiryYears, quotedLogMoneynessMin: min, quotedLogMoneynessMax: max } = slice;
  const years = secondsToYears(secondsBetween(asOfMs, expiryMs));
  return (
    checkTimeMs(expiryMs, 'expiry') ??
    (expiryMs > lastExpiryMs
      ? undefined
      : invalid(
          expiryMs,
          'expiry',
          `an expiry after ${lastExpiryMs}, the one before it or the surface's time`,
        )) ??
    (Math.abs(timeToExpiryYears - years) <= TIME_TOLERANCE
      ? undefined
      : invalid(timeToExpiryYears, 'timeToExpiryYears', `${years}, ACT/365 from the surface's time`)) ??
    checkPositive(slice.forward, 'forward', PRICE_MAX) ??
    checkRange(slice.forwardStandardError, 'forwardStandardError', 0, PRICE_MAX) ??
    checkOneOf(slice.kind, 'kind', SLICE_KINDS) ??
    checkOneOf(slice.status, 'status', SLICE_STATUSES) ??
    checkSmile(slice.parameters) ??
    (minimumVariance(slice.parameters) > 0
      ? undefined
      : invalid(slice.parameters.a, 'svi.a', 'a level that leaves total variance above 0 everywhere')) ??
    checkRange(min, 'quotedLogMoneynessMin', -LOG_MONEYNESS_MAX, LOG_MONEYNESS_MAX) ??
    checkRange(max, 'quotedLogMoneynessMax', min, LOG_MONEYNESS_MAX) ??
    checkIfPresent(slice.weightedRmseVolatility, () =>
      checkRange(slice.weightedRmseVolatility, 'weightedRmseVolatility', 0, VOLATILITY_MAX),
    ) ??
    checkIfPresent(slice.insideBidAskShare, () =>
      checkRange(slice.insideBidAskShare, 'insideBidAskShare', 0, 1),
    ) ??
    checkRange(slice.confidence, 'confidence', 0, VOLATILITY_MAX)
  );
}
