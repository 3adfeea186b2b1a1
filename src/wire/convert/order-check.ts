import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { OrderCheck } from '../../domain/order-check.js';
import { CHECK_MODES } from '../../domain/order-check.js';
import { ORDER_SIDES } from '../../domain/portfolio.js';
import type { CheckOrdersRequest__Output } from '../../gen/margincube/v1/CheckOrdersRequest.js';
import { ConversionError, integer, optionalNumber, requiredNumber, requiredWord } from './fields.js';

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
