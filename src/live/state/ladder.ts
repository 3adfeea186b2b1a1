/** Steps of an account on its way down, best first (market-and-risk.md 6). */
export const MARGIN_HEALTHS = ['OK', 'RESTRICTED', 'CALL', 'LIQUIDATE', 'BACKSTOP', 'INSOLVENT'] as const;
export type MarginHealth = (typeof MARGIN_HEALTHS)[number];

/** Index into `MARGIN_HEALTHS`: what columns hold. */
export type HealthCode = number;

/** The numbers that a step is judged by, one currency. */
export interface Coverage {
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
}

/** Shares of the way from maintenance to initial margin at which a call begins and ends. */
export const CALL_BELOW = 0.25;
export const CALL_UNTIL = 0.4;
/** Multiples of maintenance margin: what ends a liquidation, and where the backstop begins and ends. */
export const LIQUIDATE_UNTIL = 1.15;
export const BACKSTOP_BELOW = 2 / 3;
export const BACKSTOP_UNTIL = 1;
/** Multiple of maintenance margin that an insolvent account must reach: a zero crossed twice is no recovery. */
export const INSOLVENT_UNTIL = 0.05;

/**
 * Equity at which each step begins (below it), and which equity leaves it for the step above (at or above it). The two differ,
 * so that an account on an edge does not change its step with every tick; steps are nested, so that every number has one.
 */
function beginsBelow(step: HealthCode, initialMargin: number, maintenanceMargin: number): number {
  switch (MARGIN_HEALTHS[step]) {
    case 'RESTRICTED':
      return initialMargin;
    case 'CALL':
      return maintenanceMargin + CALL_BELOW * Math.max(0, initialMargin - maintenanceMargin);
    case 'LIQUIDATE':
      return maintenanceMargin;
    case 'BACKSTOP':
      return BACKSTOP_BELOW * maintenanceMargin;
    case 'INSOLVENT':
      return 0;
    default:
      return Infinity;
  }
}

function leavesAt(step: HealthCode, initialMargin: number, maintenanceMargin: number): number {
  switch (MARGIN_HEALTHS[step]) {
    case 'RESTRICTED':
      return initialMargin;
    case 'CALL':
      return maintenanceMargin + CALL_UNTIL * Math.max(0, initialMargin - maintenanceMargin);
    case 'LIQUIDATE':
      return LIQUIDATE_UNTIL * maintenanceMargin;
    case 'BACKSTOP':
      return BACKSTOP_UNTIL * maintenanceMargin;
    case 'INSOLVENT':
      return INSOLVENT_UNTIL * maintenanceMargin;
    default:
      return -Infinity;
  }
}

/** The deepest step whose edge the equity is below. A book without requirement and without debt is OK. */
export function stepOf(equity: number, initialMargin: number, maintenanceMargin: number): HealthCode {
  for (let step = MARGIN_HEALTHS.length - 1; step > 0; step -= 1)
    if (equity < beginsBelow(step, initialMargin, maintenanceMargin)) return step;
  return 0;
}

/**
 * The next step of an account. Down at once, however far; up one step at a time past each exit. `isWarned` is an early warning
 * that turns RESTRICTED, and never OK, into CALL. Arguments are numbers because it is asked for every account at every epoch.
 */
export function nextStep(
  previous: HealthCode,
  equity: number,
  initialMargin: number,
  maintenanceMargin: number,
  isWarned = false,
): HealthCode {
  let step = stepOf(equity, initialMargin, maintenanceMargin);
  if (step === CODE.RESTRICTED && isWarned) step = CODE.CALL;
  let held = previous;
  while (held > step && equity >= leavesAt(held, initialMargin, maintenanceMargin)) held -= 1;
  return Math.max(held, step);
}

/** Codes by name. */
export const CODE = { OK: 0, RESTRICTED: 1, CALL: 2, LIQUIDATE: 3, BACKSTOP: 4, INSOLVENT: 5 } as const;

/**
 * The edges of `cureAmount` as a rule for trades, which move the margins too: equity at (1 + buffer) x maintenance margin and at a
 * share of the way from maintenance to initial margin.
 */
export function cureRules(step: HealthCode): { readonly buffer: number; readonly initialShare: number } {
  if (step <= CODE.RESTRICTED) return { buffer: 0, initialShare: 1 };
  return { buffer: step === CODE.CALL ? 0 : LIQUIDATE_UNTIL - 1, initialShare: CALL_UNTIL };
}

/**
 * Cash that takes an account out of its step and of every step below it, >= 0: up to initial margin while it is restricted, to
 * the end of the call, or to the end of the liquidation. Cash counts in full and moves no requirement, so this is exact.
 */
export function cureAmount(step: HealthCode, { equity, initialMargin, maintenanceMargin }: Coverage): number {
  let target = -Infinity;
  for (let below = Math.min(step, CODE.LIQUIDATE); below > 0; below -= 1) {
    if (below === CODE.RESTRICTED && step !== CODE.RESTRICTED) continue;
    target = Math.max(target, leavesAt(below, initialMargin, maintenanceMargin));
  }
  return Math.max(0, target - equity);
}
