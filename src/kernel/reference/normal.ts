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

/** Wichura's three ranges: numerator and denominator, highest power first. */
const CENTRE_P = [
  2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
  1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
] as const;
const CENTRE_Q = [
  5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
  5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
] as const;
const SHOULDER_P = [
  7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
] as const;
const SHOULDER_Q = [
  1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
  6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
] as const;
const TAIL_P = [
  2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3, 2.6532189526576123093e-2,
  2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
] as const;
const TAIL_Q = [
  2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
] as const;

/**
 * Inverse of the distribution function for 0 < p < 1, relative error below 1e-15. M. J. Wichura, "Algorithm AS 241: the
 * percentage points of the normal distribution", Applied Statistics 37 (1988).
 */
export function normalQuantile(p: number): number {
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) <= 0.425) {
    const r = 0.180625 - fromCentre * fromCentre;
    return (fromCentre * polynomial(CENTRE_P, r)) / polynomial(CENTRE_Q, r);
  }
  const depth = Math.sqrt(-Math.log(fromCentre < 0 ? p : 1 - p));
  const size =
    depth <= 5
      ? polynomial(SHOULDER_P, depth - 1.6) / polynomial(SHOULDER_Q, depth - 1.6)
      : polynomial(TAIL_P, depth - 5) / polynomial(TAIL_Q, depth - 5);
  return fromCentre < 0 ? -size : size;
}
