/** Book walks and depth by band. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { closeOutCost, walkBook } from '../../../src/models/charges/liquidity/book-walk.js';
import { bandWalkCost, depthWithin } from '../../../src/models/charges/liquidity/depth-bands.js';
import { checkOrderBook, withoutOwnOrders } from '../../../src/models/charges/liquidity/order-book.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };
const MID = 100;

const size = fc.double({ min: 0, max: 1_000, noNaN: true });
const sizes = fc.array(size, { minLength: 4, maxLength: 4 });
const signed = fc.double({ min: -500, max: 500, noNaN: true });

describe('a book walk', () => {
  const bidPrices = [99.9, 99.5, 99, 95];
  const askPrices = [100.1, 100.5, 101, 105];
  const book = (bids: readonly number[], asks: readonly number[]) => ({
    bids: { prices: bidPrices, sizes: bids },
    asks: { prices: askPrices, sizes: asks },
  });

  it('fills what it can, says what it cannot, and more size at any price never costs more', () => {
    fc.assert(
      fc.property(sizes, sizes, signed, (held, more, position) => {
        const thin = book(held, held);
        const deep = book(
          held.map((one, i) => one + more[i]!),
          held.map((one, i) => one + more[i]!),
        );
        const walk = walkBook(thin, position, MID);
        expect(walk.filled + walk.unfilled).toBeCloseTo(Math.abs(position), 9);
        const cost = closeOutCost(walk, position, MID);
        // A level that was empty is new depth at a new worst price; that case is the next test.
        fc.pre(held.every((one) => one > 0));
        const deeper = closeOutCost(walkBook(deep, position, MID), position, MID)!;
        expect(deeper.cost).toBeLessThanOrEqual(cost!.cost + 1e-9);
        expect(cost!.insufficientDepth).toBe(walk.unfilled > 0);
      }),
      RUNS,
    );
  });

  it('prices what is left twice the slip beyond the worst level', () => {
    const thin = book([1, 0, 0, 0], [0, 1, 0, 0]);
    expect(closeOutCost(walkBook(thin, 3, MID), 3, MID)!.cost).toBeCloseTo(
      0.1 + 2 * (100 - 99.9 * 0.998),
      10,
    );
    expect(closeOutCost(walkBook(thin, -3, MID), -3, MID)!.cost).toBeCloseTo(
      0.5 + 2 * (100.5 * 1.01 - 100),
      10,
    );
    expect(closeOutCost(walkBook(book([0, 0, 0, 0], [1, 1, 1, 1]), 3, MID), 3, MID)).toBeUndefined();
  });

  it('never costs more than a long is worth', () => {
    const crash = { bids: { prices: [20], sizes: [1] }, asks: { prices: [101], sizes: [1] } };
    expect(closeOutCost(walkBook(crash, 1_000, MID), 1_000, MID)!.cost).toBeLessThanOrEqual(1_000 * MID);
  });

  it('does not count the orders of the own group', () => {
    const own = withoutOwnOrders({ prices: bidPrices, sizes: [5, 5, 5, 5] }, [5, 2, 9, 0]);
    expect([...Array.from(own.sizes)]).toEqual([0, 3, 0, 5]);
  });

  it.each([
    ['crossed', { bids: { prices: [101], sizes: [1] }, asks: { prices: [100], sizes: [1] } }, 'book.bids'],
    [
      'a negative size',
      { bids: { prices: [99], sizes: [-1] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[0].size',
    ],
    [
      'no size',
      { bids: { prices: [99], sizes: [] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[0].size',
    ],
    [
      'a price of NaN',
      { bids: { prices: [99], sizes: [1] }, asks: { prices: [NaN], sizes: [1] } },
      'book.asks[0].price',
    ],
    [
      'levels out of order',
      { bids: { prices: [98, 99], sizes: [1, 1] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[1].price',
    ],
    [
      'one level twice',
      { bids: { prices: [99], sizes: [1] }, asks: { prices: [100, 100], sizes: [1, 1] } },
      'book.asks[1].price',
    ],
  ])('of a book with %s is refused by name', (_, wrong, field) => {
    expect(checkOrderBook(wrong)).toMatchObject({ ok: false, failure: { reason: 'INVALID_VALUE', field } });
  });

  it('tells an empty and a one-sided book from a sound one; a level without size is no level', () => {
    const none = { prices: [], sizes: [] };
    const asks = { prices: [100, 101], sizes: [0, 2] };
    expect(unwrap(checkOrderBook({ bids: none, asks: none }))).toBe('EMPTY');
    expect(unwrap(checkOrderBook({ bids: none, asks }))).toBe('ONE_SIDED');
    expect(unwrap(checkOrderBook({ bids: { prices: [100.5], sizes: [1] }, asks }))).toBe('TWO_SIDED');
  });
});

describe('depth by band', () => {
  it('is cumulative and within the distance', () => {
    const bids = { prices: [99.95, 99.8, 99.2, 98], sizes: [1, 2, 4, 8] };
    expect([...depthWithin(bids, MID)]).toEqual([1, 3, 3, 7]);
  });

  it('reads a band that states less than a nearer one as the nearer one', () => {
    expect(bandWalkCost([10, 5, 5, 5], 8, MID, true).cost).toBeCloseTo(0.8, 12);
    expect(bandWalkCost([10, 5, 12, 5], 11, MID, true).cost).toBeCloseTo(1 + 0.5, 12);
  });

  it('never costs more when any band holds more', () => {
    fc.assert(
      fc.property(sizes, sizes, size, fc.boolean(), (held, more, quantity, isSale) => {
        const thin = bandWalkCost(held, quantity, MID, isSale);
        const deep = bandWalkCost(
          held.map((one, i) => one + more[i]!),
          quantity,
          MID,
          isSale,
        );
        expect(deep.cost).toBeLessThanOrEqual(thin.cost + 1e-9);
        expect(thin.cost).toBeLessThanOrEqual(quantity * MID * 0.031);
        if (deep.insufficientDepth) expect(thin.insufficientDepth).toBe(true);
      }),
      RUNS,
    );
  });
});
