/** A venue through a crash: money is conserved, seeds decide everything, layers are drawn in their order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReplayAccount } from '../../src/replay/replay-terms.js';
import { checkRules, DEFAULT_VENUE_RULES } from '../../src/replay/replay-terms.js';
import { CrashPath } from '../../src/replay/crash-path.js';
import { POOLS, VenueLedger } from '../../src/replay/venue-ledger.js';
import { drawnAccounts, fallingPath, parameterSet, replayed } from './support.js';

const PERPETUAL = 'BTC-USDC-PERPETUAL';
const PUT = 'BTC-USDC-2026-03-07-60000-P';

/** Longs, sellers of puts and those who are short, each with no more than the margin asks for. */
function thinAccounts(coins: number): ReplayAccount[] {
  return Array.from({ length: 9 }, (_, at) => ({
    accountId: `client-${String(at)}`,
    groupId: at < 3 ? 'fund' : '',
    positions: [
      at % 3 === 2
        ? { instrument: PERPETUAL, quantity: -coins }
        : at % 3 === 1
          ? { instrument: PUT, quantity: -coins }
          : { instrument: PERPETUAL, quantity: coins },
    ],
    cashUsd: 0,
    openingCover: 1,
  }));
}

const path = fallingPath(4, 3, 0.45);
const derive = parameterSet('derive-pm2');
const QUICK = { stepMinutes: 10, payingShare: 0 };
/** Nothing stands between a deficit and the winners. */
const BARE = { ...QUICK, firstLossUsd: 0, fundUsd: 0, secondLossUsd: 0 };

describe('the ledger', () => {
  it('makes and loses no money, whatever is traded and paid', () => {
    const trade = fc.record({
      buyer: fc.nat(4),
      seller: fc.nat(4),
      instrument: fc.nat(3),
      units: fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
      price: fc.bigInt({ min: 0n, max: 10n ** 12n }),
      money: fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
      pool: fc.constantFrom(...POOLS),
    });
    fc.assert(
      fc.property(
        fc.array(trade, { maxLength: 60 }),
        fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 4, maxLength: 4 }),
        (events, marks) => {
          const ledger = new VenueLedger(5);
          for (const { buyer, seller, instrument, units, price, money, pool } of events) {
            if (buyer !== seller) ledger.trade(buyer, seller, instrument, units, price);
            ledger.pay(pool, buyer, money);
            ledger.transfer(seller, buyer, money);
          }
          expect(ledger.total(marks)).toBe(0n);
        },
      ),
    );
  });
});

describe('a venue in a crash', () => {
  it('conserves money to the smallest unit at every step, and spends its layers in their order', () => {
    const rules = { ...QUICK, firstLossUsd: 1_000, fundUsd: 40_000, secondLossUsd: 1_000 };
    const result = replayed(path, thinAccounts(200), derive, rules);
    const { totals, minutes, accounts } = result;
    expect(minutes.every(({ totalUnits }) => totalUnits === 0n)).toBe(true);
    expect(totals.fundDrawUsd).toBe(40_000);
    expect(totals.venueLossUsd - totals.uncoveredUsd).toBeCloseTo(2_000, 6);
    expect(totals.deleveragedUsd).toBeGreaterThan(0);
    const deficits = accounts.reduce((sum, { deficitUsd }) => sum + deficitUsd, 0);
    expect(deficits).toBeCloseTo(totals.venueLossUsd + totals.fundDrawUsd + totals.deleveragedUsd, 3);
    // Those who gained on the fall are not the ones who owe.
    for (const { accountId, deficitUsd } of accounts)
      if (['client-2', 'client-5', 'client-8'].includes(accountId)) expect(deficitUsd).toBe(0);
    const funds = minutes.map(({ fundUsd }) => fundUsd);
    expect(funds).toEqual([...funds].sort((a, b) => b - a));
  });

  it('is the same again from the same seed, and another from another', () => {
    const text = (seed: number): string => {
      const drawn = fallingPath(4, seed, 0.6);
      const result = replayed(drawn, drawnAccounts(drawn, 5, 8), derive, { stepMinutes: 20 });
      return JSON.stringify(result, (_, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      );
    };
    expect(text(3)).toBe(text(3));
    expect(text(3)).not.toBe(text(4));
  });

  it('never deleverages more for a larger fund, and loses less to those who pay their calls', () => {
    const lost = [0, 100_000, 2_000_000, 1e9].map((fundUsd) =>
      replayed(path, thinAccounts(200), derive, { ...BARE, stepMinutes: 10, fundUsd }),
    );
    const deleveraged = lost.map(({ totals }) => totals.deleveragedUsd);
    expect(deleveraged).toEqual([...deleveraged].sort((a, b) => b - a));
    expect(deleveraged[0]).toBeGreaterThan(0);
    expect(deleveraged[3]).toBe(0);
    const paying = replayed(path, thinAccounts(200), derive, {
      ...BARE,
      payingShare: 1,
      paymentDelayMinutes: 0,
    });
    const owed = ({ totals }: (typeof lost)[number]): number =>
      totals.venueLossUsd + totals.fundDrawUsd + totals.deleveragedUsd;
    expect(owed(paying)).toBeLessThan(owed(lost[0]!));
  });

  it('has longs pay shorts their funding, a share of what they hold for as long as they hold it', () => {
    const flat = fallingPath(3, 3, 1);
    const rich = thinAccounts(1).map((account) => ({ ...account, cashUsd: 1e6 }));
    const terms = { ...QUICK, stepMinutes: 30 };
    const { accounts, minutes, totals } = replayed(flat, rich, derive, { ...terms, fundingPerDay: 0.003 });
    const perMinute = (0.003 * 30) / 1_440;
    const paid = minutes.slice(1).reduce((sum, { spotUsd }) => sum + (spotUsd[0] ?? NaN) * perMinute, 0);
    const of = (kind: number): number => accounts[kind]?.fundingPaidUsd ?? NaN;
    expect(of(0)).toBeCloseTo(paid, 4);
    expect(of(1)).toBe(0);
    expect(of(2)).toBeCloseTo(-paid, 4);
    expect(totals.fundingPaidUsd).toBeCloseTo(0, 4);
    expect(minutes.every(({ totalUnits }) => totalUnits === 0n)).toBe(true);
    const other = replayed(flat, rich, derive, { ...terms, fundingPerDay: -0.003 });
    expect(other.accounts[0]?.fundingPaidUsd).toBeCloseTo(-paid, 4);
  });

  it('closes no more than brings an account back, where prices leave the time', () => {
    const mild = fallingPath(4, 3, 0.9);
    const [client] = thinAccounts(1);
    const { totals, accounts } = replayed(mild, [client!], derive, { ...QUICK, participation: 1 });
    expect(totals.defaultedAccounts).toBe(0);
    expect(accounts[0]?.plans).toBeGreaterThan(0);
    expect(totals.liquidatedNotionalUsd).toBeGreaterThan(0);
    expect(totals.liquidatedNotionalUsd).toBeLessThan(0.9 * 70_000);
  });

  it('runs under a model that draws, and by a schedule of two', () => {
    const house = parameterSet('house', { draws: { count: 500 } });
    const [model] = house.schedule;
    const scheduled = {
      name: 'both',
      schedule: [...derive.schedule, { ...model!, fromMs: path.timeMs(120) }],
    };
    const rules = { ...BARE, stepMinutes: 60 };
    const [one, other, both] = [derive, house, scheduled].map(
      (set) => replayed(path, thinAccounts(20), set, rules).totals,
    );
    expect(other?.openingDepositUsd).not.toBe(one?.openingDepositUsd);
    expect(both?.openingDepositUsd).toBe(one?.openingDepositUsd);
    expect(both).not.toEqual(one);
  });

  it('refuses paths, books and rules that are none', () => {
    const reason = (outcome: { ok: boolean; failure?: { reason: string; field: string } }): string =>
      outcome.ok ? 'accepted' : `${outcome.failure?.reason ?? ''} ${outcome.failure?.field ?? ''}`;
    const anchor = { timeMs: 0, spotUsd: new Map([['BTC', 1]]), options: new Map() };
    const terms = { bridgeDailyVolatility: 0.03, seed: 1 };
    expect([
      reason(CrashPath.of({ ...terms, anchors: [anchor] })),
      reason(CrashPath.of({ ...terms, anchors: [anchor, anchor] })),
      reason(
        CrashPath.of({
          ...terms,
          anchors: [anchor, { ...anchor, timeMs: 1e6, spotUsd: new Map([['BTC', NaN]]) }],
        }),
      ),
      reason(
        CrashPath.of({ ...terms, bridgeDailyVolatility: -1, anchors: [anchor, { ...anchor, timeMs: 1e6 }] }),
      ),
      reason(checkRules({ ...DEFAULT_VENUE_RULES, payingShare: 2 })),
      reason(checkRules({ ...DEFAULT_VENUE_RULES, stepMinutes: 0.5 })),
      reason(checkRules({ ...DEFAULT_VENUE_RULES, fundUsd: NaN })),
      reason(checkRules({ ...DEFAULT_VENUE_RULES, participation: 0 })),
      reason(checkRules({ ...DEFAULT_VENUE_RULES, fundingPerDay: NaN })),
    ]).toEqual([
      'MISSING_MARKET_DATA market',
      'INVALID_VALUE market[1].time',
      'INVALID_VALUE market[1].BTC',
      'INVALID_VALUE bridgeDailyVolatility',
      'INVALID_VALUE rules.payingShare',
      'INVALID_VALUE rules.stepMinutes',
      'INVALID_VALUE rules.fundUsd',
      'INVALID_VALUE rules.participation',
      'INVALID_VALUE rules.fundingPerDay',
    ]);
    const [first] = thinAccounts(1);
    const unknown = { ...first!, positions: [{ instrument: 'DOGE', quantity: 1 }] };
    expect(() => replayed(path, [unknown], derive)).toThrow(/positions\[0\].instrument.*DOGE/);
  });
});
