import type { OrderDecision } from '../domain/order-check.js';
import { preciseNowMs } from '../pool/tasks.js';
import { orderCheckFromMessage } from '../wire/convert/order-check.js';
import { encodeDecision } from '../wire/direct/encode-decision.js';
import type { Accounts } from './accounts.js';
import { answerInOrder } from './answer-in-order.js';
import { decodeRequest } from './decode-request.js';
import { orStopped } from './portfolio-service.js';
import type { DuplexHandler } from './with-call.js';

const MICROS_PER_MILLISECOND = 1_000;

/**
 * MarginService.CheckOrders: every request is decided when it is read and answered once, in order. A reservation is answered when
 * it is durable; a check waits for nothing.
 */
export function checkOrders(accounts: Accounts, call: Parameters<DuplexHandler>[0]): Promise<void> {
  return answerInOrder(call, (request) => answer(accounts, request));
}

function answer({ book, gate }: Accounts, request: Buffer): Buffer | Promise<Buffer> {
  const startedAtMs = preciseNowMs();
  const message = decodeRequest('margincube.v1.CheckOrdersRequest', request);
  const order = orderCheckFromMessage(message);
  const decision: OrderDecision = order.ok
    ? gate.check(order.value)
    : { rejectCode: 'INVALID_ORDER', failure: order.failure, accountSeq: 0, epoch: 0 };
  const computeMicros = Math.round((preciseNowMs() - startedAtMs) * MICROS_PER_MILLISECOND);
  const response = encodeDecision(message.clientOrderId, decision, computeMicros);
  if (decision.reservationId === undefined) return response;
  return orStopped(book.durable()).then(() => response);
}
