import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import {
  auctionFee,
  auctionShare,
  bufferMargin,
  DERIVE_MAINNET_AUCTION,
  insolventBid,
  maximumFraction,
  sellFraction,
  type AuctionedAccount,
} from '../../src/models/derive-auction/dutch-auction.js';

const rules = DERIVE_MAINNET_AUCTION;
const END_SECONDS = rules.fastSeconds + rules.slowSeconds;

/** Worth something, short of its maintenance margin. */
const solvent = fc
  .record({
    markToMarket: fc.double({ min: 1, max: 1e6, noNaN: true }),
    maintenanceMargin: fc.double({ min: -1e6, max: -1, noNaN: true }),
    reserved: fc.double({ min: 0, max: 0.9, noNaN: true }),
  })
  .map(({ markToMarket, maintenanceMargin, reserved }): AuctionedAccount => ({
    markToMarket,
    maintenanceMargin,
    reservedCash: reserved * markToMarket,
  }));
/** Before the asked share is so small that selling hardly restores anything. */
const seconds = fc.double({ min: 0, max: END_SECONDS * 0.99, noNaN: true });

describe('derive-auction', () => {
  it('asks 95 % at the start, 70 % after the fast part and nothing at the end', () => {
    expect(
      [0, 450, 900, 900 + 21_600, END_SECONDS, END_SECONDS + 1].map((t) => auctionShare(rules, t)),
    ).toEqual([0.95, 0.825, 0.7, 0.35, 0, 0]);
  });

  test.prop([seconds, seconds])('the asked share never rises', (a, b) => {
    const [early, late] = a < b ? [a, b] : [b, a];
    expect(auctionShare(rules, late)).toBeLessThanOrEqual(auctionShare(rules, early));
  });

  test.prop([solvent, seconds])(
    'selling the largest fraction restores the buffer margin to 0',
    (account, time) => {
      const fraction = maximumFraction(account, rules, auctionShare(rules, time));
      expect(fraction).toBeGreaterThan(0);
      expect(fraction).toBeLessThanOrEqual(1);
      const sale = sellFraction(account, rules, time, fraction);
      if (!sale.ok) throw new Error(sale.failure.message);
      const size = Math.abs(account.maintenanceMargin) + account.markToMarket;
      expect(Math.abs(bufferMargin(sale.value.after, rules.bufferShare))).toBeLessThanOrEqual(1e-12 * size);
    },
  );

  test.prop([solvent, seconds, fc.double({ min: 0.01, max: 0.99, noNaN: true })])(
    'selling in two parts leaves the same reserved cash share to sell as selling less: bids add to the reserve',
    (account, time, share) => {
      const most = maximumFraction(account, rules, auctionShare(rules, time));
      const first = sellFraction(account, rules, time, most * share);
      if (!first.ok) throw new Error(first.failure.message);
      expect(first.value.after.reservedCash).toBe(account.reservedCash + first.value.bid);
      expect(maximumFraction(first.value.after, rules, auctionShare(rules, time))).toBeLessThan(most);
    },
  );

  it('refuses more than the largest fraction, nothing, and a reserve above the value, by name', () => {
    const account = { markToMarket: 300, maintenanceMargin: -100, reservedCash: 0 };
    const most = maximumFraction(account, rules, auctionShare(rules, 0));
    for (const fraction of [most * 1.001, 0, -1, NaN]) {
      const sale = sellFraction(account, rules, 0, fraction);
      expect(sale.ok ? '' : `${sale.failure.reason} ${sale.failure.field}`).toBe('INVALID_VALUE fraction');
    }
    const reserved = sellFraction({ ...account, reservedCash: 301 }, rules, 0, 0.1);
    expect(reserved.ok ? '' : reserved.failure.field).toBe('reservedCash');
  });

  it('an account above its buffer sells nothing and pays no fee; one below the cutoff is sold whole', () => {
    const safe = { markToMarket: 300, maintenanceMargin: 50, reservedCash: 0 };
    expect(maximumFraction(safe, rules, 0.9)).toBe(0);
    expect(auctionFee(safe, rules)).toBe(0);
    const tiny = { markToMarket: 10, maintenanceMargin: -50, reservedCash: 0 };
    expect(maximumFraction(tiny, { ...rules, markToMarketCutoff: 20 }, 0.9)).toBe(1);
  });

  it('an insolvent account pays from its negative value to its whole shortfall', () => {
    const account = { markToMarket: -20, maintenanceMargin: -100 };
    expect([0, 1_800, 3_600, 9_999].map((t) => insolventBid(account, 3_600, t))).toEqual([
      -20, -60, -100, -100,
    ]);
    expect(insolventBid({ markToMarket: -20, maintenanceMargin: 0 }, 3_600, 100)).toBe(0);
  });
});
