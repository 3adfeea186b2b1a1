import { describe, expect, it } from 'vitest';
import type { OpenOrder, Portfolio } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { MODELS_UNDER_TEST } from '../support/every-model.js';
import { outcomeOf } from '../support/margins.js';
import { book, optionName } from '../support/sample-market.js';

/**
 * What each model does with open orders (docs/open-orders.md): count them at their worst side, ignore them as the venue does
 * and say so, fail as unavailable where the rule is not public, or refuse them.
 */
const TREATMENT: ReadonlyMap<string, 'WORST_SIDE' | 'IGNORED' | 'UNAVAILABLE' | 'REFUSED'> = new Map([
  ['derive-pm1', 'IGNORED'],
  ['derive-pm2', 'IGNORED'],
  ['derive-sm', 'IGNORED'],
  ['deribit-pm', 'UNAVAILABLE'],
  ['deribit-sm', 'WORST_SIDE'],
  ['okx-pm', 'UNAVAILABLE'],
  ['bybit-pm', 'UNAVAILABLE'],
  ['grid', 'REFUSED'],
  ['paradex-pm', 'WORST_SIDE'],
  ['paradex-xm', 'WORST_SIDE'],
  ['house', 'WORST_SIDE'],
  ['span', 'REFUSED'],
  ['tims', 'REFUSED'],
  ['es', 'REFUSED'],
]);

describe.each(MODELS_UNDER_TEST)('$name', ({ model, market, balance }) => {
  const isLinear = balance(1).asset === 'USDC';
  const held = [{ instrument: optionName(30, 110_000, 'CALL', isLinear), quantity: -1 }];
  const order: OpenOrder = {
    orderId: 'sell',
    instrument: optionName(30, 80_000, 'PUT', isLinear),
    side: 'SELL',
    quantity: 3,
    limitPrice: isLinear ? 1_000 : 0.01,
  };
  const portfolio = (openOrders: readonly OpenOrder[]): Portfolio => ({
    ...book(held, [balance(1e6)]),
    openOrders,
  });
  const marginOf = (openOrders: readonly OpenOrder[]): MarginReport => {
    const outcome = outcomeOf(market, model, portfolio(openOrders), { allowApproximations: true });
    if (!outcome.ok) throw new Error(outcome.failure.message);
    return outcome.value;
  };
  const treatment = TREATMENT.get(model.id);

  it('says whether it counts open orders', () => {
    expect(model.countsOrders).toBe(treatment === 'WORST_SIDE');
  });

  it(`treats open orders as documented: ${treatment ?? 'not at all'}`, () => {
    const strict = outcomeOf(market, model, portfolio([order]));
    switch (treatment) {
      case 'WORST_SIDE':
        expect(marginOf([order]).initialMargin).toBeGreaterThan(marginOf([]).initialMargin);
        break;
      case 'IGNORED':
        expect(marginOf([order]).initialMargin).toBe(marginOf([]).initialMargin);
        expect(marginOf([order]).warnings.join()).toContain('open orders are ignored');
        break;
      case 'UNAVAILABLE':
        expect(strict.ok ? '' : strict.failure.reason).toBe('UNAVAILABLE_COMPONENT');
        expect(marginOf([order]).quality).toBe('UNAVAILABLE');
        break;
      case 'REFUSED':
        expect(strict.ok ? '' : strict.failure.reason).toBe('UNSUPPORTED');
        expect(strict.ok ? '' : strict.failure.field).toMatch(/^openOrders\[0\]/);
        break;
      default:
        throw new Error(`${model.id} is not documented`);
    }
  });
});
