import { failure, success, type Failure, type Outcome } from '../../domain/outcome.js';
import type { JournalOutcome, JournalReader, JournalRecord } from '../../journal/journal.js';
import {
  checkProposal,
  decideApproval,
  decideByTime,
  decideFreeze,
  reviewsDue,
  type ApproveCommand,
  type CheckedProposal,
  type Deciding,
  type FreezeCommand,
  type ProposeCommand,
} from './decide.js';
import {
  decodeParameterEvent,
  encodeParameterEvent,
  PARAMETER_RECORD_KIND,
  type ImpactSummary,
  type ParameterEvent,
} from './parameter-events.js';
import {
  applyParameterEvent,
  NO_PARAMETERS,
  parameterSwitches,
  type ParameterState,
  type ParameterSwitch,
  type Proposal,
} from './parameter-state.js';
import { HOUSE_POLICY, type GovernancePolicy } from './policy.js';

/** Where events become durable; a `JournalWriter` is one. */
export interface ParameterLog {
  append(records: readonly JournalRecord[]): Promise<JournalOutcome<unknown>>;
}

/** Parameters that live as long as the process. */
export const NO_PARAMETER_LOG: ParameterLog = {
  append: () => Promise.resolve({ ok: true, value: undefined }),
};

export interface ParameterWorld {
  readonly now: () => number;
  readonly resolve: Deciding['resolve'];
  /** Ids of the models that may be frozen. */
  readonly knownModels: readonly string[];
  /** Re-margins every account that the proposal concerns. */
  readonly preview: (proposal: CheckedProposal) => Promise<Outcome<ImpactSummary>>;
  /** Accounts of a set that stand at a call or below it. */
  readonly accountsCalled: (name: string) => number;
  /** Parameters in force have changed for these sets; resolved before the command is answered. */
  readonly onEffective: (switches: readonly ParameterSwitch[]) => void;
}

/**
 * The one writer of parameters. Commands run one after the other; an event counts when it is durable, never before, so that what
 * is in force is what a replay gives.
 */
export class ParameterBoard {
  #state = NO_PARAMETERS;
  #running: Promise<unknown> = Promise.resolve();
  #stopped: Failure | undefined;

  constructor(
    private readonly world: ParameterWorld,
    private readonly log: ParameterLog = NO_PARAMETER_LOG,
    readonly policy: GovernancePolicy = HOUSE_POLICY,
  ) {}

  get state(): ParameterState {
    return this.#state;
  }

  /** Takes what a journal has, before the first command; every set that was ever replaced, oldest first. */
  async recover(journal: Pick<JournalReader, 'read'>): Promise<readonly ParameterSwitch[]> {
    const switches: ParameterSwitch[] = [];
    for await (const event of readParameterEvents(journal)) {
      const before = this.#state;
      this.#state = applyParameterEvent(before, event, this.policy.approvalsRequired);
      switches.push(...parameterSwitches(before, this.#state));
    }
    return switches;
  }

  propose(command: Omit<ProposeCommand, 'impact'>): Promise<Outcome<Proposal>> {
    return this.#inTurn(async () => {
      const checked = checkProposal(this.#deciding(), command);
      if (!checked.ok) return checked;
      if ('repeatOf' in checked.value) return success(checked.value.repeatOf);
      const impact = await this.world.preview(checked.value);
      if (!impact.ok) return impact;
      const { event } = checked.value;
      return this.#commitFor(event.proposalId, [{ ...event, impact: impact.value }]);
    });
  }

  approve(command: ApproveCommand): Promise<Outcome<Proposal>> {
    return this.#inTurn(async () => {
      const decided = decideApproval(this.#deciding(), command);
      return decided.ok ? this.#commitFor(command.proposalId, decided.value) : decided;
    });
  }

  /** Model ids that are frozen afterwards. */
  freeze(command: FreezeCommand): Promise<Outcome<readonly string[]>> {
    return this.#inTurn(async () => {
      const decided = decideFreeze(this.#deciding(), command, this.world.knownModels);
      if (!decided.ok) return decided;
      const committed = await this.#commit(decided.value);
      return committed.ok ? success([...this.#state.frozenModels].sort()) : committed;
    });
  }

  /** Ends what has run out, puts in force what is due, reviews what has been in force long enough. */
  tick(): Promise<Outcome<void>> {
    return this.#inTurn(async () => {
      const timed = await this.#commit(decideByTime(this.#deciding()));
      if (!timed.ok) return timed;
      const { nowMs } = this.#deciding();
      return this.#commit(reviewsDue(this.#state, nowMs, this.policy).map((one) => this.#review(one, nowMs)));
    });
  }

  #review({ proposalId, name, impact }: Proposal, nowMs: number): ParameterEvent {
    const accountsCalled = this.world.accountsCalled(name);
    const isConfirmed = accountsCalled <= impact.newCalls;
    return { type: 'REVIEWED', timeMs: nowMs, proposalId, accountsCalled, isConfirmed };
  }

  #deciding(): Deciding {
    const { now, resolve } = this.world;
    return { state: this.#state, nowMs: now(), policy: this.policy, resolve };
  }

  #inTurn<T>(command: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const turn = this.#running.then(() =>
      this.#stopped === undefined ? command() : { ok: false as const, failure: this.#stopped },
    );
    this.#running = turn.catch(() => undefined);
    return turn;
  }

  async #commitFor(proposalId: string, events: readonly ParameterEvent[]): Promise<Outcome<Proposal>> {
    const committed = await this.#commit(events);
    if (!committed.ok) return committed;
    const proposal = this.#state.proposals.get(proposalId);
    return proposal === undefined
      ? failure('INTERNAL', '', `no proposal ${proposalId} after its event`)
      : success(proposal);
  }

  async #commit(events: readonly ParameterEvent[]): Promise<Outcome<void>> {
    if (events.length === 0) return success(undefined);
    const appended = await this.log.append(events.map(recordOf));
    if (!appended.ok) {
      const { reason, message } = appended.failure;
      this.#stopped = { reason: 'INTERNAL', field: '', message: `${reason}: ${message}` };
      return { ok: false, failure: this.#stopped };
    }
    const before = this.#state;
    for (const event of events)
      this.#state = applyParameterEvent(this.#state, event, this.policy.approvalsRequired);
    const switches = parameterSwitches(before, this.#state);
    if (switches.length > 0) this.world.onEffective(switches);
    return success(undefined);
  }
}

/** The events that a journal has, in their order. */
export async function* readParameterEvents(
  journal: Pick<JournalReader, 'read'>,
): AsyncGenerator<ParameterEvent> {
  for await (const entries of journal.read(1))
    for (const { kind, payload } of entries)
      if (kind === PARAMETER_RECORD_KIND) yield decodeParameterEvent(payload);
}

function recordOf(event: ParameterEvent): JournalRecord {
  const payload = encodeParameterEvent(event);
  return { kind: PARAMETER_RECORD_KIND, accountId: '', source: '', sourceSequence: 0, payload };
}
