import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { Leg, PathMargin } from '../../domain/simulation.js';
import type { Leg as LegMessage } from '../../gen/margincube/v1/Leg.js';
import type { SimulateMarginResponse } from '../../gen/margincube/v1/SimulateMarginResponse.js';
import { ConversionError, optionalNumber, requiredNumber } from './fields.js';
import { changeToMessage, stateToMessage } from './margin-state.js';
import { reportToMessage } from './report.js';

/** Trades of a what-if in their order; a quantity that is absent is a failure with its path. */
export function legsFromMessages(messages: readonly LegMessage[]): Outcome<Leg[]> {
  try {
    return success(messages.map(leg));
  } catch (error) {
    if (error instanceof ConversionError) return { ok: false, failure: error.failure };
    throw error;
  }
}

function leg(message: LegMessage, index: number): Leg {
  const price = optionalNumber(message.price);
  return {
    instrument: message.instrument ?? '',
    quantity: requiredNumber(message.quantity, `legs[${String(index)}].quantity`),
    ...(price === undefined ? {} : { price }),
  };
}

/**
 * A what-if as its message. It is accepted where the initial margin is covered along the whole way: the rules of a pre-trade
 * gate (reduce only, limits, fees) are not asked.
 */
export function simulationToMessage(
  { before, after, peak, peakAfterLegs }: PathMargin,
  includeComponents: boolean,
): SimulateMarginResponse {
  const isCovered = peak.initialExcess >= 0;
  const { liquidationPrices } = reportToMessage(after);
  return {
    currency: after.currency,
    before: stateToMessage(before, includeComponents),
    after: stateToMessage(after, includeComponents),
    change: changeToMessage(before, after),
    peakOnPath: stateToMessage(peak, includeComponents),
    peakAfterLegs,
    ...(liquidationPrices === undefined ? {} : { liquidationPrices }),
    decision: isCovered ? 'CHECK_DECISION_ACCEPT' : 'CHECK_DECISION_REJECT',
    rejectCode: isCovered ? 'REJECT_CODE_UNSPECIFIED' : 'REJECT_CODE_INSUFFICIENT_IM',
    epoch: after.epoch,
    parameterHash: after.parameterHash,
    status: 'NUMBER_STATUS_EXACT',
  };
}
