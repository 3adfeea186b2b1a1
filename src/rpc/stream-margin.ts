import type { Caller } from '../access/caller.js';
import { maySee } from '../access/caller.js';
import type { MarginUpdate as UpdateMessage } from '../gen/margincube/v1/MarginUpdate.js';
import type { MarginState as StateMessage } from '../gen/margincube/v1/MarginState.js';
import type { LiveMargins } from '../live/margins/live-margins.js';
import { MarginSubscription } from '../live/margins/margin-subscription.js';
import type { MarginBatch, MarginUpdate } from '../live/margins/margin-subscription.js';
import type { Coverage, MarginHealth } from '../live/state/ladder.js';
import { integer } from '../wire/convert/fields.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { malformed } from './errors.js';
import { PacedStreams } from './paced-stream.js';
import type { AnswerStream } from './paced-stream.js';
import type { CallScope } from './with-call.js';

/** Who follows the margins of accounts. */
export class MarginStreams {
  readonly #streams = new PacedStreams();

  constructor(private readonly margins: LiveMargins) {}

  /** Margins have changed. */
  onMargins(): void {
    this.#streams.poke();
  }

  /** MarginService.StreamMargin: the present state first, or what followed the resume tokens, then changes. */
  follow(call: AnswerStream, { caller }: CallScope): Promise<void> {
    const request = decodeRequest('margincube.v1.StreamMarginRequest', call.request);
    const { accountIds, allAccounts, minimumRelativeChange, minimumIntervalMs, resumeTokens } = request;
    if (accountIds.length > 0 === allAccounts)
      throw malformed('accountIds', 'Expected account ids or all accounts, one of the two');
    const relativeChangeMin = minimumRelativeChange;
    if (!(relativeChangeMin >= 0))
      throw malformed(
        'minimumRelativeChange',
        `Expected a number >= 0 but received ${String(relativeChangeMin)}`,
      );
    const followed = visibleAccounts(caller, allAccounts ? undefined : accountIds);
    const subscription = new MarginSubscription(this.margins, {
      ...(followed === undefined ? {} : { accountIds: followed }),
      relativeChangeMin,
      resume: resumeTokens.map(({ partition, sequence, epoch }) => ({
        partition,
        sequence: integer(sequence),
        epoch: integer(epoch),
      })),
    });
    return this.#streams.serve(call, minimumIntervalMs, () => messages(subscription));
  }

  endAll(): void {
    this.#streams.endAll();
  }
}

/** What a caller may see of what it asks for, where undefined is all; somebody else's account is as silent as one that does not exist. */
function visibleAccounts(
  caller: Caller,
  asked: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (asked === undefined) return caller.accounts;
  return new Set(asked.filter((accountId) => maySee(caller, accountId)));
}

function* messages(subscription: MarginSubscription): Generator<Buffer> {
  for (const batch of subscription.due())
    yield codec('margincube.v1.StreamMarginResponse').encode({ batch: batchMessage(batch) });
}

function batchMessage({ epoch, updates, resume }: MarginBatch) {
  return {
    epoch: String(epoch),
    updates: updates.map(updateMessage),
    resumeTokens: resume.map(({ partition, sequence }) => ({
      partition,
      sequence: String(sequence),
      epoch: String(epoch),
    })),
  };
}

function updateMessage(update: MarginUpdate): UpdateMessage {
  const {
    accountId,
    accountSeq,
    isInitial,
    health,
    previousHealth,
    enforcementId,
    isStale,
    breachProbability,
  } = update;
  return {
    accountId,
    accountSeq: String(accountSeq),
    initialState: isInitial,
    state: stateMessage(update, health),
    ...(previousHealth === undefined ? {} : { previousHealth: `MARGIN_HEALTH_${previousHealth}` as const }),
    status: isStale ? 'NUMBER_STATUS_STALE' : 'NUMBER_STATUS_EXACT',
    ...(enforcementId === undefined ? {} : { enforcementId }),
    ...(breachProbability === undefined ? {} : { breachProbability }),
  };
}

/** A margin as it is streamed. */
export function stateMessage(
  { equity, initialMargin, maintenanceMargin }: Coverage,
  health: MarginHealth,
): StateMessage {
  return {
    equity,
    initialMargin,
    maintenanceMargin,
    initialExcess: equity - initialMargin,
    maintenanceExcess: equity - maintenanceMargin,
    ...(equity > 0 ? { marginRatio: maintenanceMargin / equity } : {}),
    available: Math.max(0, equity - initialMargin),
    health: `MARGIN_HEALTH_${health}`,
  };
}
