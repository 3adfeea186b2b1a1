import type { MarginComponent } from '../domain/report.js';

/** One published number against ours. */
export interface Check {
  /** What is compared, e.g. `initial margin`, `scenario 3`. */
  readonly quantity: string;
  readonly expected: number;
  readonly actual: number;
  /** Largest |actual - expected| that passes. */
  readonly tolerance: number;
}

/** One published case of a model. */
export interface CaseResult {
  readonly name: string;
  readonly source: string;
  readonly checks: readonly Check[];
  /** Parts of the margin that was calculated for it; absent for a case that margins nothing, e.g. of a formula alone. */
  readonly components?: readonly MarginComponent[];
  /** Why there is nothing to compare; such a case has failed. */
  readonly error?: string;
}

/** NaN fails. */
export function passes(check: Check): boolean {
  return Math.abs(check.actual - check.expected) <= check.tolerance;
}

export function casePasses(result: CaseResult): boolean {
  return result.error === undefined && result.checks.length > 0 && result.checks.every(passes);
}
