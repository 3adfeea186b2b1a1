import type { Caller } from '../access/caller.js';
import { maySee } from '../access/caller.js';
import type { AccountEvent } from '../domain/account-event.js';
import { failureUnder } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';
import type { AccountEvent__Output } from '../gen/margincube/v1/AccountEvent.js';
import { EVENTS_PER_REQUEST_MAX } from '../limits.js';
import type { AccountBook, Acknowledgement } from '../live/book/account-book.js';
import { unknownAccount } from '../live/book/apply-event.js';
import { eventFromMessage } from '../wire/convert/account-event.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';
import { answerInOrder } from './answer-in-order.js';
import { decodeRequest } from './decode-request.js';
import { tooBig } from './errors.js';
import { orStopped } from './portfolio-service.js';
import type { CallScope, DuplexHandler } from './with-call.js';

/** PortfolioService.RecordEvents: one acknowledgement per event, once all events of its request are durable. */
export function recordEvents(
  book: AccountBook,
  call: Parameters<DuplexHandler>[0],
  { caller }: CallScope,
): Promise<void> {
  return answerInOrder(call, (request) => answer(book, caller, request));
}

async function answer(book: AccountBook, caller: Caller, request: Buffer): Promise<Buffer> {
  const messages = decodeRequest('margincube.v1.RecordEventsRequest', request).events;
  if (messages.length > EVENTS_PER_REQUEST_MAX) {
    const most = `Expected at most ${String(EVENTS_PER_REQUEST_MAX)} events`;
    throw tooBig('events', `${most} but received ${String(messages.length)}`);
  }
  const acknowledgements = await orStopped(recordInOrder(book, caller, messages));
  return codec('margincube.v1.RecordEventsResponse').encode({
    acknowledgements: acknowledgements.map(({ eventId, status, accountSeq, failure }, index) => ({
      eventId,
      status: `EVENT_STATUS_${status}` as const,
      accountSeq: String(accountSeq),
      ...(failure === undefined ? {} : { error: statusOfFailure(underIndex(failure, index)) }),
    })),
  });
}

/** What is no event is refused in its place; the events around it are recorded in their order. */
async function recordInOrder(
  book: AccountBook,
  caller: Caller,
  messages: readonly AccountEvent__Output[],
): Promise<Acknowledgement[]> {
  const events: AccountEvent[] = [];
  const refused = new Map<number, Acknowledgement>();
  for (const [index, message] of messages.entries()) {
    const event = eventFromMessage(message);
    const wrong = event.ok ? hiddenAccount(caller, event.value) : event.failure;
    if (event.ok && wrong === undefined) events.push(event.value);
    else if (wrong !== undefined) refused.set(index, refusal(book, caller, message, wrong));
  }
  const recorded = await book.record(events);
  let next = 0;
  return messages.map((message, index) => refused.get(index) ?? taken(recorded[next++], message));
}

/** Why an event is about an account that is not the caller's: it does not exist, as far as the caller is told. */
function hiddenAccount(caller: Caller, { accountId, change }: AccountEvent): Failure | undefined {
  if (!maySee(caller, accountId)) return unknownAccount('accountId', accountId).failure;
  if (change.kind !== 'TRANSFER' || maySee(caller, change.toAccountId)) return undefined;
  return unknownAccount('transfer.toAccountId', change.toAccountId).failure;
}

function refusal(
  book: AccountBook,
  caller: Caller,
  message: AccountEvent__Output,
  failure: Failure,
): Acknowledgement {
  const { accountId } = message;
  const accountSeq = maySee(caller, accountId) ? (book.get(accountId)?.seq ?? 0) : 0;
  return { eventId: message.eventId, status: 'REFUSED', accountSeq, failure };
}

function taken(acknowledgement: Acknowledgement | undefined, message: AccountEvent__Output): Acknowledgement {
  if (acknowledgement !== undefined) return acknowledgement;
  throw new RangeError(`no acknowledgement of the event ${message.eventId}`);
}

function underIndex(failure: Failure, index: number): Failure {
  return failureUnder(`events[${String(index)}]`, failure).failure;
}
