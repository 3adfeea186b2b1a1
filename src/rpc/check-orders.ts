import type { Caller } from '../access/caller.js';
import { maySee } from '../access/caller.js';
import type { OrderDecision } from '../domain/order-check.js';
import type { Failure } from '../domain/outcome.js';
import { unknownAccount } from '../live/book/apply-event.js';
import { preciseNowMs } from '../pool/tasks.js';
import { orderCheckFromMessage } from '../wire/convert/order-check.js';
import { encodeDecision } from '../wire/direct/encode-decision.js';
import type { Accounts } from './accounts.js';
import { answerInOrder } from './answer-in-order.js';
import { decodeRequest } from './decode-request.js';
import { orStopped } from './portfolio-service.js';
import type { CallScope, DuplexHandler } from './with-call.js';

const MICROS_PER_MILLISECOND = 1_000;

/**
 * MarginService.CheckOrders: every request is decided when it is read and answered once, in order. A reservation is answered when
 * it is durable; a check waits for nothing.
 */
export function checkOrders(
  accounts: Accounts,
  call: Parameters<DuplexHandler>[0],
  { caller }: CallScope,
): Promise<void> {
  return answerInOrder(call, (request) => answer(accounts, caller, request));
}

function answer({ book, gate }: Accounts, caller: Caller, request: Buffer): Buffer | Promise<Buffer> {
  const startedAtMs = preciseNowMs();
  const message = decodeRequest('margincube.v1.CheckOrdersRequest', request);
  const order = orderCheckFromMessage(message);
  const decision = !order.ok
    ? invalid(order.failure)
    : maySee(caller, order.value.accountId)
      ? gate.check(order.value)
      : invalid(unknownAccount('accountId', order.value.accountId).failure);
  const computeMicros = Math.round((preciseNowMs() - startedAtMs) * MICROS_PER_MILLISECOND);
  const response = encodeDecision(message.clientOrderId, decision, computeMicros);
  if (decision.reservationId === undefined) return response;
  return orStopped(book.durable()).then(() => response);
}

/** Decided without a look at any account. */
function invalid(failure: Failure): OrderDecision {
  return { rejectCode: 'INVALID_ORDER', failure, accountSeq: 0, epoch: 0 };
}
