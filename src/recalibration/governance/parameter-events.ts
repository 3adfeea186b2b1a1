/** What happened to parameters, as the journal has it: the state is a function of these alone. */

/** `JournalRecord.kind` of every record. */
export const PARAMETER_RECORD_KIND = 'parameters';

/** One number that a proposal changes. */
export interface ParameterChange {
  /** Path below the parameters of the model. */
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** What the preview said when the proposal came in; amounts in US dollars. */
export interface ImpactSummary {
  readonly accountCount: number;
  readonly newCalls: number;
  readonly newCallAmountUsd: number;
  readonly newLiquidations: number;
  /** Equity of accounts that would be called and are not, share of the equity of all. */
  readonly newlyCalledEquityShare: number;
  readonly failedAccounts: number;
  readonly isWithinGate: boolean;
}

interface Timed {
  /** Milliseconds since 1970; never falls from one event to the next. */
  readonly timeMs: number;
}

export interface ProposedEvent extends Timed {
  readonly type: 'PROPOSED';
  /** Hash of the content, hex. */
  readonly proposalId: string;
  /** `model@set`: what accounts name, and what would be margined otherwise. */
  readonly name: string;
  /** Replaces the parameters of the named set; a partial tree. */
  readonly overrides: unknown;
  readonly parameterHash: string;
  readonly changes: readonly ParameterChange[];
  readonly effectiveAtMs: number;
  /** Runs out then unless it is in force. */
  readonly expiresAtMs: number;
  readonly rationale: string;
  readonly proposedBy: string;
  readonly idempotencyKey: string;
  readonly impact: ImpactSummary;
}

export interface ApprovedEvent extends Timed {
  readonly type: 'APPROVED';
  readonly proposalId: string;
  readonly by: string;
  /** Given: passes the impact gate for this reason, until `overrideExpiresAtMs`. */
  readonly overrideReason?: string;
  readonly overrideExpiresAtMs?: number;
}

/** Ends a proposal, or puts it in force. */
export interface EndedEvent extends Timed {
  readonly type: 'EFFECTIVE' | 'EXPIRED';
  readonly proposalId: string;
}

export interface FrozenEvent extends Timed {
  readonly type: 'FROZEN' | 'RELEASED';
  readonly modelId: string;
  readonly by: string;
  readonly reason: string;
}

/** What became of the accounts after the phase-in, against what the preview said. */
export interface ReviewedEvent extends Timed {
  readonly type: 'REVIEWED';
  readonly proposalId: string;
  /** Accounts of the set that stand below CALL now. */
  readonly accountsCalled: number;
  /** No more accounts than the preview said. */
  readonly isConfirmed: boolean;
}

export type ParameterEvent = ProposedEvent | ApprovedEvent | EndedEvent | FrozenEvent | ReviewedEvent;

/** UTF-8 JSON; numbers read back to the same bits. */
export function encodeParameterEvent(event: ParameterEvent): Uint8Array {
  return Buffer.from(JSON.stringify(event), 'utf8');
}

/** The bytes must come from `encodeParameterEvent`: the journal checks that they are what was written. */
export function decodeParameterEvent(payload: Uint8Array): ParameterEvent {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8');
  return JSON.parse(text) as ParameterEvent;
}
