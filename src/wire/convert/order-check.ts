import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { OrderCheck, OrderDecision } from '../../domain/order-check.js';
import { CHECK_MODES } from '../../domain/order-check.js';
import { ORDER_SIDES } from '../../domain/portfolio.js';
import type { CheckOrdersResponse } from '../../gen/margincube/v1/CheckOrdersResponse.js';
import type { CheckOrdersRequest__Output } from '../../gen/margincube/v1/CheckOrdersRequest.js';
import {
  ConversionError,
  integer,
  optionalNumber,
  requiredNumber,
  requiredWord,
  timestampOf,
} from './fields.js';
import { stateToMessage } from './margin-state.js';
import { statusOfFailure } from './status.js';

/** A message as the order that is asked about; a required field that is absent is a failure with its path. */
export function orderCheckFromMessage(message: CheckOrdersRequest__Output): Outcome<OrderCheck> {
  try {
    const limitPrice = optionalNumber(message.limitPrice);
    const { mmpGroup, replacesOrderId } = message;
    return success({
      clientOrderId: message.clientOrderId,
      accountId: message.accountId,
      instrument: message.instrument,
      side: requiredWord(ORDER_SIDES, 'SIDE', message.side, 'side'),
      quantity: requiredNumber(message.quantity, 'quantity'),
      ...(limitPrice === undefined ? {} : { limitPrice }),
      ...(mmpGroup === undefined ? {} : { mmpGroup }),
      ...(replacesOrderId === undefined ? {} : { replacesOrderId }),
      isReduceOnly: message.reduceOnly,
      ifAccountSeqAtLeast: integer(message.ifAccountSeqAtLeast),
      maxEpochAgeMs: message.maxEpochAgeMs,
      mode: requiredWord(CHECK_MODES, 'CHECK_MODE', message.mode, 'mode'),
      reservationTtlMs: message.reservationTtlMs,
    });
  } catch (error) {
    if (error instanceof ConversionError) return { ok: false, failure: error.failure };
    throw error;
  }
}

/** A decision as its message. */
export function decisionToMessage(
  clientOrderId: string,
  decision: OrderDecision,
  computeMicros: number,
): CheckOrdersResponse {
  const { rejectCode, failure, before, after, reservationId, reservationExpiresAtMs } = decision;
  const response: CheckOrdersResponse = {
    clientOrderId,
    decision: rejectCode === undefined ? 'CHECK_DECISION_ACCEPT' : 'CHECK_DECISION_REJECT',
    accountSeq: decision.accountSeq,
    epoch: decision.epoch,
    computeMicros,
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
