import type { ApprovedEvent, ParameterEvent, ProposedEvent } from './parameter-events.js';

export type ProposalState = 'PROPOSED' | 'APPROVED' | 'EFFECTIVE' | 'EXPIRED';

/** One proposal and its history. */
export interface Proposal extends Omit<ProposedEvent, 'type' | 'timeMs'> {
  readonly proposedAtMs: number;
  readonly state: ProposalState;
  readonly approvals: readonly ApprovedEvent[];
  readonly review?: { readonly accountsCalled: number; readonly isConfirmed: boolean };
}

/** Parameters in force in place of a named set. */
export interface InForce {
  readonly proposalId: string;
  readonly overrides: unknown;
  readonly parameterHash: string;
  readonly sinceMs: number;
  /** Passed the impact gate, or a review confirmed that the override did no harm. */
  readonly isSafe: boolean;
  /** When each changed number moved last, milliseconds since 1970, by its path. */
  readonly movedAtMs: Readonly<Record<string, number>>;
}

/** Everything that the events say, replaced and never changed. */
export interface ParameterState {
  /** Time of the last event; 0 before the first. */
  readonly timeMs: number;
  readonly proposals: ReadonlyMap<string, Proposal>;
  /** Sets that were ever in force in place of `model@set`, oldest first; the last one is. */
  readonly inForce: ReadonlyMap<string, readonly InForce[]>;
  readonly frozenModels: ReadonlySet<string>;
}

export const NO_PARAMETERS: ParameterState = {
  timeMs: 0,
  proposals: new Map(),
  inForce: new Map(),
  frozenModels: new Set(),
};

/** What is margined in place of `model@set`; undefined for the named set itself. */
export function parametersInForce({ inForce }: ParameterState, name: string): InForce | undefined {
  return inForce.get(name)?.at(-1);
}

/** Approvals that the gate needs and has not; 0 once it is approved. */
export function isOverridden({ approvals }: Proposal): boolean {
  return approvals.some(({ overrideReason }) => overrideReason !== undefined);
}

/** A set whose numbers in force were replaced. */
export interface ParameterSwitch {
  /** `model@set`. */
  readonly name: string;
  /** What was in force before; undefined for the named set itself. */
  readonly replaced: InForce | undefined;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** What one event, or several of one time, put in force in the place of what. */
export function parameterSwitches(before: ParameterState, after: ParameterState): ParameterSwitch[] {
  return [...after.inForce.keys()].flatMap((name) => {
    const replaced = parametersInForce(before, name);
    const isSame = replaced?.parameterHash === parametersInForce(after, name)?.parameterHash;
    return isSame ? [] : [{ name, replaced, atMs: after.timeMs }];
  });
}

/** `derive-pm2@btc` is a set of `derive-pm2`. */
export function modelIdOf(name: string): string {
  return name.split('@')[0] ?? name;
}

/** The state after an event; an event that fits no state is a defect of the log and throws. */
export function applyParameterEvent(
  state: ParameterState,
  event: ParameterEvent,
  approvalsRequired: number,
): ParameterState {
  const next = { ...state, timeMs: event.timeMs };
  switch (event.type) {
    case 'PROPOSED': {
      const { type: _type, timeMs, ...proposed } = event;
      return withProposal(next, { ...proposed, proposedAtMs: timeMs, state: 'PROPOSED', approvals: [] });
    }
    case 'APPROVED': {
      const proposal = proposalOf(state, event.proposalId);
      const approvals = [...proposal.approvals, event];
      const isApproved = approvals.length >= approvalsRequired;
      return withProposal(next, { ...proposal, approvals, state: isApproved ? 'APPROVED' : proposal.state });
    }
    case 'EXPIRED':
      return withProposal(next, { ...proposalOf(state, event.proposalId), state: 'EXPIRED' });
    case 'EFFECTIVE':
      return effective(next, proposalOf(state, event.proposalId), event.timeMs);
    case 'FROZEN':
      return frozen(next, event.modelId);
    case 'RELEASED': {
      const frozenModels = new Set(state.frozenModels);
      frozenModels.delete(event.modelId);
      return { ...next, frozenModels };
    }
    case 'REVIEWED':
      return reviewed(next, proposalOf(state, event.proposalId), event);
  }
}

/** The state at a time: the events until then, and none after. */
export function parameterStateAt(
  events: Iterable<ParameterEvent>,
  timeMs: number,
  approvalsRequired: number,
): ParameterState {
  let state = NO_PARAMETERS;
  for (const event of events) {
    if (event.timeMs > timeMs) break;
    state = applyParameterEvent(state, event, approvalsRequired);
  }
  return state;
}

function effective(state: ParameterState, proposal: Proposal, timeMs: number): ParameterState {
  const { name, overrides, parameterHash, proposalId, changes, impact } = proposal;
  const history = state.inForce.get(name) ?? [];
  const movedAtMs = { ...history.at(-1)?.movedAtMs };
  for (const { id } of changes) movedAtMs[id] = timeMs;
  const isSafe = impact.isWithinGate;
  const put = { proposalId, overrides, parameterHash, sinceMs: timeMs, isSafe, movedAtMs };
  return withProposal(
    { ...state, inForce: new Map(state.inForce).set(name, [...history, put]) },
    { ...proposal, state: 'EFFECTIVE' },
  );
}

/** The kill switch: holds the last safe set; what was forced through the gate and not yet reviewed is taken back. */
function frozen(state: ParameterState, modelId: string): ParameterState {
  const inForce = new Map(state.inForce);
  for (const [name, history] of inForce) {
    if (modelIdOf(name) !== modelId) continue;
    const safe = history.findLastIndex(({ isSafe }) => isSafe);
    inForce.set(name, history.slice(0, safe + 1));
  }
  return { ...state, inForce, frozenModels: new Set(state.frozenModels).add(modelId) };
}

function reviewed(
  state: ParameterState,
  proposal: Proposal,
  { accountsCalled, isConfirmed }: { readonly accountsCalled: number; readonly isConfirmed: boolean },
): ParameterState {
  const history = state.inForce.get(proposal.name) ?? [];
  const confirmed = history.map((put) =>
    put.proposalId === proposal.proposalId && isConfirmed ? { ...put, isSafe: true } : put,
  );
  const inForce = new Map(state.inForce).set(proposal.name, confirmed);
  return withProposal({ ...state, inForce }, { ...proposal, review: { accountsCalled, isConfirmed } });
}

function withProposal(state: ParameterState, proposal: Proposal): ParameterState {
  return { ...state, proposals: new Map(state.proposals).set(proposal.proposalId, proposal) };
}

function proposalOf({ proposals }: ParameterState, proposalId: string): Proposal {
  const proposal = proposals.get(proposalId);
  if (proposal === undefined) throw new RangeError(`no proposal ${proposalId} before its event`);
  return proposal;
}
