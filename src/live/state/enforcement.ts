import { createHash } from 'node:crypto';
import { CODE, type HealthCode, type MarginHealth, MARGIN_HEALTHS } from './ladder.js';

/** What a step demands of the venue. */
export type EnforcementRule = 'REDUCE_ONLY' | 'CALL' | 'LIQUIDATE' | 'BACKSTOP' | 'INSOLVENT';

/** An account changed its step. */
export interface StateChange {
  readonly accountId: string;
  readonly partition: number;
  /** Grows by one with every change of the partition. */
  readonly sequence: number;
  readonly accountSeq: number;
  readonly epoch: number;
  readonly timeMs: number;
  readonly previous: MarginHealth;
  readonly health: MarginHealth;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** Absent on the way up: nothing is enforced by it. */
  readonly enforcementId?: string;
}

/** Hash of the cause, hex: whoever acts on it twice acts once. */
export function enforcementId(accountId: string, rule: EnforcementRule, epoch: number): string {
  return createHash('sha256')
    .update(JSON.stringify([accountId, rule, epoch]))
    .digest('hex');
}

/** What an account that came down to this step must obey; undefined for OK. */
export function ruleOf(step: HealthCode): EnforcementRule | undefined {
  if (step === CODE.OK) return undefined;
  const health = MARGIN_HEALTHS[step] ?? 'INSOLVENT';
  return health === 'RESTRICTED' || health === 'OK' ? 'REDUCE_ONLY' : health;
}
