import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { RawSvi } from './svi.js';
import { callWingSlope, minimumVariance, putWingSlope, slope, totalVariance } from './svi.js';

/**
 * A slice in jump-wings coordinates: what a trader reads off a smile, nearly independent of time. w0 is the total variance at
 * the forward. Source: J. Gatheral, A. Jacquier, "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14(1), 2014,
 * section 3.2 (there v, psi, p, c and v tilde).
 */
export interface JumpWings {
  /** w0 / t, annualised. */
  readonly variance: number;
  /** Slope of volatility x sqrt(t) at the forward, w'(0) / (2 sqrt(w0)). */
  readonly skew: number;
  /** b (1 - rho) / sqrt(w0). */
  readonly putWing: number;
  /** b (1 + rho) / sqrt(w0). */
  readonly callWing: number;
  /** Smallest total variance / t, annualised. */
  readonly minimumVariance: number;
}

/** Fails where there is no variance at the forward, or no time to annualise it by. */
export function rawToJumpWings(slice: RawSvi, timeToExpiryYears: number): Outcome<JumpWings> {
  const w0 = totalVariance(slice, 0);
  if (!(timeToExpiryYears > 0)) return badTime(timeToExpiryYears);
  if (!(w0 > 0))
    return failure('INVALID_VALUE', 'a', expected('a positive total variance at the forward', 'a slice', w0));
  const root = Math.sqrt(w0);
  return success({
    variance: w0 / timeToExpiryYears,
    skew: slope(slice, 0) / (2 * root),
    putWing: putWingSlope(slice) / root,
    callWing: callWingSlope(slice) / root,
    minimumVariance: minimumVariance(slice) / timeToExpiryYears,
  });
}

/**
 * The raw slice with these jump wings, unless there is none or more than one.
 *
 * With m = R sin(phi), sigma = R cos(phi) and rho = sin(chi), the slope at the forward gives phi and
 * w0 - w_min = b R (1 - cos(chi - phi)) gives R, where tan((chi - phi) / 2) = (rho - sin(phi)) / (cos(chi) + cos(phi)):
 * no case is special and no digits are lost for a flat smile.
 */
export function jumpWingsToRaw(wings: JumpWings, timeToExpiryYears: number): Outcome<RawSvi> {
  const { variance, skew, putWing, callWing } = wings;
  if (!(timeToExpiryYears > 0)) return badTime(timeToExpiryYears);
  if (!(variance > 0)) return noPreimage('variance', 'a number above 0', variance);
  if (!(putWing > 0)) return noPreimage('putWing', 'a number above 0', putWing);
  if (!(callWing > 0)) return noPreimage('callWing', 'a number above 0', callWing);
  if (!(2 * skew > -putWing && 2 * skew < callWing))
    return noPreimage('skew', `a number between ${-putWing / 2} and ${callWing / 2}`, skew);
  if (!(wings.minimumVariance >= 0 && wings.minimumVariance < variance))
    return noPreimage(
      'minimumVariance',
      `a number of at least 0 and below ${variance}`,
      wings.minimumVariance,
    );
  if (skew === 0)
    return noPreimage(
      'skew',
      'another number than 0 where the smallest variance is not at the forward',
      skew,
    );

  const w0 = variance * timeToExpiryYears;
  const b = (Math.sqrt(w0) * (putWing + callWing)) / 2;
  const rho = (callWing - putWing) / (callWing + putWing);
  const cosChi = (2 * Math.sqrt(putWing * callWing)) / (putWing + callWing);
  const rhoLessSinPhi = (4 * skew) / (putWing + callWing);
  const sinPhi = rho - rhoLessSinPhi;
  const cosPhi = Math.sqrt((1 - sinPhi) * (1 + sinPhi));
  const tangent = rhoLessSinPhi / (cosChi + cosPhi);
  const oneLessCosine = (2 * tangent * tangent) / (1 + tangent * tangent);
  const radius = ((variance - wings.minimumVariance) * timeToExpiryYears) / (b * oneLessCosine);
  const sigma = radius * cosPhi;
  if (!(sigma > 0 && Number.isFinite(radius)))
    return noPreimage('skew', 'a skew that leaves the smile curved', skew);
  const a = wings.minimumVariance * timeToExpiryYears - b * sigma * cosChi;
  return success({ a, b, rho, m: radius * sinPhi, sigma });
}

function badTime(timeToExpiryYears: number): ReturnType<typeof failure> {
  return failure(
    'INVALID_VALUE',
    'timeToExpiryYears',
    expected('a number above 0', 'timeToExpiryYears', timeToExpiryYears),
  );
}

function noPreimage(field: string, what: string, value: number): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(what, field, value));
}
