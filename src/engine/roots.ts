/** Iterations of one refinement: Brent halves at worst every other step, and doubles have 52 bits. */
const ITERATIONS_MAX = 120;

/**
 * A root of a continuous function between `low` and `high`, where it has opposite signs, to the last bits of x (Brent 1973,
 * Algorithms for Minimization without Derivatives, ch. 4).
 */
export function brentRoot(
  f: (x: number) => number,
  low: number,
  high: number,
  atLow: number,
  atHigh: number,
): number {
  let a = low;
  let b = high;
  let fa = atLow;
  let fb = atHigh;
  let c = a;
  let fc = fa;
  let step = b - a;
  let lastStep = step;
  for (let i = 0; i < ITERATIONS_MAX; i += 1) {
    if (fb > 0 === fc > 0) {
      c = a;
      fc = fa;
      step = b - a;
      lastStep = step;
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      [a, b, c] = [b, c, b];
      [fa, fb, fc] = [fb, fc, fb];
    }
    const tolerance = 2 * Number.EPSILON * Math.abs(b);
    const half = (c - b) / 2;
    if (Math.abs(half) <= tolerance || fb === 0) return b;
    const interpolated = interpolation(a, b, c, fa, fb, fc, half);
    const isUseful =
      interpolated !== undefined &&
      Math.abs(lastStep) >= tolerance &&
      Math.abs(fa) > Math.abs(fb) &&
      Math.abs(interpolated) < Math.min(1.5 * Math.abs(half), Math.abs(lastStep) / 2);
    lastStep = isUseful ? step : half;
    step = isUseful ? interpolated : half;
    a = b;
    fa = fb;
    b += Math.abs(step) > tolerance ? step : Math.sign(half) * tolerance;
    fb = f(b);
  }
  return b;
}

/** Secant through two points or inverse quadratic through three; a step from b, undefined when it points outside. */
function interpolation(
  a: number,
  b: number,
  c: number,
  fa: number,
  fb: number,
  fc: number,
  half: number,
): number | undefined {
  const s = fb / fa;
  let p: number;
  let q: number;
  if (a === c) {
    p = 2 * half * s;
    q = 1 - s;
  } else {
    const r = fb / fc;
    const t = fa / fc;
    p = s * (2 * half * t * (t - r) - (b - a) * (r - 1));
    q = (t - 1) * (r - 1) * (s - 1);
  }
  if (p > 0) q = -q;
  p = Math.abs(p);
  const step = p / q;
  return Number.isFinite(step) && step * half > 0 ? step : undefined;
}
