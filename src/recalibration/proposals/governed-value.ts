/** One parameter that follows a signal: tools against procyclicality on top of the estimate, then a bounded move. */
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { asymmetricMove, type Move, type MoveLimits } from '../governance/parameter-record.js';
import {
  firstBuffered,
  floored,
  HOUSE_BUFFER,
  nextBuffered,
  PLAIN_BUFFER,
  stressMixture,
} from '../procyclicality/buffer.js';
import type { Regime } from '../regime/regime.js';

/** What stands on top of the estimate; none of it for a parameter that follows its signal alone. */
export interface ProcyclicalityTools {
  /** Deviation of the stressed observations, and their weight. */
  readonly stressed: number;
  readonly stressWeight: number;
  /** What a long record asks for. */
  readonly floor: number;
}

/** A governed parameter as it stands; replaced by every step. */
export interface GovernedValue {
  readonly value: number;
  readonly lastMoveSeconds: number;
  /** The buffered estimate; absent without tools. */
  readonly held?: number;
  readonly lastStepSeconds: number;
}

export function firstGovernedValue(
  estimate: number,
  timeSeconds: number,
  limits: MoveLimits,
  tools?: ProcyclicalityTools,
): GovernedValue {
  const start = { lastMoveSeconds: timeSeconds, lastStepSeconds: timeSeconds };
  const within = (value: number): number => Math.min(limits.hi, Math.max(limits.lo, value));
  if (tools === undefined) return { ...start, value: within(estimate) };
  const held = firstBuffered(mixed(estimate, tools), HOUSE_BUFFER);
  return { ...start, value: within(floored(held, tools.floor)), held };
}

export interface GovernedStep {
  readonly next: GovernedValue;
  readonly proposed: number;
  readonly reason: Move['reason'];
}

const DAY_SECONDS = 86_400;

/**
 * One step in time. A missing estimate holds everything. The buffer grows and is released per day, whatever the time between
 * steps; in STRESS and CRISIS it may be used up.
 */
export function nextGovernedValue(
  current: GovernedValue,
  estimate: number | undefined,
  nowSeconds: number,
  regime: Regime,
  limits: MoveLimits,
  tools?: ProcyclicalityTools,
): Outcome<GovernedStep> {
  if (estimate === undefined) return success({ next: current, proposed: current.value, reason: 'deadband' });
  const days = (nowSeconds - current.lastStepSeconds) / DAY_SECONDS;
  const held =
    tools === undefined ? undefined : bufferedOver(current.held, mixed(estimate, tools), days, regime);
  const proposed = held === undefined || tools === undefined ? estimate : floored(held, tools.floor);
  const move = asymmetricMove(current, proposed, nowSeconds, limits, regime === 'CALM');
  if (!move.ok) return move;
  const { value, reason } = move.value;
  return success({
    next: {
      value,
      lastMoveSeconds: value === current.value ? current.lastMoveSeconds : nowSeconds,
      lastStepSeconds: nowSeconds,
      ...(held === undefined ? {} : { held }),
    },
    proposed,
    reason,
  });
}

function mixed(estimate: number, { stressed, stressWeight }: ProcyclicalityTools): number {
  return stressMixture(estimate, Math.max(stressed, estimate), stressWeight);
}

function bufferedOver(held = NaN, base: number, days: number, regime: Regime): number {
  const terms = regime === 'STRESS' || regime === 'CRISIS' ? PLAIN_BUFFER : HOUSE_BUFFER;
  return nextBuffered(held, base, {
    buffer: terms.buffer,
    releasePerStep: 1 - (1 - terms.releasePerStep) ** days,
    growthPerStep: (1 + terms.growthPerStep) ** days - 1,
  });
}
