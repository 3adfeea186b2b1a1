/** Solvency under stress: repriced as the model `house` reprices, and what the two largest debtors owe in each asset. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../../src/engine/margin-engine.js';
import { valueMarket } from '../../../src/engine/valuation.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { newAccount } from '../../../src/live/book/account.js';
import type { AccountView } from '../../../src/live/book/account.js';
import { StressedDebts } from '../../../src/live/reserves/stressed-debts.js';
import { stressMarket } from '../../../src/live/reserves/stressed-market.js';
import { resolveModel } from '../../../src/models/catalogue.js';
import { houseStressLibrary } from '../../../src/scenarios/stress/stress-library.js';
import { tenTo } from '../../../src/market/marks/decimal.js';
import { book, cash, optionName, sampleMarket } from '../../support/sample-market.js';

const ASSETS = [
  { asset: 'BTC', decimals: 8 },
  { asset: 'USDC', decimals: 6 },
];
const kernels = loadKernels();
const market = sampleMarket();
const stressed = unwrap(stressMarket(kernels, market, valueMarket(kernels, market)));
const names = unwrap(houseStressLibrary()).scenarios.map(({ name }) => name);
/** BTC falls by 38.812 %. */
const CRASH = names.indexOf('2020-03-12 spot crash, volatility doubles');

function account(
  accountId: string,
  positions: readonly (readonly [instrument: string, contracts: bigint])[],
  details: Partial<AccountView['details']> = {},
): AccountView {
  const one = newAccount(accountId);
  one.details = { ...one.details, ...details };
  for (const [instrument, contracts] of positions) {
    const terms = market.table.instruments[market.table.instrumentIndex.get(instrument) ?? -1];
    if (terms === undefined) throw new Error(`no instrument ${instrument}`);
    const ledger = { quantityUnits: contracts * tenTo(18), openCost: 0n, realisedPnl: 0n, feesPaid: 0n };
    one.positions.set(instrument, { terms, ledger, unsettledFunding: 0n });
  }
  return one;
}

/** Whole coins as ledger units. */
function equity(coins: Readonly<Record<string, bigint>>): Map<string, bigint> {
  return new Map(Object.entries(coins).map(([asset, units]) => [asset, units * tenTo(18)]));
}

/** Coins that a long inverse perpetual of so many dollars loses in the crash. */
function crashLoss(dollars: number): number {
  return (dollars / 96_700) * (1 / (1 - 0.38812) - 1);
}

describe('a stressed market', () => {
  it('gains and loses what the model house reports for the same book under stress', () => {
    const held = [
      [optionName(30, 80_000, 'PUT', true), -3n],
      [optionName(180, 110_000, 'CALL', true), 2n],
      [optionName(2, 100_000, 'CALL', true), -1n],
    ] as const;
    const model = unwrap(resolveModel({ name: 'house' }));
    const portfolio = book(
      held.map(([instrument, contracts]) => ({ instrument, quantity: Number(contracts) })),
      [cash('USDC', 100_000)],
    );
    const options = { ...DEFAULT_REPORT_OPTIONS, includeScenarioVector: true };
    const [report] = new MarginEngine(kernels).calculate({ model, market, portfolios: [portfolio], options });
    const reported = (unwrap(report!).scenarioVector ?? []).filter(({ family }) => family === 'stress');
    const pnl = new Float64Array(stressed.stressCount);
    for (const [instrument, contracts] of held)
      expect(stressed.addPnl(instrument, Number(contracts), pnl)).toBe(true);
    expect(reported.map(({ label }) => label)).toEqual(names);
    for (const [stress, { pnl: wanted }] of reported.entries())
      expect(pnl[stress], names[stress]).toBeCloseTo(wanted, 6);
    expect(Math.min(...pnl)).toBeLessThan(-10_000);
  });

  it('moves an inverse contract in its coin', () => {
    const pnl = new Float64Array(stressed.stressCount);
    expect(stressed.addPnl('BTC-PERPETUAL', 1_000, pnl)).toBe(true);
    expect(pnl[CRASH]).toBeCloseTo(-crashLoss(10_000), 12);
    expect(stressed.addPnl('BTC-UNKNOWN', 1, pnl)).toBe(false);
  });
});

describe('debts under stress', () => {
  const owedInCrash = (debts: StressedDebts): readonly bigint[] => unwrap(debts.coverTwoByStress())[CRASH]!;
  /** Satoshis, rounded up. */
  const satoshis = (coins: number): bigint => BigInt(Math.ceil(coins * 1e8));

  it('are those of the two largest debtors, in the asset that they owe', () => {
    const debts = new StressedDebts(stressed, ASSETS);
    for (const [name, dollars] of [
      ['a', 300_000n],
      ['b', 400_000n],
      ['c', 500_000n],
    ] as const) {
      // Dollars do not pay for coins.
      debts.put(account(name, [['BTC-PERPETUAL', dollars / 10n]]), equity({ BTC: 1n, USDC: 1_000_000n }));
    }
    const owed = owedInCrash(debts);
    expect(owed[0]! - satoshis(crashLoss(400_000) - 1 + crashLoss(500_000) - 1)).toBeLessThanOrEqual(1n);
    expect(owed[0]).toBeGreaterThanOrEqual(satoshis(crashLoss(400_000) + crashLoss(500_000) - 2) - 1n);
    expect(owed[1]).toBe(0n);
    // One that has closed its position since owes nothing any more.
    debts.put(account('c', []), equity({ BTC: 1n }));
    expect(Number(owedInCrash(debts)[0])).toBeCloseTo(
      1e8 * (crashLoss(300_000) + crashLoss(400_000) - 2),
      -1,
    );
  });

  it('are those of groups, owners and parent accounts together, however their names meet', () => {
    const debts = new StressedDebts(stressed, ASSETS);
    const owing = { USDC: -10n };
    debts.put(account('a', [], { groupId: 'g' }), equity(owing));
    debts.put(account('b', [], { groupId: 'g', ownerId: 'o' }), equity(owing));
    debts.put(account('g', [], { ownerId: 'g' }), equity(owing));
    debts.put(account('child', [], { parentAccountId: 'a' }), equity(owing));
    debts.put(account('d', []), equity({ USDC: -5n }));
    // Group g with its part: 30; then owner g alone: 10.
    expect(owedInCrash(debts)[1]).toBe(40_000_000n);
  });

  it('are not stated where something cannot be repriced, or accounts belong to each other in a cycle', () => {
    const unpriced = new StressedDebts({ ...stressed, addPnl: () => false }, ASSETS);
    unpriced.put(account('a', [['BTC-PERPETUAL', 1n]]), equity({ BTC: 1n }));
    expect(unpriced.coverTwoByStress()).toMatchObject({ ok: false, failure: { field: 'stress' } });
    const cyclic = new StressedDebts(stressed, ASSETS);
    cyclic.put(account('a', [], { parentAccountId: 'b' }), equity({}));
    cyclic.put(account('b', [], { parentAccountId: 'a' }), equity({}));
    expect(cyclic.coverTwoByStress()).toMatchObject({ ok: false, failure: { field: 'groups' } });
  });
});
