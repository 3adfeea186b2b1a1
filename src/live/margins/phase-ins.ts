import type { ModelReference, ResolvedModel } from '../../models/resolved-model.js';
import {
  firstAllowances,
  isCut,
  PHASE_IN_SECONDS,
  phasedIn,
  type AccountAllowance,
} from '../../recalibration/governance/phase-in.js';
import type { KeptAllowances } from '../../recalibration/governance/phase-in-records.js';
import type { FoundMargin } from './account-margin.js';

/** Parameters that were replaced, and what accounts are still let off against those that replaced them. */
export interface PhaseIn {
  /** With how threads find it. */
  readonly replaced: { readonly reference: ModelReference; readonly model: ResolvedModel };
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Absent until the first margins under the new parameters: the books of that moment are phased in, later ones are not. */
  allowances: Map<string, AccountAllowance> | undefined;
}

/** A set that is being phased out, as it bears on one account. */
export interface AccountPhaseIn {
  readonly replaced: ResolvedModel;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** Undefined until the first margins after the change: what the book of then is let off is not known yet. */
  readonly allowance: AccountAllowance | undefined;
}

export function isOver(sinceMs: number, nowMs: number): boolean {
  return nowMs - sinceMs >= PHASE_IN_SECONDS * 1_000;
}

/** Margins under each replaced set, in the order in which they were replaced. */
export interface ReplacedMargins {
  readonly phaseIn: PhaseIn;
  readonly margins: ReadonlyMap<string, FoundMargin>;
}

/** What is enforced of every account, and the allowances that a restart could not work out again. */
export interface PhasedMargins {
  readonly enforced: ReadonlyMap<string, FoundMargin>;
  readonly kept: readonly KeptAllowances[];
}

/** Begins what has not begun, and takes the allowances of all accounts one step on. */
export function phaseInMargins(
  modelName: string,
  found: ReadonlyMap<string, FoundMargin>,
  replaced: readonly ReplacedMargins[],
  nowMs: number,
): PhasedMargins {
  const states = replaced.map(({ phaseIn, margins: olds }) => {
    const isNew = phaseIn.allowances === undefined;
    const allowances = (phaseIn.allowances ??= firstOf(found, olds));
    const kept = new Map(isNew ? allowances : []);
    return { sinceMs: phaseIn.sinceMs, olds, isNew, allowances, kept };
  });
  const enforced = new Map<string, FoundMargin>();
  for (const [accountId, margins] of found) {
    if (!margins.isMargined) continue;
    const bearing = states.flatMap((state) => {
      const allowance = state.allowances.get(accountId);
      const { sinceMs, olds } = state;
      return allowance === undefined
        ? []
        : [{ state, sinceMs, allowance, old: ifMargined(olds.get(accountId)) }];
    });
    if (bearing.length === 0) continue;
    const step = phasedIn(margins, bearing, nowMs);
    enforced.set(accountId, { ...margins, ...step.enforced });
    bearing.forEach(({ state, allowance }, at) => {
      const next = step.next[at] ?? allowance;
      state.allowances.set(accountId, next);
      if (hasToBeKept(allowance, next, (nowMs - state.sinceMs) / 1_000)) state.kept.set(accountId, next);
    });
  }
  const kept = states.flatMap(({ sinceMs, isNew, kept: allowances }) =>
    isNew || allowances.size > 0 ? [{ modelName, sinceMs, allowances }] : [],
  );
  return { enforced, kept };
}

/** What the books of this moment are let off; who is let off nothing is left out, like who comes later. */
function firstOf(
  found: ReadonlyMap<string, FoundMargin>,
  olds: ReadonlyMap<string, FoundMargin>,
): Map<string, AccountAllowance> {
  const allowances = new Map<string, AccountAllowance>();
  for (const [accountId, margins] of found) {
    const allowance = firstAllowances(ifMargined(margins), ifMargined(olds.get(accountId)));
    if (allowance.initial.now > 0 || allowance.maintenance.now > 0) allowances.set(accountId, allowance);
  }
  return allowances;
}

function ifMargined(margins: FoundMargin | undefined): FoundMargin | undefined {
  return margins?.isMargined === true ? margins : undefined;
}

/** Cut by what the account did or what prices did, and not by time alone. */
function hasToBeKept(before: AccountAllowance, next: AccountAllowance, elapsedSeconds: number): boolean {
  return (['initial', 'maintenance'] as const).some(
    (which) => next[which].now < before[which].now && isCut(next[which], elapsedSeconds),
  );
}
