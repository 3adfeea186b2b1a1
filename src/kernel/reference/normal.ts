/**
 * Standard normal distribution with full relative accuracy in the lower tail.
 *
 * Rational approximations of erfc by W. J. Cody, "Rational Chebyshev approximations for the error function",
 * Mathematics of Computation 23 (1969); relative error below 1e-15 in each of the three ranges.
 */

const SQRT_2 = Math.SQRT2;
const SQRT_PI = 1.7724538509055160273;
const SQRT_HALF_PI = 1.2533141373155002512;
const SQRT_TWO_PI = 2.5066282746310005024;
export const INV_SQRT_TWO_PI = 0.39894228040143267794;

/** erf(x)/x in x^2, for |x| <= 0.46875: numerator and denominator, highest power first. */
const ERF_P = [
  1.85777706184603153e-1, 3.1611237438705656, 1.13864154151050156e2, 3.77485237685302021e2,
  3.20937758913846947e3,
] as const;
const ERF_Q = [
  1, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3,
] as const;

/** exp(x^2) erfc(x) in x, for 0.46875 <= x <= 4. */
const ERFCX_P = [
  2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
  2.98635138197400131e2, 8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3,
  1.23033935479799725e3,
] as const;
const ERFCX_Q = [
  1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
  3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
] as const;

/** Asymptotic part in 1/x^2, for x >= 4. */
const ERFCX_TAIL_P = [
  1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
  1.60837851487422766e-2, 6.58749161529837803e-4,
] as const;
const ERFCX_TAIL_Q = [
  1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
  2.33520497626869185e-3,
] as const;

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

/** exp(x^2) erfc(x) for x >= 0. */
function scaledErfc(x: number): number {
  if (x <= 0.46875) {
    const square = x * x;
    const erf = (x * polynomial(ERF_P, square)) / polynomial(ERF_Q, square);
    return (1 - erf) * Math.exp(square);
  }
  if (x <= 4) return polynomial(ERFCX_P, x) / polynomial(ERFCX_Q, x);
  const inverseSquare = 1 / (x * x);
  const correction =
    (inverseSquare * polynomial(ERFCX_TAIL_P, inverseSquare)) / polynomial(ERFCX_TAIL_Q, inverseSquare);
  return (1 / SQRT_PI - correction) / x;
}

/**
 * exp(-z^2/2). The square is split at a multiple of 1/16 so that its rounding error, magnified by the exponential, does
 * not cost digits in the tail.
 */
export function expOfMinusHalfSquare(z: number): number {
  const head = Math.trunc(z * 16) / 16;
  return Math.exp(-0.5 * head * head) * Math.exp(-0.5 * (z - head) * (z + head));
}

/** Density of the standard normal distribution. */
export function normalPdf(z: number): number {
  return INV_SQRT_TWO_PI * expOfMinusHalfSquare(z);
}

/** N(z)/n(z), the scaled lower tail; for z > 0 it grows like exp(z^2/2) and overflows at z = 38. */
export function scaledNormalCdf(z: number): number {
  if (z <= 0) return SQRT_HALF_PI * scaledErfc(-z / SQRT_2);
  return SQRT_TWO_PI / expOfMinusHalfSquare(z) - scaledNormalCdf(-z);
}

/** Distribution function of the standard normal, relative error below 1e-15 x max(1, z^2/2) for negative z. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  return normalPdf(z) * scaledNormalCdf(z);
}
