/** Conservation of futures P&L and funding, to the ledger's unit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../src/domain/instrument.js';
import { unwrap } from '../../../src/domain/outcome.js';
import { QUANTITY_MAX } from '../../../src/limits.js';
import { FUNDING_INTERVAL_MS_MAX } from '../../../src/market/marks/conventions.js';
import { decimalOf, parseDecimal } from '../../../src/market/marks/decimal.js';
import type { Decimal } from '../../../src/market/marks/decimal.js';
import {
  advanceFunding,
  flatPerpetual,
  fundingOwed,
  settleFunding,
  tradePerpetual,
} from '../../../src/market/marks/funding-index.js';
import type { FundingIndex } from '../../../src/market/marks/funding-index.js';
import {
  FLAT,
  averageEntryPrice,
  futureValue,
  matchTrade,
  tradeFuture,
  unrealisedPnl,
} from '../../../src/market/marks/future-position.js';
import type { FuturePosition, FutureTerms } from '../../../src/market/marks/future-position.js';

const RUNS = { numRuns: 400, seed: 20_261_124 };

function terms(settlement: Settlement): FutureTerms {
  return { settlement, contractSize: { units: 10n, decimals: 0 }, quantityDecimals: 1, ledgerDecimals: 8 };
}

const settlement = fc.constantFrom<Settlement>('LINEAR', 'INVERSE');
const price = fc
  .integer({ min: 1, max: 9_999_999 })
  .map((units): Decimal => ({ units: BigInt(units), decimals: 2 }));
const quantity = fc
  .integer({ min: -5_000, max: 5_000 })
  .map((units): Decimal => ({ units: BigInt(units), decimals: 1 }));
const trades = fc.array(fc.record({ quantity, price }), { minLength: 1, maxLength: 30 });

function run(rules: FutureTerms, list: readonly { quantity: Decimal; price: Decimal }[]): FuturePosition {
  return list.reduce((position, trade) => unwrap(tradeFuture(rules, position, trade)), FLAT);
}

function total(rules: FutureTerms, position: FuturePosition, mark: Decimal): bigint {
  return position.realisedPnl + unrealisedPnl(rules, position, mark);
}

describe('a futures ledger', () => {
  it('realised + unrealised = sum of cash flows + final value, to the unit, through any flips', () => {
    fc.assert(
      fc.property(settlement, trades, price, (kind, list, mark) => {
        const rules = terms(kind);
        const position = run(rules, list);
        // A single trade from flat costs its open cost.
        const costs = list.map((trade) => unwrap(tradeFuture(rules, FLAT, trade)).openCost);
        const cashFlows = costs.reduce((sum, cost) => sum - cost, 0n);
        expect(total(rules, position, mark)).toBe(cashFlows + futureValue(rules, position, mark));
      }),
      RUNS,
    );
  });

  it('earns the same whatever the order of the trades', () => {
    fc.assert(
      fc.property(settlement, trades, price, fc.integer(), (kind, list, mark, seed) => {
        const rules = terms(kind);
        const shuffled = [...list].sort((a, b) => order(a, seed) - order(b, seed));
        expect(total(rules, run(rules, shuffled), mark)).toBe(total(rules, run(rules, list), mark));
      }),
      RUNS,
    );
  });

  it('rounds against the account, by less than a unit per trade', () => {
    fc.assert(
      fc.property(trades, price, (list, mark) => {
        const coarse = terms('INVERSE');
        const fine = { ...coarse, ledgerDecimals: 28 };
        const loss = total(fine, run(fine, list), mark) - total(coarse, run(coarse, list), mark) * 10n ** 20n;
        expect(loss).toBeGreaterThanOrEqual(-BigInt(list.length + 1));
        expect(loss).toBeLessThan(BigInt(list.length + 1) * 10n ** 20n);
      }),
      RUNS,
    );
  });

  it('closes to nothing: no cost is left without a quantity', () => {
    fc.assert(
      fc.property(settlement, trades, (kind, list) => {
        const rules = terms(kind);
        let position = FLAT;
        for (const trade of list) position = unwrap(tradeFuture(rules, position, trade));
        if (position.quantityUnits === 0n) expect(position.openCost).toBe(0n);
        const close = { quantity: { units: -position.quantityUnits, decimals: 1 }, price: list[0]!.price };
        const flat = unwrap(tradeFuture(rules, position, close));
        expect(flat).toMatchObject({ quantityUnits: 0n, openCost: 0n });
        expect(averageEntryPrice(rules, flat)).toBeUndefined();
      }),
      RUNS,
    );
  });

  it('realises no more than was gained when an open cost does not divide evenly', () => {
    const whole = { units: 1n, decimals: 0 };
    const rules: FutureTerms = {
      settlement: 'LINEAR',
      contractSize: whole,
      quantityDecimals: 0,
      ledgerDecimals: 0,
    };
    const held = run(rules, [
      { quantity: parsed('2'), price: parsed('3') },
      { quantity: parsed('1'), price: parsed('4') },
    ]);
    const less = unwrap(tradeFuture(rules, held, { quantity: parsed('-1'), price: parsed('5') }));
    // 5 - 10/3 is 1.67: one unit is realised, and the rest of the cost stays with the rest of the position.
    expect(less).toMatchObject({ quantityUnits: 2n, realisedPnl: 1n, openCost: 6n });
  });

  it('opens what is left of a flip at the price of the trade', () => {
    const rules = terms('LINEAR');
    const long = unwrap(tradeFuture(rules, FLAT, { quantity: parsed('3'), price: parsed('100') }));
    const short = unwrap(tradeFuture(rules, long, { quantity: parsed('-5'), price: parsed('90.5') }));
    expect(short.quantityUnits).toBe(-20n);
    expect(averageEntryPrice(rules, short)).toBe(90.5);
    expect(short.realisedPnl).toBe(-(95n * 30n) * 10n ** 7n);
  });
});

function order(
  { quantity: traded, price: paid }: { quantity: Decimal; price: Decimal },
  seed: number,
): number {
  return Number((traded.units * 7_919n + paid.units * 104_729n + BigInt(seed)) % 1_009n);
}

function parsed(text: string): Decimal {
  return unwrap(parseDecimal(text, 'value'));
}

describe('a market of several accounts', () => {
  const matches = fc.array(
    fc.record({
      buyer: fc.integer({ min: 0, max: 3 }),
      step: fc.integer({ min: 1, max: 3 }),
      lots: fc.integer({ min: 1, max: 5_000 }),
      price,
      rate: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
      minutes: fc.integer({ min: 0, max: 59 }),
    }),
    { minLength: 1, maxLength: 20 },
  );

  it('adds up to zero with the rounding that the venue books: P&L', () => {
    fc.assert(
      fc.property(settlement, matches, price, (kind, list, mark) => {
        const rules = terms(kind);
        const accounts = [FLAT, FLAT, FLAT, FLAT];
        let venue = 0n;
        for (const { buyer, step, lots, price: at } of list) {
          const seller = (buyer + step) % 4;
          const trade = { quantity: { units: BigInt(lots), decimals: 1 }, price: at };
          const matched = unwrap(matchTrade(rules, accounts[buyer]!, accounts[seller]!, trade));
          accounts[buyer] = matched.buyer;
          accounts[seller] = matched.seller;
          venue += matched.venueRounding;
        }
        const pnl = accounts.reduce((sum, account) => sum + total(rules, account, mark), 0n);
        const open = accounts.reduce((sum, account) => sum + futureValue(rules, account, mark), 0n);
        expect(pnl + venue).toBe(open);
        // Values of open positions are rounded down for each account; everything closed at the mark adds up exactly.
        expect(open).toBeLessThanOrEqual(0n);
        expect(open).toBeGreaterThan(-4n);
        const quantities = accounts.reduce((sum, { quantityUnits }) => sum + quantityUnits, 0n);
        expect(quantities).toBe(0n);
      }),
      RUNS,
    );
  });

  it('adds up to zero with the rounding that the venue books: funding', () => {
    fc.assert(
      fc.property(settlement, matches, (kind, list) => {
        const rules = terms(kind);
        let index: FundingIndex = { paidPerSize: 0n, timeMs: 0 };
        const accounts = Array.from({ length: 4 }, () => flatPerpetual(index));
        let settlements = 0;
        for (const { buyer, step, lots, price: at, rate, minutes } of list) {
          const indexPrice = Number(at.units) / 100;
          const interval = {
            timeMs: index.timeMs + minutes * 60_000,
            rate,
            periodSeconds: 28_800,
            indexPrice,
          };
          index = unwrap(advanceFunding(kind, index, interval)).index;
          for (const [who, sign] of [
            [buyer, 1n],
            [(buyer + step) % 4, -1n],
          ] as const) {
            const trade = { quantity: { units: sign * BigInt(lots), decimals: 1 }, price: at };
            accounts[who] = unwrap(tradePerpetual(rules, accounts[who]!, trade, index));
            settlements += 1;
          }
        }
        const paid = accounts
          .map((account) => settleFunding(rules, account, index))
          .reduce((sum, { fundingPaid }) => sum + fundingPaid, 0n);
        // Payments are rounded up: the venue keeps less than a unit per settlement, and never pays.
        expect(paid).toBeGreaterThanOrEqual(0n);
        expect(paid).toBeLessThan(BigInt(settlements + 4));
      }),
      RUNS,
    );
  });

  it('owes nothing for the time before a trade, and keeps what it owed for it', () => {
    const rules = terms('LINEAR');
    const listed: FundingIndex = { paidPerSize: 0n, timeMs: 0 };
    const hour = { rate: 0.01, periodSeconds: 3_600, indexPrice: 100 };
    const later = unwrap(advanceFunding('LINEAR', listed, { ...hour, timeMs: 3_600_000 })).index;
    const trade = { quantity: parsed('1'), price: parsed('100') };
    const entrant = unwrap(tradePerpetual(rules, flatPerpetual(listed), trade, later));
    expect(fundingOwed(rules, entrant, later)).toBe(0n);
    expect(entrant.fundingPaid).toBe(0n);
    // Ten coins for an hour at 1 % of 100; closing does not forget it.
    const early = unwrap(tradePerpetual(rules, flatPerpetual(listed), trade, listed));
    const closed = unwrap(tradePerpetual(rules, early, { ...trade, quantity: parsed('-1') }, later));
    expect(closed).toMatchObject({ quantityUnits: 0n, fundingPaid: 10n * 10n ** 8n });
    const doubled = unwrap(tradePerpetual(rules, early, trade, later));
    expect(doubled.fundingPaid).toBe(10n * 10n ** 8n);
  });

  it('owes the same funding in one accrual as in the sum of the index', () => {
    const rules = { ...terms('INVERSE'), ledgerDecimals: 20 };
    let index: FundingIndex = { paidPerSize: 0n, timeMs: 0 };
    const position = unwrap(
      tradePerpetual(rules, flatPerpetual(index), { quantity: parsed('100'), price: parsed('50000') }, index),
    );
    let byHand = 0;
    for (let minute = 1; minute <= 500; minute += 1) {
      const rate = 0.0003 * Math.sin(minute);
      const indexPrice = 50_000 + minute;
      const interval = { timeMs: minute * 60_000, rate, periodSeconds: 28_800, indexPrice };
      index = unwrap(advanceFunding('INVERSE', index, interval)).index;
      byHand += (rate * (1_000 / indexPrice) * 60) / 28_800;
    }
    expect(Number(fundingOwed(rules, position, index)) / 1e20).toBeCloseTo(byHand, 16);
  });
});

describe('bad input', () => {
  const rules = terms('LINEAR');
  const good = { quantity: parsed('1'), price: parsed('100') };
  const index: FundingIndex = { paidPerSize: 5n, timeMs: 1_000 };
  const interval = { timeMs: 2_000, rate: 0.0001, periodSeconds: 28_800, indexPrice: 100 };

  it.each([
    ['a quantity above 2^53', { ...good, quantity: parsed('9007199254740993') }, 'trade.quantity'],
    ['half a lot', { ...good, quantity: parsed('0.05') }, 'trade.quantity'],
    ['a price of 0', { ...good, price: parsed('0') }, 'trade.price'],
    ['a negative price', { ...good, price: parsed('-1') }, 'trade.price'],
    ['a price above any', { ...good, price: parsed('1e16') }, 'trade.price'],
    ['a fee above the notional', { ...good, fee: 100_000_000_001n }, 'trade.fee'],
    ['a rebate above the notional', { ...good, fee: -100_000_000_001n }, 'trade.fee'],
  ])('%s is refused by name', (_, trade, field) => {
    expect(tradeFuture(rules, FLAT, trade)).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field },
    });
  });

  it('a position that would exceed 2^53 is refused', () => {
    const most = { units: BigInt(QUANTITY_MAX) * 10n, decimals: 1 };
    const full = unwrap(tradeFuture(rules, FLAT, { ...good, quantity: most }));
    expect(full.quantityUnits).toBe(most.units);
    expect(tradeFuture(rules, full, { ...good, quantity: parsed('0.1') }).ok).toBe(false);
    expect(
      unwrap(tradeFuture(rules, full, { ...good, quantity: { units: -most.units, decimals: 1 } })),
    ).toEqual(FLAT);
  });

  it('a match needs a quantity, and a refused side refuses both', () => {
    expect(matchTrade(rules, FLAT, FLAT, { ...good, quantity: parsed('-1') }).ok).toBe(false);
    expect(matchTrade(rules, FLAT, FLAT, { ...good, price: parsed('0') }).ok).toBe(false);
    const most = { units: -BigInt(QUANTITY_MAX) * 10n, decimals: 1 };
    const full = unwrap(tradeFuture(rules, FLAT, { ...good, quantity: most }));
    expect(matchTrade(rules, FLAT, full, good).ok).toBe(false);
  });

  it.each([NaN, Infinity, -Infinity, 1e-40])('%d is no decimal', (value) => {
    expect(decimalOf(value, 'price')).toMatchObject({ ok: false, failure: { field: 'price' } });
  });

  it.each(['', '1.', '.5', '0x10', '1e999', '--1', '1'.repeat(79)])('"%s" is no decimal', (text) => {
    expect(parseDecimal(text, 'price').ok).toBe(false);
  });

  it('a funding gap of three days accrues one hour, flagged', () => {
    const step = unwrap(advanceFunding('LINEAR', index, { ...interval, timeMs: 1_000 + 3 * 86_400_000 }));
    const hour = unwrap(
      advanceFunding('LINEAR', index, { ...interval, timeMs: 1_000 + FUNDING_INTERVAL_MS_MAX }),
    );
    expect(step.status).toBe('CAPPED');
    expect(step.skippedMs).toBe(3 * 86_400_000 - FUNDING_INTERVAL_MS_MAX);
    expect(step.index.paidPerSize).toBe(hour.index.paidPerSize);
    expect(hour.status).toBe('ACCRUED');
  });

  it('a clock that goes back changes nothing', () => {
    const step = unwrap(advanceFunding('LINEAR', index, { ...interval, timeMs: 999 }));
    expect(step).toEqual({ index, status: 'IGNORED', accruedMs: 0, skippedMs: 0 });
  });

  it.each([
    ['rate', { rate: NaN }],
    ['rate', { rate: 11 }],
    ['indexPrice', { indexPrice: 0 }],
    ['indexPrice', { indexPrice: NaN }],
    ['periodSeconds', { periodSeconds: 0 }],
    ['timeMs', { timeMs: 0.5 }],
  ])('a funding %s of %o is refused', (field, change) => {
    expect(advanceFunding('INVERSE', index, { ...interval, ...change })).toMatchObject({
      ok: false,
      failure: { field: `interval.${field}` },
    });
  });
});
