/** Relative step of a central difference: the cube root of the precision, where rounding and curvature cost alike. */
const RELATIVE_STEP = Math.cbrt(Number.EPSILON);

/**
 * Central differences of a charge, for `aumannShapley` where no derivative is written down: two charges per quantity, error of
 * about 1e-10 of the charge where it is smooth. A quantity of 0 has the slope 0: its share is 0 whatever the slope.
 */
export function numericalGradient(
  charge: (quantities: Float64Array) => number,
): (quantities: Float64Array) => Float64Array {
  return (quantities) =>
    quantities.map((quantity, i) => {
      if (quantity === 0) return 0;
      const step = RELATIVE_STEP * Math.abs(quantity);
      const bumped = (by: number): number => charge(quantities.with(i, quantity + by));
      return (bumped(step) - bumped(-step)) / (2 * step);
    });
}
