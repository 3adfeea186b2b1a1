import { SCENARIO_BLOCK, scenarioStride } from './layout.js';

/** Room for the rounding of 1 - confidence at the boundary of the tail. */
const BOUNDARY_TOLERANCE = 1e-15;

/** Entries that the kernels look at for a threshold; `kSample` of `native/kernels/tail_selection.cc`. */
const SAMPLE = 512;

/**
 * Scenarios that the tail of a row touches, at least one: `n (1 - confidence)` rounded up. The last one counts in part.
 *
 * @param confidence in (0, 1)
 */
export function tailCount(scenarioCount: number, confidence: number): number {
  const touched = Math.ceil(scenarioCount * (1 - confidence - BOUNDARY_TOLERANCE));
  return Math.min(scenarioCount, Math.max(1, touched));
}

/** Entries of the workspace of `tailRisk` and `tailScenarios`, whatever the number of rows. */
export function tailWorkspaceLength(scenarioCount: number): number {
  return Math.max(scenarioStride(scenarioCount), SAMPLE) + SCENARIO_BLOCK;
}
