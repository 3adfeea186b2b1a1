/** Margins of many books in columns are the bits of the margins of the books one by one, on every market. */
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { allocateMargins, openBooks, openMargins, packBooks } from '../../src/engine/book-columns.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { COLUMN_STATUS } from '../../src/models/column-margins.js';
import { model } from '../support/margins.js';
import { cash, sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const PM2 = model('derive-pm2@cases', {
  underlyings: [],
  collateral: { BTC: { maintenanceHaircut: 0.1, initialHaircut: 0.05, riskCancelling: true } },
});
const GRID = model('grid@bit-com');

/** Books of every kind: options, a perpetual with entry price, P&L or funding, collateral, and some that are refused. */
function mixedBooks(count: number, seed: number): Portfolio[] {
  const uniform = uniformGenerator(seed);
  const options = sampleSnapshot().instruments.flatMap(({ instrument }) =>
    instrument.kind === 'OPTION' && instrument.settlement === 'LINEAR' ? [instrument.name] : [],
  );
  const pick = <T>(list: readonly T[]): T => list[Math.floor(uniform() * list.length)]!;
  return Array.from({ length: count }, (_, index): Portfolio => {
    const names = new Set(Array.from({ length: Math.floor(uniform() * 20) }, () => pick(options)));
    const quantity = (): number => Math.round((uniform() - 0.5) * 200) / 10 || 0.1;
    const positions: Portfolio['positions'][number][] = [...names].map((instrument) => ({
      instrument,
      quantity: quantity(),
    }));
    const kind = uniform();
    if (kind < 0.6)
      positions.push({
        instrument: 'BTC-USDC-PERPETUAL',
        quantity: quantity(),
        ...(kind < 0.2 ? { averageEntryPrice: 90_000 } : {}),
        ...(kind < 0.1 ? { unrealisedPnl: 12.5 } : {}),
        ...(kind < 0.3 ? { unsettledFunding: cash('USDC', -3.25) } : {}),
      });
    if (kind > 0.9) positions.push({ instrument: 'ETH-USDC-PERPETUAL', quantity: 1 });
    if (kind > 0.95) positions.push({ instrument: 'BTC-30D', quantity: 1 });
    return {
      accountId: `account-${String(index)}`,
      positions,
      balances: [cash('USDC', 1e6 * uniform()), ...(uniform() < 0.5 ? [cash('BTC', uniform())] : [])],
      openOrders: [],
      mmpGroups: [],
    };
  });
}

/** The market with every price moved, and now and then something missing or doubtful. */
function moved(round: number): Market {
  const { instruments, expiries, underlyings, ...rest } = sampleSnapshot();
  const factor = 1 + 0.01 * (round % 7) - 0.02;
  return sampleMarket({
    ...rest,
    timeMs: rest.timeMs + 1_000 * Math.floor(round / 2),
    underlyings: underlyings.map((one) => ({ ...one, indexPrice: one.indexPrice * factor })),
    expiries: expiries.map((one, at) => ({
      ...one,
      forward: one.forward * factor,
      volatilityConfidence: round % 3 === 0 ? 0.2 : 0.9,
      ...(round === 5 && at === 1 ? { rateConfidence: 0.1 } : {}),
    })),
    instruments: instruments.map((one) =>
      one.markPrice === undefined ? one : { ...one, markPrice: one.markPrice * factor },
    ),
  });
}

describe.each([
  ['native', loadKernels()],
  ['reference', createReferenceKernels()],
] as const)('columns on %s kernels', (_name, kernels) => {
  test('give every margin that one book gives, bit for bit', () => {
    const engine = new MarginEngine(kernels);
    const books = mixedBooks(400, 3);
    let margined = 0;
    let byThemselves = 0;
    for (let round = 0; round < 6; round += 1) {
      const market = moved(round);
      const columns = openBooks(packBooks(books.map((book) => engine.layOut({ model: PM2, market }, book))));
      const results = openMargins(allocateMargins(books.length));
      engine.calculateColumns({ model: PM2, market }, columns, results);
      const outcomes = new MarginEngine(kernels).calculate({
        model: PM2,
        market,
        portfolios: books,
        options: DEFAULT_REPORT_OPTIONS,
      });
      outcomes.forEach((outcome, account) => {
        if (results.status[account] !== COLUMN_STATUS.MARGINED) {
          byThemselves += 1;
          return;
        }
        margined += 1;
        if (!outcome.ok) throw new Error(`account ${String(account)}: ${outcome.failure.message}`);
        const { equity, initialMargin, maintenanceMargin } = outcome.value;
        expect([
          results.equity[account],
          results.initialMargin[account],
          results.maintenanceMargin[account],
        ]).toEqual([equity, initialMargin, maintenanceMargin]);
      });
    }
    expect(margined).toBeGreaterThan(1_500);
    // Books of several underlyings or without options, and inverse contracts.
    expect(byThemselves).toBeGreaterThan(100);
  });

  test('leave the books of a model without columns, and those on an incomplete market, by themselves', () => {
    const engine = new MarginEngine(kernels);
    const books = mixedBooks(50, 4);
    const market = moved(0);
    const columns = openBooks(packBooks(books.map((book) => engine.layOut({ model: PM2, market }, book))));
    const results = openMargins(allocateMargins(books.length));
    engine.calculateColumns({ model: GRID, market }, columns, results);
    expect(new Set(results.status)).toEqual(new Set([COLUMN_STATUS.BY_ITSELF]));
    const withoutCash = sampleMarket({ assets: [{ asset: 'BTC', priceUsd: 96_650, confidence: 0.99 }] });
    engine.calculateColumns({ model: PM2, market: withoutCash }, columns, results);
    expect(new Set(results.status)).toEqual(new Set([COLUMN_STATUS.BY_ITSELF]));
  });
});

test('an epoch keeps the rows of underlyings that did not move, with the bits of a full repricing', () => {
  const kernels = loadKernels();
  let repriced = 0;
  const counting = {
    ...kernels,
    scenarioPnl: (...[instruments, ...rest]: Parameters<typeof kernels.scenarioPnl>) => {
      repriced += instruments.count;
      kernels.scenarioPnl(instruments, ...rest);
    },
  };
  const engine = new MarginEngine(counting);
  const [book] = mixedBooks(1, 9);
  const request = (market: Market): Parameters<MarginEngine['calculate']>[0] => ({
    model: PM2,
    market,
    portfolios: [book!],
    options: { ...DEFAULT_REPORT_OPTIONS, includeScenarioVector: true },
  });
  const first = sampleMarket();
  engine.calculate(request(first));
  expect(repriced).toBe(first.table.instruments.length);

  repriced = 0;
  const ethOnly = sampleSnapshot();
  const snapshot = {
    ...ethOnly,
    instruments: ethOnly.instruments.map((one) =>
      one.instrument.underlying === 'ETH' ? { ...one, markPrice: one.markPrice! * 1.01 } : one,
    ),
  };
  const second = { ...sampleMarket(snapshot), table: first.table };
  const outcome = engine.calculate(request(second));
  expect(repriced).toBe(2);
  expect(outcome).toEqual(new MarginEngine(kernels).calculate(request(second)));
});
