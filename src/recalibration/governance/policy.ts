import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { boundedMove, checkRecord, type ParameterRecord } from './parameter-record.js';
import type { ParameterChange } from './parameter-events.js';

/** How parameters may be changed by people. */
export interface GovernancePolicy {
  /** Different identities that must approve; who proposed is not one of them. */
  readonly approvalsRequired: number;
  /** From proposal to effect at the least, and between two moves of one number. */
  readonly minDelayMs: number;
  /** A proposal that is not in force by then runs out. */
  readonly expiryMs: number;
  /** An override of the gate runs out. */
  readonly overrideExpiryMs: number;
  /** From effect to review: the phase-in is over. */
  readonly reviewAfterMs: number;
  readonly maxRelativeChange: number;
  readonly deadband: number;
  /** Multiples of the named set's number that no move may leave; beyond them it is another named set. */
  readonly rangeMultiple: number;
  /** Equity newly called as a share of all above which the gate holds. */
  readonly newlyCalledEquityShareMax: number;
  /** Limits of single numbers by their path; legal floors among them. */
  readonly limits: Readonly<Record<string, { readonly lo: number; readonly hi: number }>>;
}

const HOUR_MS = 3_600_000;

/** market-and-risk.md 7 and 11. */
export const HOUSE_POLICY: GovernancePolicy = {
  approvalsRequired: 2,
  minDelayMs: HOUR_MS,
  expiryMs: 7 * 24 * HOUR_MS,
  overrideExpiryMs: 24 * HOUR_MS,
  reviewAfterMs: 4 * HOUR_MS,
  maxRelativeChange: 0.2,
  deadband: 0.02,
  rangeMultiple: 5,
  newlyCalledEquityShareMax: 0.01,
  limits: {},
};

/** Refuses limits that contradict themselves; failures name their field. */
export function checkPolicy(policy: GovernancePolicy): Outcome<GovernancePolicy> {
  for (const [id, { lo, hi }] of Object.entries(policy.limits))
    if (!(lo <= hi)) {
      const field = `limits.${id}.lo`;
      return failure('INVALID_PARAMETER', field, expected(`a number <= hi, ${String(hi)},`, field, lo));
    }
  return success(policy);
}

/** Parameters on both sides of a change. */
export interface ParameterTrees {
  /** The named set as it was published. */
  readonly published: unknown;
  readonly current: unknown;
  readonly proposed: unknown;
}

/**
 * The numbers that a proposal changes, each checked as a move of its own; what is no number belongs to a named set and may not
 * change. Failures name the path below `parameters`.
 *
 * @param movedAtMs when each number moved last, by path
 */
export function governedChanges(
  { published, current, proposed }: ParameterTrees,
  movedAtMs: Readonly<Record<string, number>>,
  effectiveAtMs: number,
  policy: GovernancePolicy,
): Outcome<readonly ParameterChange[]> {
  const origin = leavesOf(published);
  const before = leavesOf(current);
  const after = leavesOf(proposed);
  const changes: ParameterChange[] = [];
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const [from, to] = [before.get(id), after.get(id)];
    if (Object.is(from, to)) continue;
    const field = `parameters.${id}`;
    if (typeof from !== 'number' || typeof to !== 'number') {
      const what = `the value in force, ${String(from)}: only numbers move, all else is another named set,`;
      return failure('UNSUPPORTED', field, expected(what, field, to));
    }
    const base = origin.get(id);
    const moved = movedAtMs[id] ?? -policy.minDelayMs;
    const refused = refuseMove(field, { id, from, to }, typeof base === 'number' ? base : from, moved, {
      effectiveAtMs,
      policy,
    });
    if (refused !== undefined) return refused;
    changes.push({ id, from, to });
  }
  if (changes.length > 0) return success(changes);
  return failure('INVALID_VALUE', 'parameters', 'Expected a change but these parameters are in force');
}

function refuseMove(
  field: string,
  { id, from, to }: ParameterChange,
  base: number,
  movedAtMs: number,
  { effectiveAtMs, policy }: { readonly effectiveAtMs: number; readonly policy: GovernancePolicy },
): Outcome<never> | undefined {
  const record = recordOf(id, from, base, policy);
  const checked = checkRecord(record);
  if (!checked.ok) return checked;
  const start = { value: from, lastMoveSeconds: movedAtMs / 1_000 };
  const move = boundedMove(start, to, effectiveAtMs / 1_000, record);
  if (!move.ok) return failure(move.failure.reason, field, move.failure.message);
  if (move.value.reason === 'applied') return undefined;
  const reach = Math.abs(from) * record.maxRelativeChange;
  const least = Math.max(record.lo, from - reach);
  const most = Math.min(record.hi, from + reach);
  const what = {
    clamped: `a number in [${String(least)}, ${String(most)}]`,
    deadband: `a change of at least ${String(100 * record.deadband)} %`,
    tooSoon: `a move at least ${String(record.minDelaySeconds)} s after the last`,
  }[move.value.reason];
  return failure('INVALID_PARAMETER', field, expected(what, field, to));
}

function recordOf(id: string, value: number, base: number, policy: GovernancePolicy): ParameterRecord {
  const { rangeMultiple, maxRelativeChange, minDelayMs, deadband } = policy;
  const edges = [base * rangeMultiple, base / rangeMultiple] as const;
  const { lo, hi } = policy.limits[id] ?? { lo: Math.min(...edges), hi: Math.max(...edges) };
  return {
    ...{ id, value, lo, hi, maxRelativeChange, deadband },
    minDelaySeconds: minDelayMs / 1_000,
    source: 'in force',
    approvedBy: [],
    effectiveAtSeconds: 0,
  };
}

/** Every value that is no object or list, by its path; the parts of a list are numbered. */
export function leavesOf(tree: unknown): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (value: unknown, path: string): void => {
    if (value === null || typeof value !== 'object') {
      leaves.set(path, value);
      return;
    }
    for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(tree, '');
  return leaves;
}
