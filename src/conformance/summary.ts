import { worstQuality, type Quality } from '../domain/report.js';
import type { CaseResult } from './case-result.js';
import { casePasses, passes } from './case-result.js';

/** How the published cases of one model went. */
export interface ConformanceSummary {
  readonly model: string;
  /** Where the published numbers stand, relative to the folder of vectors. */
  readonly source: string;
  readonly cases: number;
  readonly passed: number;
  /** Numbers compared. */
  readonly checks: number;
  /** Largest |actual - expected|, in the unit of the number; null without a comparison. */
  readonly largestAbsoluteError: number | null;
  /** Largest |actual - expected| / max(|expected|, floor of the case); null without a comparison. */
  readonly largestRelativeError: number | null;
  /** Largest |actual - expected| / tolerance: 1 is the edge of a miss; null without a comparison. */
  readonly largestShareOfTolerance: number | null;
  /** Components that the cases ran through, by how well their rules are known. */
  readonly components: ComponentCounts;
  readonly failures: readonly CaseFailure[];
}

/**
 * Different components of the reports of a model, each counted once under the worst label it got. A component counts where
 * a case charges something for it or where its label is not exact: one that is exact and 0 in every case was not tried.
 */
export type ComponentCounts = Readonly<Record<Quality, number>>;

export interface CaseFailure {
  readonly name: string;
  /** What missed and by how much, in one sentence. */
  readonly message: string;
}

/**
 * A published number that is this much smaller than the largest of its case is a difference of large numbers; its error is
 * told relative to this share of the largest, not to itself.
 */
const RELATIVE_FLOOR = 1e-6;

export function summarise(model: string, source: string, results: readonly CaseResult[]): ConformanceSummary {
  const checks = results.flatMap((result) => result.checks);
  const errors = checks.map(({ actual, expected }) => Math.abs(actual - expected));
  const relative = results.flatMap(relativeErrors);
  // An exact match of a number without tolerance uses none of it.
  const shares = checks.map(({ tolerance }, index) =>
    errors[index] === 0 ? 0 : (errors[index] ?? NaN) / tolerance,
  );
  return {
    model,
    source,
    cases: results.length,
    passed: results.filter(casePasses).length,
    checks: checks.length,
    largestAbsoluteError: largest(errors),
    largestRelativeError: largest(relative),
    largestShareOfTolerance: largest(shares),
    components: countComponents(results),
    failures: results
      .filter((result) => !casePasses(result))
      .map((result) => ({ name: result.name, message: describeMiss(result) })),
  };
}

function countComponents(results: readonly CaseResult[]): ComponentCounts {
  const labels = new Map<string, Quality>();
  for (const { name, initial, maintenance, quality } of results.flatMap(
    ({ components }) => components ?? [],
  )) {
    const wasTried = initial !== 0 || maintenance !== 0 || quality !== 'EXACT';
    if (wasTried) labels.set(name, worstQuality([labels.get(name) ?? quality, quality]));
  }
  const counts = { EXACT: 0, FITTED: 0, APPROXIMATE: 0, UNAVAILABLE: 0 } satisfies Record<Quality, number>;
  for (const quality of labels.values()) counts[quality] += 1;
  return counts;
}

function relativeErrors({ checks }: CaseResult): number[] {
  const floor = RELATIVE_FLOOR * checks.reduce((most, { expected }) => Math.max(most, Math.abs(expected)), 0);
  return checks.map(({ actual, expected }) => {
    const size = Math.max(Math.abs(expected), floor);
    return size === 0 ? Math.abs(actual - expected) : Math.abs(actual - expected) / size;
  });
}

/** NaN wins: an error that cannot be told is the largest. */
function largest(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((most, value) => (value > most || Number.isNaN(value) ? value : most));
}

function describeMiss({ checks, error }: CaseResult): string {
  if (error !== undefined) return error;
  const missed = checks.filter((check) => !passes(check));
  const [first] = missed;
  if (first === undefined) return 'nothing to compare';
  const { quantity, expected, actual, tolerance } = first;
  const more = missed.length > 1 ? ` and ${String(missed.length - 1)} more` : '';
  return `${quantity}: expected ${String(expected)}, calculated ${String(actual)}, tolerance ${String(tolerance)}${more}`;
}
