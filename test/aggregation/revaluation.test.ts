/** All accounts margined anew at moved prices, by models with columns and without, in dollars and in coins. */
import { describe, expect, it } from 'vitest';
import { AccountRevaluation, withEntryPrices } from '../../src/aggregation/account-revaluation.js';
import { liquidationMap } from '../../src/aggregation/liquidation-map.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { model } from '../support/margins.js';
import { book, cash, sampleMarket } from '../support/sample-market.js';

const engine = new MarginEngine(loadKernels());
const market = sampleMarket();
const [btc, eth] = ['BTC', 'ETH'].map((name) => market.table.underlyingIndex.get(name) ?? -1);
const rows = [btc ?? -1, eth ?? -1];
const at = (spot: number, volatility = 1): { spotFactors: Float64Array; volFactors: Float64Array } => ({
  spotFactors: Float64Array.of(spot, 1),
  volFactors: Float64Array.of(volatility, 1),
});
const named = (accountId: string, one: Portfolio): Portfolio => ({ ...one, accountId });
const linear = [
  named(
    'long',
    book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: 2, unrealisedPnl: 500 }], [cash('USDC', 50_000)]),
  ),
  named('short', book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: -2 }], [cash('USDC', 50_000)])),
];
const inCoins = [named('coin', book([{ instrument: 'BTC-PERPETUAL', quantity: 1_000 }], [cash('BTC', 1)]))];
const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };

describe('accounts at moved prices', () => {
  it.each([
    ['derive-pm2', linear, 1],
    ['bybit-pm', linear, 1],
    ['deribit-pm', inCoins, market.columns.assetPriceUsd[market.table.assetIndex.get('BTC') ?? -1] ?? NaN],
  ] as const)('have the margins of %s where nothing moves', (name, books, usd) => {
    const on = { model: model(name), market };
    const found = new AccountRevaluation(engine, on, books).at(at(1), rows);
    const reports = engine.calculate({ ...on, portfolios: books, options }).map(unwrap);
    reports.forEach(({ equity, maintenanceMargin }, i) => {
      expect(found.equityUsd[i]).toBeCloseTo(equity * usd, 6);
      expect(found.maintenanceMarginUsd[i]).toBeCloseTo(maintenanceMargin * usd, 6);
    });
  });

  it('gain and lose what their futures do, stated P&L included', () => {
    const spot =
      market.columns.markPrice[market.table.instrumentIndex.get('BTC-USDC-PERPETUAL') ?? -1] ?? NaN;
    const found = new AccountRevaluation(engine, { model: model('derive-pm2'), market }, linear).at(
      at(0.9),
      rows,
    );
    expect(found.equityUsd[0]).toBeCloseTo(50_000 + 500 - 0.2 * spot, 6);
    expect(found.equityUsd[1]).toBeCloseTo(50_000 + 0.2 * spot, 6);
    expect([...found.deltaCoins]).toEqual([2, 0, -2, 0]);
    const [first] = withEntryPrices(linear[0]!, market).positions;
    expect(first?.averageEntryPrice).toBeCloseTo(spot - 250, 9);
  });

  it('stand on a map: who would be liquidated where, and what that would sell and buy', () => {
    const revaluation = new AccountRevaluation(engine, { model: model('derive-pm2'), market }, linear);
    const map = liquidationMap([-0.5, 0, 0.5], (shock) => revaluation.at(at(1 + shock), rows.slice(0, 1)));
    expect(map).toEqual([
      { spotShock: -0.5, accounts: 1, soldCoins: 2, boughtCoins: 0 },
      { spotShock: 0, accounts: 0, soldCoins: 0, boughtCoins: 0 },
      { spotShock: 0.5, accounts: 1, soldCoins: 0, boughtCoins: 2 },
    ]);
  });

  it('have no margin where the model refuses them, and take no part', () => {
    const refused = named('unknown', book([{ instrument: 'NOTHING', quantity: 1 }], [cash('USDC', 1)]));
    const found = new AccountRevaluation(engine, { model: model('derive-pm2'), market }, [refused]).at(
      at(0.9),
      rows,
    );
    expect(found.equityUsd[0]).toBeNaN();
  });
});
