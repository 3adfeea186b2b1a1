/**
 * SABR, lognormal expansion; for comparison with SVI only, because it leaves arbitrage at low strikes. Source: P. Hagan,
 * D. Kumar, A. Lesniewski, D. Woodward, "Managing smile risk", Wilmott, 2002, equation 2.17.
 */
export interface SabrParameters {
  /** > 0 */
  readonly alpha: number;
  /** In [0, 1]. */
  readonly beta: number;
  /** Volatility of volatility, >= 0. */
  readonly nu: number;
  /** In (-1, 1). */
  readonly rho: number;
}

/** Annualised lognormal volatility of one strike; forward, strike and time are > 0. */
export function sabrVolatility(
  { alpha, beta, nu, rho }: SabrParameters,
  forward: number,
  strike: number,
  timeToExpiryYears: number,
): number {
  const power = 1 - beta;
  const product = (forward * strike) ** power;
  const root = Math.sqrt(product);
  const logRatio = Math.log(forward / strike);
  const c = (power * logRatio) ** 2;
  const z = (nu / alpha) * root * logRatio;
  const drift =
    (power * power * alpha * alpha) / (24 * product) +
    (rho * beta * nu * alpha) / (4 * root) +
    ((2 - 3 * rho * rho) * nu * nu) / 24;
  const level = alpha / (root * (1 + c / 24 + (c * c) / 1920));
  return level * smileRatio(z, rho) * (1 + timeToExpiryYears * drift);
}

/**
 * z / x(z), x = ln((sqrt(1 - 2 rho z + z^2) + z - rho) / (1 - rho)); 1 at z = 0. x(z, rho) = -x(-z, -rho), so that nothing
 * cancels under the logarithm for negative z.
 */
function smileRatio(z: number, rho: number): number {
  if (z === 0) return 1;
  if (z < 0) return smileRatio(-z, -rho);
  const u = z * (z - 2 * rho);
  return z / Math.log1p((u / (Math.sqrt(1 + u) + 1) + z) / (1 - rho));
}
