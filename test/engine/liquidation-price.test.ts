import { describe, expect, it } from 'vitest';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { LiquidationPrice } from '../../src/domain/report.js';
import { brentRoot } from '../../src/engine/roots.js';
import { moveUnderlying } from '../../src/market/snapshot/derived-market.js';
import { model, reportOf } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const pm2 = model('derive-pm2');

function pricesOf(portfolio: Portfolio, by = pm2): LiquidationPrice {
  const [prices] =
    reportOf(market, by, portfolio, { includeLiquidationPrices: true }).liquidationPrices ?? [];
  if (prices === undefined) throw new Error('no liquidation prices');
  return prices;
}

describe('liquidation prices', () => {
  it('of a long perpetual under derive-pm2 follow the closed form', () => {
    const cashUsd = 20_000;
    const found = pricesOf(
      book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1 }], [cash('USDC', cashUsd)]),
    );
    // cash + (P' - P) = .8 x .14 x P' + .0075 x S', P' = P x, S' = S x
    const factor = (96_700 - cashUsd) / (96_700 * (1 - 0.8 * 0.14) - 0.0075 * 96_650);
    expect(found.rootsUsd).toHaveLength(1);
    expect(found.nearestBelowUsd).toBeCloseTo(96_650 * factor, 6);
    expect(found.nearestAboveUsd).toBeUndefined();
  });

  it('of an inverse long under deribit-pm stand where coins no longer suffice', () => {
    const found = pricesOf(
      book([{ instrument: 'BTC-PERPETUAL', quantity: 9670 }], [cash('BTC', 1)]),
      model('deribit-pm'),
    );
    expect(found.rootsUsd).toHaveLength(1);
    expect(found.nearestBelowUsd).toBeGreaterThan(0);
    expect(found.nearestBelowUsd).toBeLessThan(96_650);
  });

  it('of a short strangle stand on both sides, and the excess is 0 there', () => {
    const strangle = book(
      [
        { instrument: optionName(30, 110_000, 'CALL', true), quantity: -1 },
        { instrument: optionName(30, 80_000, 'PUT', true), quantity: -1 },
      ],
      [cash('USDC', 30_000)],
    );
    const found = pricesOf(strangle);
    expect(found.rootsUsd).toHaveLength(2);
    for (const root of found.rootsUsd) {
      const moved = moveUnderlying(market, { underlying: 0, spotFactor: root / 96_650, volatilityFactor: 1 });
      expect(Math.abs(reportOf(moved, pm2, strangle).maintenanceExcess)).toBeLessThan(1e-6);
    }
  });

  it('are absent where the account survives everything, and for an empty book', () => {
    expect(
      pricesOf(
        book([{ instrument: optionName(30, 110_000, 'CALL', true), quantity: 1 }], [cash('USDC', 1e6)]),
      ),
    ).toEqual({
      underlying: 'BTC',
      rootsUsd: [],
    });
    const empty = reportOf(market, pm2, book([]), { includeLiquidationPrices: true });
    expect(empty.liquidationPrices).toEqual([]);
  });
});

describe('brentRoot', () => {
  it.each([
    ['cubic', (x: number) => x ** 3 - 2, 0, 4, 2 ** (1 / 3)],
    ['kink', (x: number) => Math.max(x - 1, (x - 1) * 100), -3, 5, 1],
    ['flat', (x: number) => (x - 0.3) ** 9, -1, 1, 0.3],
    ['cosine', (x: number) => Math.cos(x), 0, 3, Math.PI / 2],
  ])('%s', (_, f, low, high, root) => {
    expect(brentRoot(f, low, high, f(low), f(high))).toBeCloseTo(root, 1);
    expect(Math.abs(f(brentRoot(f, low, high, f(low), f(high))))).toBeLessThan(1e-9);
  });
});
