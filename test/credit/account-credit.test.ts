/** What defaults cost: exposures against their own draws, tiers, wrong-way collateral, the fund of the two largest. */
import { describe, expect, it } from 'vitest';
import { accountCredits, PROFILE_HOURS, type AccountCredit } from '../../src/credit/account-credit.js';
import { venueFund, type Affiliation } from '../../src/credit/venue-fund.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveDrawnLaw } from '../../src/models/drawn-law.js';
import { frozenDraws } from '../../src/models/drawn/frozen-draws.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const engine = new MarginEngine(loadKernels());
const market = sampleMarket();
const overrides = { draws: { count: 1_000 } };
const PERPETUAL = { instrument: 'BTC-USDC-PERPETUAL', quantity: 1 };

function named(accountId: string, portfolio: Portfolio): Portfolio {
  return { ...portfolio, accountId };
}

function credits(portfolios: readonly Portfolio[], tier?: string): AccountCredit[] {
  const all = unwrap(accountCredits({ engine, market, overrides, tierOf: () => tier }, portfolios));
  return all.map((outcome) => unwrap(outcome));
}

function creditOf(portfolio: Portfolio, tier?: string): AccountCredit {
  const [found] = credits([portfolio], tier);
  if (found === undefined) throw new Error('no credit');
  return found;
}

describe('credit of an account', () => {
  const thin = book([PERPETUAL], [cash('USDC', 5_000)]);

  it('is nothing for cash', () => {
    const none = creditOf(book([], [cash('USDC', 1_000)]));
    const { beyondMargin, creditValuationAdjustment: cva, exposureAtDefault, potentialFutureExposure } = none;
    expect([beyondMargin, cva, exposureAtDefault]).toEqual([0, 0, 0]);
    expect(potentialFutureExposure).toEqual(PROFILE_HOURS.map(() => 0));
  });

  it('has the exposures of the law’s own draws beyond its equity', () => {
    const found = creditOf(thin);
    const law = unwrap(resolveDrawnLaw({ name: 'house', overrides }));
    const z = unwrap(frozenDraws(law)).get('BTC')?.spot ?? new Float64Array();
    const deviation = law.underlyings.BTC?.dailyVolatility ?? NaN;
    PROFILE_HOURS.forEach((hours, date) => {
      const exposures = z.map((draw) => {
        const move = Math.expm1(Math.sqrt(hours / 24) * deviation * draw);
        return Math.max(0, -96_650 * move - found.equity);
      });
      const mean = exposures.reduce((sum, exposure) => sum + exposure, 0) / z.length;
      const quantile = exposures.sort()[950] ?? NaN;
      // The perpetual moves from its mark, half a thousandth above the index.
      expect(found.expectedExposure[date]).toBeGreaterThan(0.99 * mean);
      expect(found.expectedExposure[date]).toBeLessThan(1.02 * mean + 1);
      expect(Math.abs((found.potentialFutureExposure[date] ?? NaN) - quantile)).toBeLessThan(
        0.02 * quantile + 1,
      );
    });
    expect(found.potentialFutureExposure).toEqual([...found.potentialFutureExposure].sort((a, b) => a - b));
  });

  it('has the worst tier where none is known, and the less the better it is', () => {
    const [a, b, c, unknown, none] = ['A', 'B', 'C', 'Z', undefined].map((tier) => creditOf(thin, tier));
    const cva = (credit: AccountCredit | undefined): number => credit?.creditValuationAdjustment ?? NaN;
    expect(cva(a)).toBeGreaterThan(0);
    expect(cva(b)).toBeGreaterThan(cva(a));
    expect(cva(c)).toBeGreaterThan(cva(b));
    expect([cva(unknown), cva(none)]).toEqual([cva(c), cva(c)]);
    expect([c?.tier, unknown?.tier, none?.tier]).toEqual(['C', 'worst', 'worst']);
  });

  it('shows collateral that falls with the book, and coins that hedge it', () => {
    const coins = [cash('BTC', 0.1)];
    const [long, short] = credits([book([PERPETUAL], coins), book([{ ...PERPETUAL, quantity: -1 }], coins)]);
    expect(long?.wrongWayExposure).toBeGreaterThan(0);
    expect(short?.wrongWayExposure).toBeLessThan(0);
    expect(creditOf(thin).wrongWayExposure).toBe(0);
  });

  it('has Basel’s exposure at default of its deltas', () => {
    const { equity, exposureAtDefault } = creditOf(thin);
    const addOn = 0.32 * 1.5 * Math.sqrt(10 / 250) * 96_650;
    const multiplier = Math.min(1, 0.05 + 0.95 * Math.exp(-equity / (1.9 * addOn)));
    expect(exposureAtDefault / (1.4 * multiplier * addOn)).toBeCloseTo(1, 3);
  });

  it('of one that cannot be margined fails alone', () => {
    const bad = book([{ instrument: 'nothing', quantity: 1 }]);
    const [good, failed] = unwrap(accountCredits({ engine, market, overrides }, [thin, bad]));
    expect(good?.ok).toBe(true);
    expect(failed).toMatchObject({ ok: false, failure: { field: 'positions[0].instrument' } });
    expect(accountCredits({ engine, market, overrides: { tail: { confidence: 2 } } }, [thin])).toMatchObject({
      ok: false,
      failure: { field: 'parameters.tail.confidence' },
    });
  });
});

describe('default fund', () => {
  const call = optionName(30, 110_000, 'CALL', true);
  const accounts = credits([
    named('a', book([{ ...PERPETUAL, quantity: 3 }], [cash('USDC', 20_000)])),
    named('b', book([{ ...PERPETUAL, quantity: 2 }], [cash('USDC', 10_000)])),
    named('c', book([{ ...PERPETUAL, quantity: 1 }], [cash('USDC', 5_000)])),
    named('d', book([{ instrument: call, quantity: -3 }], [cash('USDC', 10_000)])),
  ]);
  const alone: Affiliation = { groupOf: new Map(), parentOf: new Map() };
  const requiredOf = (affiliation: Affiliation): number => unwrap(venueFund(accounts, affiliation)).required;

  it('covers the two largest groups in the worst stress', () => {
    const count = accounts[0]?.stressPnl.length ?? 0;
    expect(count).toBeGreaterThan(5);
    const byStress = Array.from({ length: count }, (_, s) =>
      accounts
        .map(({ equity, stressPnl }) => Math.max(0, -equity - (stressPnl[s]?.pnl ?? NaN)))
        .sort((x, y) => y - x),
    );
    const expected = Math.max(...byStress.map(([first = 0, second = 0]) => first + second));
    const fund = unwrap(venueFund(accounts, alone));
    expect(fund.required).toBeCloseTo(expected, 9);
    expect(fund.stresses[0]?.cover2).toBe(fund.required);
    expect(fund.stresses[0]?.shortfalls.map(({ group }) => group).slice(0, 2)).toEqual(['a', 'b']);
  });

  it('grows where groups belong together, at any depth', () => {
    const groupOf = new Map([
      ['b', 'desk'],
      ['c', 'firm'],
    ]);
    const joined = requiredOf({ groupOf, parentOf: new Map([['desk', 'firm']]) });
    expect(joined).toBeGreaterThan(requiredOf(alone));
    const cycle = new Map([
      ['desk', 'firm'],
      ['firm', 'desk'],
    ]);
    expect(venueFund(accounts, { groupOf, parentOf: cycle })).toMatchObject({ ok: false });
  });
});
