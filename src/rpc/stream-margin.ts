import type { Caller } from '../access/caller.js';
import { maySee } from '../access/caller.js';
import type { MarginUpdate as UpdateMessage } from '../gen/margincube/v1/MarginUpdate.js';
import type { MarginState as StateMessage } from '../gen/margincube/v1/MarginState.js';
import type { LiveMargins } from '../live/margins/live-margins.js';
import { MarginSubscription } from '../live/margins/margin-subscription.js';
import type { MarginBatch, MarginUpdate } from '../live/margins/margin-subscription.js';
import { CODE, cureAmount, MARGIN_HEALTHS } from '../live/state/ladder.js';
import type { Coverage, MarginHealth } from '../live/state/ladder.js';
import { ConversionError, integer, requiredWord, timestampOf } from '../wire/convert/fields.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { failed, malformed } from './errors.js';
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

function stateMessage(
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

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 1_000;

/** MarginService.ListCalls: accounts below OK, worst first. */
export function listCalls(margins: LiveMargins, bytes: Buffer, { caller }: CallScope): Buffer {
  const { health, pageSize, pageToken } = decodeRequest('margincube.v1.ListCallsRequest', bytes);
  if (pageSize > PAGE_SIZE_MAX)
    throw malformed('pageSize', `Expected at most ${String(PAGE_SIZE_MAX)} but received ${String(pageSize)}`);
  const from = pageToken === '' ? 0 : Number(pageToken);
  if (!(Number.isInteger(from) && from >= 0))
    throw malformed('pageToken', `Expected a token of an earlier answer but received "${pageToken}"`);
  const wanted = new Set(health.map((one, index) => healthOf(one, `health[${String(index)}]`)));
  const found = [...margins.all()]
    .filter(({ accountId }) => maySee(caller, accountId))
    .filter((account) => (wanted.size === 0 ? account.step > CODE.OK : wanted.has(account.health)))
    .sort(
      (a, b) =>
        b.step - a.step ||
        a.equity - a.maintenanceMargin - (b.equity - b.maintenanceMargin) ||
        (a.accountId < b.accountId ? -1 : 1),
    );
  const end = from + (pageSize === 0 ? PAGE_SIZE_DEFAULT : pageSize);
  return codec('margincube.v1.ListCallsResponse').encode({
    calls: found.slice(from, end).map((account) => ({
      callId: account.callId ?? '',
      accountId: account.accountId,
      state: stateMessage(account, MARGIN_HEALTHS[account.step] ?? 'INSOLVENT'),
      since: timestampOf(account.sinceMs),
      cureAmount: cureAmount(account.step, account),
      ...(account.breachProbability === undefined ? {} : { breachProbability: account.breachProbability }),
    })),
    nextPageToken: end < found.length ? String(end) : '',
  });
}

/** A number of the enum that this contract does not know arrives as a number. */
function healthOf(value: string | number, field: string): MarginHealth {
  try {
    return requiredWord(MARGIN_HEALTHS, 'MARGIN_HEALTH', value, field);
  } catch (error) {
    throw error instanceof ConversionError ? failed(error.failure) : error;
  }
}
