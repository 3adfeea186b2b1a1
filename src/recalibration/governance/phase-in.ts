/**
 * New parameters ask more of old books little by little, and of new risk at once (market-and-risk.md 7.3):
 * requirement = R_new(P_t) - D_t, D_0 = max(0, R_new - R_old)(P_0), D_t = min(D_(t-), D_0 (1 - t/T), max(0, R_new - R_old)(P_t)).
 * The last of the three is rounded down to a 64th of D_0, so that what is left can be kept with few writes.
 */

/** What an account must hold under one set of parameters, currency of its margins. */
export interface Requirements {
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** What an account is still let off, currency of its margins. */
export interface Allowance {
  /** At the moment at which the parameters came into force. */
  readonly initial: number;
  readonly now: number;
}

/** What an account is still let off of both of its requirements. */
export interface AccountAllowance {
  readonly initial: Allowance;
  readonly maintenance: Allowance;
}

/** Time over which it decays to nothing. */
export const PHASE_IN_SECONDS = 4 * 3_600;

/** Parts of the first allowance that a cut of it is rounded down to. */
const CUT_STEPS = 64;

export const NO_ALLOWANCE: Allowance = { initial: 0, now: 0 };

/** The difference that an account may be let off; nothing where a requirement is no number. */
function difference(requirementNew: number, requirementOld: number): number {
  const more = requirementNew - requirementOld;
  return more > 0 && more < Infinity ? more : 0;
}

export function firstAllowance(requirementNew: number, requirementOld: number): Allowance {
  const initial = difference(requirementNew, requirementOld);
  return { initial, now: initial };
}

/** Never more than before, so that risk added later pays in full at once; nothing once the coverage test is red. */
export function nextAllowance(
  allowance: Allowance,
  requirementNew: number,
  requirementOld: number,
  elapsedSeconds: number,
  isCoverageRed = false,
): Allowance {
  if (isCoverageRed) return { ...allowance, now: 0 };
  const most = cutTo(difference(requirementNew, requirementOld), allowance.initial);
  return { ...allowance, now: Math.min(allowance.now, decayed(allowance, elapsedSeconds), most) };
}

/** Whether it is below what time alone has left of it: then it has to be kept, because nobody can work it out again. */
export function isCut(allowance: Allowance, elapsedSeconds: number): boolean {
  return allowance.now < decayed(allowance, elapsedSeconds);
}

function decayed({ initial }: Allowance, elapsedSeconds: number): number {
  return initial * Math.max(0, 1 - Math.max(0, elapsedSeconds) / PHASE_IN_SECONDS);
}

function cutTo(most: number, initial: number): number {
  if (most >= initial) return initial;
  return Math.min(most, (Math.floor((most / initial) * CUT_STEPS) / CUT_STEPS) * initial);
}

/** A replaced set as it bears on one account. */
export interface LetOff {
  /** When it was replaced, milliseconds since 1970. */
  readonly sinceMs: number;
  readonly allowance: AccountAllowance;
  /** What it would ask now; undefined where it gives no margin. */
  readonly old: Requirements | undefined;
}

/**
 * What is enforced while sets are phased out, and every allowance after this moment, in their order. Several sets add up what they
 * let off, but never below the requirement of the lowest of them.
 */
export function phasedIn(
  asked: Requirements,
  replaced: readonly LetOff[],
  nowMs: number,
): { readonly enforced: Requirements; readonly next: readonly AccountAllowance[] } {
  let [initial, maintenance, initialMost, maintenanceMost] = [0, 0, 0, 0];
  const next = replaced.map(({ sinceMs, allowance, old }) => {
    const elapsedSeconds = (nowMs - sinceMs) / 1_000;
    const oldInitial = old?.initialMargin ?? Infinity;
    const oldMaintenance = old?.maintenanceMargin ?? Infinity;
    const left: AccountAllowance = {
      initial: nextAllowance(allowance.initial, asked.initialMargin, oldInitial, elapsedSeconds),
      maintenance: nextAllowance(
        allowance.maintenance,
        asked.maintenanceMargin,
        oldMaintenance,
        elapsedSeconds,
      ),
    };
    initial += left.initial.now;
    maintenance += left.maintenance.now;
    initialMost = Math.max(initialMost, asked.initialMargin - oldInitial);
    maintenanceMost = Math.max(maintenanceMost, asked.maintenanceMargin - oldMaintenance);
    return left;
  });
  const maintenanceMargin = asked.maintenanceMargin - Math.min(maintenance, maintenanceMost);
  const initialMargin = asked.initialMargin - Math.min(initial, initialMost);
  return {
    enforced: { initialMargin: Math.max(initialMargin, maintenanceMargin), maintenanceMargin },
    next,
  };
}

/** What a book is let off that is there when a set is replaced; nothing where one of the two gives no margin. */
export function firstAllowances(
  asked: Requirements | undefined,
  old: Requirements | undefined,
): AccountAllowance {
  if (asked === undefined || old === undefined) return { initial: NO_ALLOWANCE, maintenance: NO_ALLOWANCE };
  return {
    initial: firstAllowance(asked.initialMargin, old.initialMargin),
    maintenance: firstAllowance(asked.maintenanceMargin, old.maintenanceMargin),
  };
}
