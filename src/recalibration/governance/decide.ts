/** What may happen to parameters now: commands in, events or a refusal out, nothing changed here. */
import { createHash } from 'node:crypto';
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';
import { mergeParameters } from '../../models/overrides.js';
import { canonicalJson, type ResolvedModel } from '../../models/resolved-model.js';
import type { ImpactSummary, ParameterEvent } from './parameter-events.js';
import {
  isOverridden,
  modelIdOf,
  parametersInForce,
  type ParameterState,
  type Proposal,
} from './parameter-state.js';
import { governedChanges, type GovernancePolicy } from './policy.js';

/** A state with what it is judged by. */
export interface Deciding {
  readonly state: ParameterState;
  readonly nowMs: number;
  readonly policy: GovernancePolicy;
  /** The model of a name with overrides; failures name `model` or `parameters...`. */
  readonly resolve: (name: string, overrides?: unknown) => Outcome<ResolvedModel>;
}

export interface ProposeCommand {
  /** `model`, or `model@set`. */
  readonly name: string;
  /** On top of what is in force. */
  readonly overrides: unknown;
  /** Absent: as soon as the minimum delay allows. */
  readonly effectiveAtMs?: number | undefined;
  readonly rationale: string;
  readonly idempotencyKey: string;
  readonly proposedBy: string;
  readonly impact: ImpactSummary;
}

/** A proposal that passed every check but the preview. */
export interface CheckedProposal {
  readonly name: string;
  /** On top of the named set: those in force with the new ones. */
  readonly overrides: unknown;
  readonly current: ResolvedModel;
  readonly proposed: ResolvedModel;
  readonly event: Omit<Extract<ParameterEvent, { type: 'PROPOSED' }>, 'impact'>;
}

/** Checks everything that can be checked before accounts are margined, or finds the proposal that a repeat means. */
export function checkProposal(
  { state, nowMs, policy, resolve }: Deciding,
  command: Omit<ProposeCommand, 'impact'>,
): Outcome<CheckedProposal | { readonly repeatOf: Proposal }> {
  const { rationale, idempotencyKey, proposedBy } = command;
  const early =
    refuseClock(state, nowMs) ?? refuseEmpty('rationale', rationale) ?? refuseEmpty('identity', proposedBy);
  if (early !== undefined) return early;
  const published = resolve(command.name);
  if (!published.ok) return published;
  const name = `${published.value.id}@${published.value.parameterSet}`;
  const held = parametersInForce(state, name);
  const current = held === undefined ? published : resolve(name, held.overrides);
  if (!current.ok) return current;
  const overrides =
    held === undefined ? command.overrides : mergeParameters(held.overrides, command.overrides);
  const proposed = resolve(name, overrides);
  if (!proposed.ok) return proposed;
  const content = { name, overrides, rationale, effectiveAtMs: command.effectiveAtMs ?? null };
  // Without a key the same change may be proposed again another time.
  const proposalId = hashOf({ ...content, from: idempotencyKey === '' ? nowMs : idempotencyKey });
  const repeat = repeatOf(state, idempotencyKey, proposalId);
  if (repeat !== undefined) return repeat;
  const refused = refuseFrozen(state, published.value.id) ?? refuseOpen(state, name);
  if (refused !== undefined) return refused;
  const earliestMs = nowMs + policy.minDelayMs;
  const effectiveAtMs = command.effectiveAtMs ?? earliestMs;
  const expiresAtMs = nowMs + policy.expiryMs;
  if (!(effectiveAtMs >= earliestMs && effectiveAtMs < expiresAtMs)) {
    const what = `a time in [${iso(earliestMs)}, ${iso(expiresAtMs)})`;
    return failure('INVALID_VALUE', 'effectiveAt', expected(what, 'effectiveAt', iso(effectiveAtMs)));
  }
  const trees = {
    published: published.value.parameters,
    current: current.value.parameters,
    proposed: proposed.value.parameters,
  };
  const changes = governedChanges(trees, held?.movedAtMs ?? {}, effectiveAtMs, policy);
  if (!changes.ok) return changes;
  const { parameterHash } = proposed.value;
  return success({
    name,
    overrides,
    current: current.value,
    proposed: proposed.value,
    event: {
      ...{ type: 'PROPOSED', timeMs: nowMs, proposalId, name, overrides, parameterHash, effectiveAtMs },
      ...{ changes: changes.value, expiresAtMs, rationale, proposedBy, idempotencyKey },
    },
  });
}

export interface ApproveCommand {
  readonly proposalId: string;
  readonly by: string;
  /** Empty: does not pass the gate. */
  readonly overrideReason: string;
}

export function decideApproval(
  { state, nowMs, policy }: Omit<Deciding, 'resolve'>,
  { proposalId, by, overrideReason }: ApproveCommand,
): Outcome<readonly ParameterEvent[]> {
  const refused = refuseClock(state, nowMs) ?? refuseEmpty('identity', by);
  if (refused !== undefined) return refused;
  const proposal = state.proposals.get(proposalId);
  if (proposal === undefined) {
    const what = 'the id of a proposal';
    return failure('INVALID_VALUE', 'proposalId', expected(what, 'proposalId', proposalId));
  }
  if (proposal.state !== 'PROPOSED') {
    const text = `Expected a proposal that waits for approvals but ${proposalId} is ${proposal.state}`;
    return failure('SEQUENCE_CONFLICT', 'proposalId', text);
  }
  const frozen = refuseFrozen(state, modelIdOf(proposal.name));
  if (frozen !== undefined) return frozen;
  if (by === proposal.proposedBy || proposal.approvals.some((approval) => approval.by === by)) {
    const what = 'somebody who neither proposed nor approved it';
    return failure('DUPLICATE', 'identity', expected(what, 'identity', by));
  }
  const isOverride = overrideReason !== '';
  if (!proposal.impact.isWithinGate && !isOverride) {
    const share = (100 * proposal.impact.newlyCalledEquityShare).toPrecision(3);
    const text = `Expected a reason to pass the impact gate for overrideReason: ${share} % of equity would be newly called`;
    return failure('LIMIT_EXCEEDED', 'overrideReason', text);
  }
  const override = isOverride ? { overrideReason, overrideExpiresAtMs: nowMs + policy.overrideExpiryMs } : {};
  return success([{ type: 'APPROVED', timeMs: nowMs, proposalId, by, ...override }]);
}

export interface FreezeCommand {
  /** Empty: every model. */
  readonly modelId: string;
  readonly isFrozen: boolean;
  readonly reason: string;
  readonly by: string;
}

export function decideFreeze(
  { state, nowMs }: Omit<Deciding, 'resolve' | 'policy'>,
  { modelId, isFrozen, reason, by }: FreezeCommand,
  knownModels: readonly string[],
): Outcome<readonly ParameterEvent[]> {
  const refused = refuseClock(state, nowMs) ?? refuseEmpty('reason', reason) ?? refuseEmpty('identity', by);
  if (refused !== undefined) return refused;
  if (modelId !== '' && !knownModels.includes(modelId))
    return failure('UNKNOWN_MODEL', 'modelId', expected('the id of a model', 'modelId', modelId));
  const concerned = (modelId === '' ? knownModels : [modelId]).filter(
    (id) => state.frozenModels.has(id) !== isFrozen,
  );
  const type = isFrozen ? 'FROZEN' : 'RELEASED';
  return success(concerned.map((id) => ({ type, timeMs: nowMs, modelId: id, by, reason })));
}

/** What time alone brings about: proposals that run out, and those whose time has come. Nothing while a clock is back. */
export function decideByTime({ state, nowMs }: Pick<Deciding, 'state' | 'nowMs'>): readonly ParameterEvent[] {
  if (nowMs < state.timeMs) return [];
  return [...state.proposals.values()].flatMap((proposal): ParameterEvent[] => {
    const { proposalId } = proposal;
    if (proposal.state !== 'PROPOSED' && proposal.state !== 'APPROVED') return [];
    if (nowMs >= endOf(proposal)) return [{ type: 'EXPIRED', timeMs: nowMs, proposalId }];
    const isDue = proposal.state === 'APPROVED' && nowMs >= proposal.effectiveAtMs;
    return isDue && !state.frozenModels.has(modelIdOf(proposal.name))
      ? [{ type: 'EFFECTIVE', timeMs: nowMs, proposalId }]
      : [];
  });
}

/** Proposals in force whose review is due. */
export function reviewsDue(
  state: ParameterState,
  nowMs: number,
  policy: GovernancePolicy,
): readonly Proposal[] {
  return [...state.inForce.values()].flatMap((history) => {
    const put = history.at(-1);
    const proposal = put === undefined ? undefined : state.proposals.get(put.proposalId);
    const isDue = put !== undefined && nowMs >= put.sinceMs + policy.reviewAfterMs;
    return isDue && proposal !== undefined && proposal.review === undefined ? [proposal] : [];
  });
}

function endOf(proposal: Proposal): number {
  if (!isOverridden(proposal)) return proposal.expiresAtMs;
  const overrides = proposal.approvals.map(({ overrideExpiresAtMs = Infinity }) => overrideExpiresAtMs);
  return Math.min(proposal.expiresAtMs, ...overrides);
}

function repeatOf(
  { proposals }: ParameterState,
  key: string,
  proposalId: string,
): Outcome<{ readonly repeatOf: Proposal }> | undefined {
  if (key === '') return undefined;
  const known = [...proposals.values()].find(({ idempotencyKey }) => idempotencyKey === key);
  if (known === undefined) return undefined;
  if (known.proposalId === proposalId) return success({ repeatOf: known });
  const what = expected('the content that came with it before', 'idempotencyKey', key);
  return failure('DUPLICATE', 'idempotencyKey', what);
}

function refuseClock({ timeMs }: ParameterState, nowMs: number): Outcome<never> | undefined {
  if (nowMs >= timeMs) return undefined;
  const text = `Expected a clock at or after the last change, ${iso(timeMs)}, but it says ${iso(nowMs)}`;
  return failure('SEQUENCE_CONFLICT', 'now', text);
}

function refuseEmpty(field: string, value: string): Outcome<never> | undefined {
  return value === '' ? failure('MISSING_FIELD', field, expected('a text', field, undefined)) : undefined;
}

function refuseFrozen({ frozenModels }: ParameterState, modelId: string): Outcome<never> | undefined {
  if (!frozenModels.has(modelId)) return undefined;
  return failure('SEQUENCE_CONFLICT', 'model', `Expected a model that is not frozen but ${modelId} is`);
}

function refuseOpen({ proposals }: ParameterState, name: string): Outcome<never> | undefined {
  const open = [...proposals.values()].find(
    (one) => one.name === name && (one.state === 'PROPOSED' || one.state === 'APPROVED'),
  );
  if (open === undefined) return undefined;
  const text = `Expected no other open proposal for ${name} but ${open.proposalId} is ${open.state}`;
  return failure('SEQUENCE_CONFLICT', 'model', text);
}

function hashOf(content: unknown): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

function iso(timeMs: number): string {
  return Number.isFinite(timeMs) && Math.abs(timeMs) < 8e15 ? new Date(timeMs).toISOString() : String(timeMs);
}
