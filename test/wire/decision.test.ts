import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderDecision } from '../../src/domain/order-check.js';
import { REJECT_CODES } from '../../src/domain/order-check.js';
import { decisionToMessage } from '../../src/wire/convert/order-check.js';
import { encodeDecision } from '../../src/wire/direct/encode-decision.js';
import { codec } from '../../src/wire/schema.js';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const numbers = fc.record(
  {
    equity: number,
    initialMargin: number,
    maintenanceMargin: number,
    initialExcess: number,
    maintenanceExcess: number,
    components: fc.constant([]),
    bindingScenario: fc.record({
      index: fc.nat(),
      label: fc.string(),
      family: fc.string({ unit: 'grapheme' }),
      spotShock: number,
      volShock: fc.constantFrom('UP', 'DOWN'),
      pnl: number,
    }),
  },
  {
    requiredKeys: [
      'equity',
      'initialMargin',
      'maintenanceMargin',
      'initialExcess',
      'maintenanceExcess',
      'components',
    ],
  },
);
const failure = fc.record({
  reason: fc.constant('INVALID_VALUE' as const),
  field: fc.string(),
  message: fc.string(),
});
const decision: fc.Arbitrary<OrderDecision> = fc.record(
  {
    rejectCode: fc.constantFrom(...REJECT_CODES),
    failure,
    accountSeq: fc.nat(),
    epoch: fc.maxSafeNat(),
    before: numbers,
    after: numbers,
    reservationId: fc.string(),
    reservationExpiresAtMs: fc.nat({ max: 4e12 }),
  },
  { requiredKeys: ['accountSeq', 'epoch'] },
);

describe('a decision of the gate', () => {
  it('is written byte for byte as the schema writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), decision, fc.nat(), (clientOrderId, decided, micros) => {
        const message = decisionToMessage(clientOrderId, decided, micros);
        const expected = codec('margincube.v1.CheckOrdersResponse').encode(message);
        expect(encodeDecision(clientOrderId, decided, micros).equals(expected)).toBe(true);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
