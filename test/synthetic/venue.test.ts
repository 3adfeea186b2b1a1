/** Synthetic venues: reproducible, tradable, and shaped like a venue. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { numberToAmount } from '../../src/domain/money.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { arrangeBoard } from '../../src/synthetic/board.js';
import { optionMarket } from '../../src/synthetic/option-market.js';
import { Tally } from '../../src/synthetic/tally.js';
import { uniformBook } from '../../src/synthetic/uniform-books.js';
import { drawAccount } from '../../src/synthetic/venue.js';
import { snapshotFromJson } from '../../src/wire/documents.js';
import { REPOSITORY } from '../support/folders.js';

const snapshot = unwrap(
  snapshotFromJson(JSON.parse(readFileSync(path.join(REPOSITORY, 'examples/market.json'), 'utf8'))),
);
const market = unwrap(resolveMarket(snapshot));
const board = arrangeBoard(loadKernels(), market);
const SEED = 7;
const accounts = Array.from({ length: 5_000 }, (_, index) => drawAccount(board, SEED, index));

describe('a synthetic venue', () => {
  it('draws an account from seed and number alone', () => {
    for (const index of [4_999, 12, 0, 777]) expect(drawAccount(board, SEED, index)).toEqual(accounts[index]);
    expect(drawAccount(board, SEED + 1, 12)).not.toEqual(accounts[12]);
  });

  it('holds every instrument once, in finite whole lots, and deposits in listed assets', () => {
    const wrong = accounts.filter(({ positions, deposits }) => {
      const instruments = new Set(positions.map(({ instrument }) => instrument));
      const areLots = positions.every(
        ({ quantity }) => quantity !== 0 && Number(quantity.toFixed(3)) === quantity,
      );
      const areListed = deposits.every(
        ({ asset, amount }) => market.table.assetIndex.has(asset) && amount > 0,
      );
      return instruments.size !== positions.length || !areLots || !areListed || deposits.length === 0;
    });
    expect(wrong).toEqual([]);
  });

  it('is concentrated: a hundredth of the accounts holds more than half, market makers quote whole chains', () => {
    const tally = new Tally(market);
    Array.from(tally.counting(accounts));
    const { topHundredthShare, accountsByKind, largestPositionCount } = tally.result();
    expect(topHundredthShare).toBeGreaterThan(0.5);
    expect(Object.keys(accountsByKind)).toContain('market-maker');
    expect(largestPositionCount).toBeGreaterThan(150);
  });

  it('gives most accounts more than their margin, and some too little', () => {
    const model = unwrap(resolveModel({ name: 'es', overrides: { draws: { count: 500 } } }));
    const engine = new MarginEngine(loadKernels());
    const reports = engine
      .calculate({
        ...{ model, market, options: DEFAULT_REPORT_OPTIONS },
        portfolios: accounts.slice(0, 1_000).map(({ accountId, positions, deposits }) => ({
          accountId,
          positions: positions.map(({ instrument, quantity, averageEntryPrice }) => ({
            instrument: market.table.instruments[instrument]?.name ?? '',
            quantity,
            ...(averageEntryPrice === undefined ? {} : { averageEntryPrice }),
          })),
          balances: deposits.map(({ asset, amount }) => numberToAmount(asset, amount, 9)),
          openOrders: [],
          mmpGroups: [],
        })),
      })
      .map(unwrap);
    const called = reports.filter(({ maintenanceExcess }) => maintenanceExcess < 0).length;
    expect(called).toBeGreaterThan(0);
    expect(called).toBeLessThan(0.1 * reports.length);
  });
});

describe('uniform books', () => {
  it('have as many different instruments as asked for', () => {
    for (let index = 0; index < 50; index += 1) {
      const { positions } = uniformBook(market, 40, SEED, index);
      expect(new Set(positions.map(({ instrument }) => instrument)).size).toBe(40);
      expect(positions.every(({ quantity }) => Math.abs(quantity) >= 0.1 && Math.abs(quantity) <= 10)).toBe(
        true,
      );
    }
    expect(uniformBook(market, 40, SEED, 3)).toEqual(uniformBook(market, 40, SEED, 3));
  });
});

describe('a market of options', () => {
  it.each([10, 1_000, 2_500])('has exactly %i options that can be priced', (count) => {
    const built = unwrap(resolveMarket(unwrap(optionMarket(snapshot, count))));
    expect(built.table.instruments).toHaveLength(count);
    expect(built.table.instrumentIndex.size).toBe(count);
    expect(built.table.instruments.every(({ kind }) => kind === 'OPTION')).toBe(true);
    expect(built.columns.volatility.every((volatility) => volatility > 0)).toBe(true);
  });

  it('refuses a market without options', () => {
    const none = snapshot.instruments.filter(({ instrument }) => instrument.kind !== 'OPTION');
    expect(optionMarket({ ...snapshot, instruments: none }, 10)).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'market.instruments' },
    });
  });
});
