import type { OrderDecision } from '../../domain/order-check.js';
import { REJECT_CODES } from '../../domain/order-check.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import { healthOf } from '../convert/margin-state.js';
import type { HealthOfMargins } from '../convert/margin-state.js';
import { decisionToMessage } from '../convert/order-check.js';
import { codec } from '../schema.js';
import { writeBindingScenario, writeTime } from './encode-report.js';
import { MessageWriter } from './message-writer.js';

/** One per thread; its memory is reused, and every answer is a copy. */
const writer = new MessageWriter();

const ACCEPT = 1;
const REJECT = 2;
const HEALTH_CODE: Readonly<Record<HealthOfMargins, number>> = {
  MARGIN_HEALTH_OK: 1,
  MARGIN_HEALTH_RESTRICTED: 2,
  MARGIN_HEALTH_LIQUIDATE: 4,
  MARGIN_HEALTH_INSOLVENT: 6,
};

/**
 * margincube.v1.CheckOrdersResponse, byte for byte what the schema's encoder makes of `decisionToMessage`; a test compares the
 * two. A decision with an error goes through the schema: it is rare, and its details have many forms.
 */
export function encodeDecision(
  clientOrderId: string,
  decision: OrderDecision,
  computeMicros: number,
): Buffer {
  if (decision.failure !== undefined) {
    const message = decisionToMessage(clientOrderId, decision, computeMicros);
    return codec('margincube.v1.CheckOrdersResponse').encode(message);
  }
  const { rejectCode, before, after, reservationId, reservationExpiresAtMs } = decision;
  writer.reset();
  writer.text(1, clientOrderId);
  writer.integer(2, rejectCode === undefined ? ACCEPT : REJECT);
  if (rejectCode !== undefined) writer.integer(3, REJECT_CODES.indexOf(rejectCode) + 1);
  writer.integer(4, decision.accountSeq);
  writer.integer(5, decision.epoch);
  if (before !== undefined) writeState(6, before);
  if (after !== undefined) writeState(7, after);
  if (reservationId !== undefined) writer.text(8, reservationId);
  if (reservationExpiresAtMs !== undefined) writeTime(writer, 9, reservationExpiresAtMs);
  writer.integer(11, computeMicros);
  return writer.finish();
}

/** margincube.v1.MarginState without components. */
function writeState(field: number, numbers: MarginNumbers): void {
  const { equity, maintenanceMargin, initialExcess, bindingScenario } = numbers;
  const begun = writer.begin(field);
  writer.double(1, equity);
  writer.double(2, numbers.initialMargin);
  writer.double(3, maintenanceMargin);
  writer.double(4, initialExcess);
  writer.double(5, numbers.maintenanceExcess);
  if (equity > 0) writer.double(6, maintenanceMargin / equity);
  writer.double(8, Math.max(0, initialExcess));
  writer.integer(9, HEALTH_CODE[healthOf(numbers)]);
  if (bindingScenario !== undefined) writeBindingScenario(writer, 11, bindingScenario);
  writer.end(begun);
}
