import {
  firstAllowance,
  nextAllowance,
  NO_ALLOWANCE,
  PHASE_IN_SECONDS,
  type Allowance,
} from '../../recalibration/governance/phase-in.js';
import type { ModelReference } from '../../models/resolved-model.js';
import type { FoundMargin } from './account-margin.js';

interface AccountAllowance {
  initial: Allowance;
  maintenance: Allowance;
}

/** Parameters that were replaced, and what accounts are still let off against those that replaced them. */
export interface PhaseIn {
  readonly replaced: ModelReference;
  readonly sinceMs: number;
  /** Absent until the first margins under the new parameters: the books of that moment are phased in, later ones are not. */
  allowances: Map<string, AccountAllowance> | undefined;
}

export function isOver({ sinceMs }: PhaseIn, nowMs: number): boolean {
  return nowMs - sinceMs >= PHASE_IN_SECONDS * 1_000;
}

/** Margins under each replaced set, in the order in which they were replaced. */
export interface ReplacedMargins {
  readonly phaseIn: PhaseIn;
  readonly margins: ReadonlyMap<string, FoundMargin>;
}

/** Steps every allowance of an account and gives what is enforced: never more than the new parameters ask, never less than any old ones. */
export function phasedIn(
  accountId: string,
  found: FoundMargin,
  replaced: readonly ReplacedMargins[],
  nowMs: number,
): FoundMargin {
  if (!found.isMargined || replaced.length === 0) return found;
  let [initial, maintenance] = [0, 0];
  let [initialMost, maintenanceMost] = [0, 0];
  for (const { phaseIn, margins } of replaced) {
    const old = margins.get(accountId);
    const isKnown = old?.isMargined === true;
    const oldInitial = isKnown ? old.initialMargin : Infinity;
    const oldMaintenance = isKnown ? old.maintenanceMargin : Infinity;
    const elapsedSeconds = (nowMs - phaseIn.sinceMs) / 1_000;
    const allowance = phaseIn.allowances?.get(accountId);
    if (allowance === undefined) continue;
    const step = (before: Allowance, asked: number, askedOld: number): Allowance =>
      nextAllowance(before, asked, askedOld, elapsedSeconds);
    allowance.initial = step(allowance.initial, found.initialMargin, oldInitial);
    allowance.maintenance = step(allowance.maintenance, found.maintenanceMargin, oldMaintenance);
    initial += allowance.initial.now;
    maintenance += allowance.maintenance.now;
    initialMost = Math.max(initialMost, found.initialMargin - oldInitial);
    maintenanceMost = Math.max(maintenanceMost, found.maintenanceMargin - oldMaintenance);
  }
  const maintenanceMargin = found.maintenanceMargin - Math.min(maintenance, maintenanceMost);
  const initialMargin = found.initialMargin - Math.min(initial, initialMost);
  return { ...found, maintenanceMargin, initialMargin: Math.max(initialMargin, maintenanceMargin) };
}

/** What the books of this moment are let off; called once per phase-in, with all accounts under both sets. */
export function beginPhaseIn(
  phaseIn: PhaseIn,
  found: ReadonlyMap<string, FoundMargin>,
  old: ReadonlyMap<string, FoundMargin>,
): void {
  phaseIn.allowances = new Map(
    [...found].map(([accountId, margins]) => {
      const before = old.get(accountId);
      const isKnown = margins.isMargined && before?.isMargined === true;
      const first = (asked: number, askedOld: number): Allowance =>
        isKnown ? firstAllowance(asked, askedOld) : NO_ALLOWANCE;
      return [
        accountId,
        {
          initial: first(margins.initialMargin, before?.initialMargin ?? NaN),
          maintenance: first(margins.maintenanceMargin, before?.maintenanceMargin ?? NaN),
        },
      ];
    }),
  );
}
