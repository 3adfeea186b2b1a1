import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OpenOrder } from '../../src/domain/portfolio.js';
import { worstSideOrderLoss } from '../../src/models/charges/open-orders.js';
import type { ResolvedOrder } from '../../src/models/model.js';
import { sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const UNIT_VALUE = 100;

const anyOrder = fc.record({
  orderId: fc.constant('o'),
  instrument: fc.constant('any'),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  quantity: fc.integer({ min: 1, max: 20 }),
  limitPrice: fc.integer({ min: 50, max: 150 }),
  mmpGroup: fc.constant('m'),
});
const anyOrders = fc.array(anyOrder, { minLength: 1, maxLength: 8 });

/** Loss of the orders in the scenario that moves a contract by `move`, with a limit or without a group. */
function lossOf(orders: readonly OpenOrder[], move: number, quantityLimit?: number): number {
  const resolved: ResolvedOrder[] = orders.map((order, requestIndex) => ({
    order,
    requestIndex,
    instrument: 0,
  }));
  return worstSideOrderLoss(
    {
      orders: resolved,
      mmpGroups: quantityLimit === undefined ? [] : [{ name: 'm', underlying: 'BTC', quantityLimit }],
      market,
      unitValue: new Float64Array(market.table.instruments.length).fill(UNIT_VALUE),
      unitPnl: () => move,
    },
    0,
  );
}

const sizeOf = (orders: readonly OpenOrder[]): number =>
  orders.reduce((sum, { quantity }) => sum + quantity, 0);
const move = fc.integer({ min: -40, max: 40 });

describe('orders under market-maker protection', () => {
  it('lose what they would without it when the limit is not below their size', () => {
    fc.assert(
      fc.property(anyOrders, move, fc.integer({ min: 0, max: 10 }), (orders, by, more) => {
        expect(lossOf(orders, by, sizeOf(orders) + more)).toBeCloseTo(lossOf(orders, by), 9);
      }),
      { seed: 1 },
    );
  });

  it('lose no less under a higher limit', () => {
    fc.assert(
      fc.property(
        anyOrders,
        move,
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        (orders, by, limit, more) => {
          expect(lossOf(orders, by, limit + more)).toBeGreaterThanOrEqual(lossOf(orders, by, limit));
        },
      ),
      { seed: 2 },
    );
  });

  it('never lose more than is charged, whatever fills within the limit', () => {
    fc.assert(
      fc.property(
        anyOrders,
        move,
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }),
        (orders, by, limit, shares) => {
          let left = limit;
          let loss = 0;
          for (const [at, { side, quantity, limitPrice }] of orders.entries()) {
            const filled = Math.min(left, (shares[at] ?? 0) * quantity);
            left -= filled;
            const value = UNIT_VALUE + by;
            loss += filled * (side === 'BUY' ? limitPrice - value : value - limitPrice);
          }
          expect(loss).toBeLessThanOrEqual(lossOf(orders, by, limit) + 1e-9);
        },
      ),
      { seed: 3 },
    );
  });

  it('are unprotected where their group has no limit', () => {
    const order: OpenOrder = {
      orderId: 'o',
      instrument: 'any',
      side: 'BUY',
      quantity: 7,
      limitPrice: 120,
      mmpGroup: 'other',
    };
    expect(lossOf([order], -10, 1)).toBe(7 * 30);
  });
});
