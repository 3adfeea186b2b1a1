import type { OrderDecision } from '../domain/order-check.js';
import type { CheckOrdersResponse } from '../gen/margincube/v1/CheckOrdersResponse.js';
import { preciseNowMs } from '../pool/tasks.js';
import { timestampOf } from '../wire/convert/fields.js';
import { stateToMessage } from '../wire/convert/margin-state.js';
import { orderCheckFromMessage } from '../wire/convert/order-check.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { codec } from '../wire/schema.js';
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
  const response = codec('margincube.v1.CheckOrdersResponse').encode(
    responseOf(message.clientOrderId, decision, preciseNowMs() - startedAtMs),
  );
  if (decision.reservationId === undefined) return response;
  return orStopped(book.durable()).then(() => response);
}

function responseOf(clientOrderId: string, decision: OrderDecision, computeMs: number): CheckOrdersResponse {
  const { rejectCode, failure, before, after, reservationId, reservationExpiresAtMs } = decision;
  const response: CheckOrdersResponse = {
    clientOrderId,
    decision: rejectCode === undefined ? 'CHECK_DECISION_ACCEPT' : 'CHECK_DECISION_REJECT',
    accountSeq: decision.accountSeq,
    epoch: decision.epoch,
    computeMicros: Math.round(computeMs * MICROS_PER_MILLISECOND),
  };
  if (rejectCode !== undefined) response.rejectCode = `REJECT_CODE_${rejectCode}`;
  if (before !== undefined) response.before = stateToMessage(before, false);
  if (after !== undefined) response.after = stateToMessage(after, false);
  if (reservationId !== undefined) response.reservationId = reservationId;
  if (reservationExpiresAtMs !== undefined)
    response.reservationExpiresAt = timestampOf(reservationExpiresAtMs);
  if (failure !== undefined) response.error = statusOfFailure(failure);
  return response;
}
