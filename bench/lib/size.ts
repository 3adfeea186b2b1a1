/**
 * Sizes of the suites `load`, `soak` and `overload`: full, unless `MARGINCUBE_BENCH=smoke`; that shows in seconds that they work and measures
 * nothing.
 */
const IS_SMOKE = process.env.MARGINCUBE_BENCH === 'smoke';

export function sizeOf({ smoke, full }: { readonly smoke: number; readonly full: number }): number {
  return IS_SMOKE ? smoke : full;
}
