/** Seconds without a quote that change nothing: a feed that hiccups calls nobody. */
export const QUIET_SECONDS = 5;

/** After them a confidence loses half of itself every minute (market-and-risk.md 3.2 step 9). */
export const CONFIDENCE_HALF_LIFE_SECONDS = 60;

/** A confidence score that nothing has renewed for some seconds; never above `score`. */
export function agedScore(score: number, ageSeconds: number): number {
  const quiet = Math.max(0, ageSeconds - QUIET_SECONDS);
  return score * 0.5 ** (quiet / CONFIDENCE_HALF_LIFE_SECONDS);
}
