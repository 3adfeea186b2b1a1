import { PRICE_MAX, SMILE_POINTS_MAX, VOLATILITY_MAX } from '../../limits.js';
import type { Check } from './field-checks.js';
import { checkPositive, checkRange, invalid, under } from './field-checks.js';
import type { SviSlice, VolatilityPoints, VolatilitySource } from './market-snapshot.js';
import { sviMinimumVariance } from './smile.js';

/** Above any total variance in use (1,000 % for a year is 100); a bound against overflow, not against arbitrage. */
const SVI_PARAMETER_MAX = 1e4;

/** |rho| below 1 by more than the rounding of 1 - rho^2. */
const SVI_RHO_MAX = 1 - 1e-12;

export function checkSmile(source: VolatilitySource): Check {
  switch (source.kind) {
    case 'SVI':
      return under('svi', checkSvi(source));
    case 'POINTS':
      return under('points', checkPoints(source));
  }
}

/** The domain of raw SVI: b >= 0, |rho| < 1, sigma > 0, and no negative variance anywhere. */
function checkSvi(slice: SviSlice): Check {
  return (
    checkRange(slice.a, 'a', -SVI_PARAMETER_MAX, SVI_PARAMETER_MAX) ??
    checkRange(slice.b, 'b', 0, SVI_PARAMETER_MAX) ??
    checkRange(slice.rho, 'rho', -SVI_RHO_MAX, SVI_RHO_MAX) ??
    checkRange(slice.m, 'm', -SVI_PARAMETER_MAX, SVI_PARAMETER_MAX) ??
    checkPositive(slice.sigma, 'sigma', SVI_PARAMETER_MAX) ??
    (sviMinimumVariance(slice) >= 0
      ? undefined
      : invalid(slice.a, 'a', 'a level that leaves no total variance below 0'))
  );
}

function checkPoints({ points }: VolatilityPoints): Check {
  if (points.length === 0) return invalid(undefined, 'points', 'at least one point');
  if (points.length > SMILE_POINTS_MAX)
    return {
      reason: 'LIMIT_EXCEEDED',
      field: 'points',
      message: `Expected at most ${SMILE_POINTS_MAX} points but received ${points.length}`,
    };
  let lastStrike = 0;
  for (const [index, { strike, volatility }] of points.entries()) {
    const failed =
      checkPositive(strike, 'strike', PRICE_MAX) ??
      (strike > lastStrike
        ? undefined
        : invalid(strike, 'strike', `a strike above the one before it, ${lastStrike}`)) ??
      checkPositive(volatility, 'volatility', VOLATILITY_MAX);
    if (failed) return under(`points[${index}]`, failed);
    lastStrike = strike;
  }
  return undefined;
}
