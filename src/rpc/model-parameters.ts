/** ModelService: previews, proposals, approvals and the kill switch. */
import { expected, failureUnder } from '../domain/outcome.js';
import type { AccountImpact as AccountImpactMessage } from '../gen/margincube/v1/AccountImpact.js';
import type { ModelSpec } from '../gen/margincube/v1/ModelSpec.js';
import type { ParameterImpact as ImpactMessage } from '../gen/margincube/v1/ParameterImpact.js';
import type { ParameterProposal as ProposalMessage } from '../gen/margincube/v1/ParameterProposal.js';
import { TOP_MOVERS_MAX } from '../limits.js';
import type { ImpactProgress } from '../live/margins/parameter-impact.js';
import type { ModelReference } from '../models/resolved-model.js';
import type { Proposal } from '../recalibration/governance/parameter-state.js';
import type { AccountImpact, ParameterImpact } from '../recalibration/preview/impact.js';
import { failureOfCalculation, modelFromMessage } from '../wire/convert/calculation.js';
import { integer, requiredTimeMs, timestampOf } from '../wire/convert/fields.js';
import { structFromJson } from '../wire/json/well-known.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { writeIfOpen } from './drain-or-end.js';
import { malformed } from './errors.js';
import type { AnswerStream } from './paced-stream.js';
import { pinMarket } from './pin-market.js';
import { orFail } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import type { CallScope } from './with-call.js';

/** PreviewParameters: re-margins every account and says whom it hits, as it goes; stops between shards when the caller leaves. */
export async function previewParameters(
  { parameters, epochs }: ServerContext,
  call: AnswerStream,
  { cancellation }: CallScope,
): Promise<void> {
  const request = decodeRequest('margincube.v1.PreviewParametersRequest', call.request);
  const { topMovers } = request;
  if (topMovers > TOP_MOVERS_MAX)
    throw malformed('topMovers', expected(`at most ${String(TOP_MOVERS_MAX)}`, 'topMovers', topMovers));
  const proposed = referenceOf(request.proposed, 'proposed');
  const current = request.current ? referenceOf(request.current, 'current') : undefined;
  const pinned = pinMarket(epochs, integer(request.epoch));
  try {
    const comparison = { proposed, topMovers, ...(current === undefined ? {} : { current }) };
    const progress = orFail(await parameters.preview(comparison, pinned), (inner) =>
      failureOfCalculation(inner, 'proposed'),
    );
    for await (const step of progress) {
      if (cancellation.isCancelled) return;
      const isLast = step.accountsDone === step.accountCount;
      const answer = progressMessage(step, isLast);
      writeIfOpen(call, codec('margincube.v1.PreviewParametersResponse').encode(answer));
    }
  } finally {
    pinned.release();
  }
}

function progressMessage({ accountsDone, accountCount, impact }: ImpactProgress, complete: boolean) {
  return { accountsDone, accountCount, complete, impact: impactMessage(impact) };
}

function impactMessage(impact: ParameterImpact): ImpactMessage {
  return {
    initialMarginBeforeUsd: impact.initialMarginBefore,
    initialMarginAfterUsd: impact.initialMarginAfter,
    maintenanceMarginBeforeUsd: impact.maintenanceMarginBefore,
    maintenanceMarginAfterUsd: impact.maintenanceMarginAfter,
    newCalls: impact.newCalls,
    newCallAmountUsd: impact.newCallAmount,
    newLiquidations: impact.newLiquidations,
    failedAccounts: impact.failedAccounts,
    topMovers: impact.topMovers.map(moverMessage),
  };
}

function moverMessage({ accountId, before, after }: AccountImpact): AccountImpactMessage {
  return {
    accountId,
    initialMarginBeforeUsd: before.initialMargin,
    initialMarginAfterUsd: after.initialMargin,
    initialExcessAfterUsd: after.equity - after.initialMargin,
  };
}

/** ProposeParameters: overrides apply on top of what is in force; the preview runs before the proposal is recorded. */
export async function proposeParameters(
  { parameters }: ServerContext,
  bytes: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const { model, effectiveAt, rationale, idempotencyKey } = decodeRequest(
    'margincube.v1.ProposeParametersRequest',
    bytes,
  );
  const { name, overrides = {} } = referenceOf(model, 'model');
  const proposal = await parameters.board.propose({
    ...{ name, overrides, rationale, idempotencyKey, proposedBy: caller.name },
    effectiveAtMs: effectiveAt === null ? undefined : requiredTimeMs(effectiveAt, 'effectiveAt'),
  });
  return encodeProposal('margincube.v1.ProposeParametersResponse', orFail(proposal, underModel));
}

/** ApproveParameters by whoever calls. */
export async function approveParameters(
  { parameters }: ServerContext,
  bytes: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const { proposalId, overrideReason } = decodeRequest('margincube.v1.ApproveParametersRequest', bytes);
  const approved = await parameters.board.approve({ proposalId, overrideReason, by: caller.name });
  return encodeProposal('margincube.v1.ApproveParametersResponse', orFail(approved, underModel));
}

/** FreezeParameters: the kill switch. */
export async function freezeParameters(
  { parameters }: ServerContext,
  bytes: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const { modelId, frozen, reason } = decodeRequest('margincube.v1.FreezeParametersRequest', bytes);
  const command = { modelId, isFrozen: frozen, reason, by: caller.name };
  const frozenModelIds = [...orFail(await parameters.board.freeze(command), underModel)];
  return codec('margincube.v1.FreezeParametersResponse').encode({ frozenModelIds });
}

function encodeProposal(
  name: 'margincube.v1.ProposeParametersResponse' | 'margincube.v1.ApproveParametersResponse',
  proposal: Proposal,
): Buffer {
  return codec(name).encode({ proposal: proposalMessage(proposal) });
}

function proposalMessage(proposal: Proposal): ProposalMessage {
  const { proposalId, name, overrides, state, approvals, proposedAtMs, effectiveAtMs } = proposal;
  const isOverridden = overrides !== null && typeof overrides === 'object';
  return {
    proposalId,
    model: {
      name,
      ...(isOverridden ? { parameterOverrides: structFromJson(overrides, 'parameterOverrides') } : {}),
    },
    state: `PROPOSAL_STATE_${state}`,
    approvals: approvals.map(({ by }) => by),
    proposedAt: timestampOf(proposedAtMs),
    effectiveAt: timestampOf(effectiveAtMs),
    rationale: proposal.rationale,
    parameterHash: proposal.parameterHash,
  };
}

function referenceOf(message: ModelSpec | null | undefined, field: string): ModelReference {
  return orFail(modelFromMessage(message), (inner) => {
    const { field: own } = inner;
    return failureUnder(field, { ...inner, field: own.replace(/^model\./, '') }).failure;
  });
}

/** `model` and `parameters...` of the governance as the request has them. */
function underModel<F extends { readonly field: string }>(inner: F): F {
  const field = inner.field
    .replace(/^model$/, 'model.name')
    .replace(/^parameters\b/, 'model.parameterOverrides');
  return { ...inner, field };
}
