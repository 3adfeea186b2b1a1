/** A charge divided among the quantities that cause it. */
export interface ChargeShares {
  /** One entry per quantity. */
  readonly shares: Float64Array;
  /** C(q) - C(0). */
  readonly charge: number;
  /** `charge` less the sum of the shares: the error of the quadrature, which is shown and belongs to nobody. */
  readonly remainder: number;
}

/** Midpoints on the way from no position to the whole. */
export const AUMANN_SHAPLEY_MIDPOINTS = 64;

/**
 * Shares of a charge that is not homogeneous of degree 1, by R. Aumann and L. Shapley ("Values of non-atomic games", 1974):
 * `q_i x integral over t in [0, 1] of dC/dq_i (t q)`. Equal to Euler's shares at degree 1, to Euler's over p at degree p.
 *
 * @param charge the charge of a vector of quantities
 * @param gradient its derivatives, one per quantity
 */
export function aumannShapley(
  quantities: Float64Array,
  charge: (quantities: Float64Array) => number,
  gradient: (quantities: Float64Array) => Float64Array,
): ChargeShares {
  const shares = new Float64Array(quantities.length);
  for (let k = 0; k < AUMANN_SHAPLEY_MIDPOINTS; k += 1) {
    const t = (k + 0.5) / AUMANN_SHAPLEY_MIDPOINTS;
    const slopes = gradient(quantities.map((quantity) => t * quantity));
    for (let i = 0; i < shares.length; i += 1) {
      shares[i]! += (quantities[i]! * slopes[i]!) / AUMANN_SHAPLEY_MIDPOINTS;
    }
  }
  const whole = charge(quantities) - charge(new Float64Array(quantities.length));
  return { shares, charge: whole, remainder: whole - shares.reduce((sum, share) => sum + share, 0) };
}
