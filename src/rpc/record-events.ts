import type { AccountEvent } from '../domain/account-event.js';
import { failureUnder } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';
import type { AccountEvent__Output } from '../gen/margincube/v1/AccountEvent.js';
import { EVENTS_PER_REQUEST_MAX } from '../limits.js';
import type { AccountBook, Acknowledgement } from '../live/book/account-book.js';
import { eventFromMessage } from '../wire/convert/account-event.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';
import { answerInOrder } from './answer-in-order.js';
import { decodeRequest } from './decode-request.js';
import { tooBig } from './errors.js';
import { orStopped } from './portfolio-service.js';
import type { DuplexHandler } from './with-call.js';

/** PortfolioService.RecordEvents: one acknowledgement per event, once all events of its request are durable. */
export function recordEvents(book: AccountBook, call: Parameters<DuplexHandler>[0]): Promise<void> {
  return answerInOrder(call, (request) => answer(book, request));
}

async function answer(book: AccountBook, request: Buffer): Promise<Buffer> {
  const messages = decodeRequest('margincube.v1.RecordEventsRequest', request).events;
  if (messages.length > EVENTS_PER_REQUEST_MAX) {
    const most = `Expected at most ${String(EVENTS_PER_REQUEST_MAX)} events`;
    throw tooBig('events', `${most} but received ${String(messages.length)}`);
  }
  const acknowledgements = await orStopped(recordInOrder(book, messages));
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
  messages: readonly AccountEvent__Output[],
): Promise<Acknowledgement[]> {
  const events: AccountEvent[] = [];
  const refused = new Map<number, Acknowledgement>();
  for (const [index, message] of messages.entries()) {
    const event = eventFromMessage(message);
    if (event.ok) events.push(event.value);
    else refused.set(index, refusal(book, message, event.failure));
  }
  const recorded = await book.record(events);
  let next = 0;
  return messages.map((message, index) => refused.get(index) ?? taken(recorded[next++], message));
}

function refusal(book: AccountBook, message: AccountEvent__Output, failure: Failure): Acknowledgement {
  const accountSeq = book.get(message.accountId)?.seq ?? 0;
  return { eventId: message.eventId, status: 'REFUSED', accountSeq, failure };
}

function taken(acknowledgement: Acknowledgement | undefined, message: AccountEvent__Output): Acknowledgement {
  if (acknowledgement !== undefined) return acknowledgement;
  throw new RangeError(`no acknowledgement of the event ${message.eventId}`);
}

function underIndex(failure: Failure, index: number): Failure {
  return failureUnder(`events[${String(index)}]`, failure).failure;
}
