import type { ImpactSummary } from '../../recalibration/governance/parameter-events.js';
import { HOUSE_POLICY } from '../../recalibration/governance/policy.js';
import { InputError } from '../exit.js';
import { formatCount, formatPercent, formatTime } from '../format.js';
import type { CrashVerdict } from './crash-gate.js';

/** Somebody lets a refused change pass, for a while; what became of it is reviewed when old books have been phased in. */
export interface Override {
  readonly reason: string;
  readonly expiresAtMs: number;
  /** From the effect of the change to its review. */
  readonly reviewAfterMs: number;
}

export interface Gate {
  readonly isPassed: boolean;
  readonly override?: Override;
}

/** Calls of equity, accounts without a margin, and the crash where one was replayed. A change that passes needs no override. */
export function gateOf(
  { isWithinGate }: ImpactSummary,
  crash: CrashVerdict | undefined,
  reason: string | undefined,
  nowMs: number,
): Gate {
  if (reason?.trim() === '') throw new InputError('--override: expected a reason');
  const isPassed = isWithinGate && crash?.isPassed !== false;
  if (isPassed || reason === undefined) return { isPassed };
  const { overrideExpiryMs, reviewAfterMs } = HOUSE_POLICY;
  return { isPassed, override: { reason, expiresAtMs: nowMs + overrideExpiryMs, reviewAfterMs } };
}

const HOUR_MS = 3_600_000;

export function renderGate(
  { isPassed, override }: Gate,
  { newlyCalledEquityShare, failedAccounts }: ImpactSummary,
  shareMax: number,
  crash: CrashVerdict | undefined,
): string {
  const dollars = (value: number): string => formatCount(Math.round(value));
  const reasons = [
    `${formatPercent(newlyCalledEquityShare)} of equity newly called, at most ${formatPercent(shareMax)}`,
    ...(failedAccounts > 0 ? [`${formatCount(failedAccounts)} accounts without a margin`] : []),
    ...(crash === undefined
      ? []
      : [`${dollars(crash.lossAfterUsd)} USD lost in the crash, at most ${dollars(crash.lossBeforeUsd)}`]),
  ];
  const line = `gate                          ${isPassed ? 'passed' : 'REFUSED'}: ${reasons.join('; ')}`;
  if (override === undefined) return line;
  const until = formatTime(override.expiresAtMs);
  const review = String(override.reviewAfterMs / HOUR_MS);
  return `${line}\noverride                      "${override.reason}" until ${until}, review ${review} h after it is in force`;
}
