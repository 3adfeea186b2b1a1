/** Sums that grow while volatility is higher than it should be, and alarm (E. Page, "Continuous inspection schemes", Biometrika 41, 1954). */

/** A returned sum and whether it alarms. */
export interface CusumStep {
  readonly sum: number;
  readonly isAlarm: boolean;
}

/** S <- max(0, S + increment); above `threshold` it alarms. */
export function cusumStep(sum: number, increment: number, threshold: number): CusumStep {
  const next = Math.max(0, sum + increment);
  return { sum: next, isAlarm: next > threshold };
}

/** The plain form: (z^2 - 1)/sqrt(2) less an allowance. Its run without cause is short: 84 normal observations at .5 and 4. */
export function squareIncrement(z: number, allowance: number): number {
  return squareSurprise(z) - allowance;
}

/** (z^2 - 1)/sqrt(2): mean 0 and variance 1 for a normal z. */
export function squareSurprise(z: number): number {
  return (z * z - 1) / Math.SQRT2;
}

/** The likelihood ratio against a volatility `delta` times as high, under a Student t of unit variance (market-and-risk.md 7.2). */
export interface RatioTest {
  /** Degrees of freedom of standardised returns, > 2. */
  readonly degreesOfFreedom: number;
  /** Multiple of volatility that it looks for, > 1. */
  readonly delta: number;
  /** Alarm above it; set by simulated runs for the law in use, see `run-length.ts`. */
  readonly threshold: number;
}

/** Run without cause 21,400 observations; 25 observations to the alarm at twice the volatility, 14 at three times. */
export const HOUSE_RATIO_TEST: RatioTest = { degreesOfFreedom: 4, delta: 1.5, threshold: 7 };

/** ln f(z/delta) - ln delta - ln f(z), f a Student t scaled to unit variance. */
export function ratioIncrement(z: number, { degreesOfFreedom, delta }: RatioTest): number {
  const square = (z * z) / (degreesOfFreedom - 2);
  const shape = (degreesOfFreedom + 1) / 2;
  return shape * (Math.log1p(square) - Math.log1p(square / (delta * delta))) - Math.log(delta);
}
