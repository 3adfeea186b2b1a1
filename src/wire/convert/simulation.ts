import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg, PathMargin } from '../../domain/simulation.js';
import type { Leg as LegMessage } from '../../gen/margincube/v1/Leg.js';
import type { MarginState } from '../../gen/margincube/v1/MarginState.js';
import type { SimulateMarginResponse } from '../../gen/margincube/v1/SimulateMarginResponse.js';
import { ConversionError, optionalNumber, requiredNumber } from './fields.js';
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
    before: state(before, includeComponents),
    after: state(after, includeComponents),
    change: change(before, after),
    peakOnPath: state(peak, includeComponents),
    peakAfterLegs,
    ...(liquidationPrices === undefined ? {} : { liquidationPrices }),
    decision: isCovered ? 'CHECK_DECISION_ACCEPT' : 'CHECK_DECISION_REJECT',
    rejectCode: isCovered ? 'REJECT_CODE_UNSPECIFIED' : 'REJECT_CODE_INSUFFICIENT_IM',
    epoch: after.epoch,
    parameterHash: after.parameterHash,
    status: 'NUMBER_STATUS_EXACT',
  };
}

function state(report: MarginReport, includeComponents: boolean): MarginState {
  const { components, bindingScenario } = reportToMessage(report);
  return {
    equity: report.equity,
    initialMargin: report.initialMargin,
    maintenanceMargin: report.maintenanceMargin,
    initialExcess: report.initialExcess,
    maintenanceExcess: report.maintenanceExcess,
    available: Math.max(0, report.initialExcess),
    health: health(report),
    ...(report.marginRatio === undefined ? {} : { marginRatio: report.marginRatio }),
    ...(bindingScenario === undefined ? {} : { bindingScenario }),
    ...(includeComponents && components !== undefined ? { components } : {}),
  };
}

/** What the margins alone say; calls and backstops are decisions of who keeps the account. */
function health({
  equity,
  initialExcess,
  maintenanceExcess,
}: MarginReport): NonNullable<MarginState['health']> {
  if (initialExcess >= 0) return 'MARGIN_HEALTH_OK';
  if (maintenanceExcess >= 0) return 'MARGIN_HEALTH_RESTRICTED';
  return equity < 0 ? 'MARGIN_HEALTH_INSOLVENT' : 'MARGIN_HEALTH_LIQUIDATE';
}

function change(before: MarginReport, after: MarginReport): MarginState {
  const { marginRatio: from } = before;
  const { marginRatio: to } = after;
  return {
    equity: after.equity - before.equity,
    initialMargin: after.initialMargin - before.initialMargin,
    maintenanceMargin: after.maintenanceMargin - before.maintenanceMargin,
    initialExcess: after.initialExcess - before.initialExcess,
    maintenanceExcess: after.maintenanceExcess - before.maintenanceExcess,
    available: Math.max(0, after.initialExcess) - Math.max(0, before.initialExcess),
    ...(from === undefined || to === undefined ? {} : { marginRatio: to - from }),
  };
}
