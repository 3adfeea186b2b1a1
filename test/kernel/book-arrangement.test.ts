import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrangementWorkspaceLength,
  NO_COIN,
  sectionsMax,
  type AccountRows,
} from '../../src/kernel/book-arrangement.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

interface Row {
  readonly instrument: number;
  readonly quantity: number;
  readonly averagePrice: number;
}

interface Balance {
  readonly asset: number;
  readonly amount: number;
}

interface Account {
  readonly rows: readonly Row[];
  readonly balances: readonly Balance[];
}

/** Instruments of two underlyings, ranks against their numbers: future, perpetual and options, linear and inverse; the last is unusual. */
const INSTRUMENTS = {
  count: 7,
  rank: Uint32Array.of(5, 4, 3, 2, 1, 0, 6),
  group: Uint32Array.of(3, 2, 2, 1, 0, 0, 4),
  underlying: Uint32Array.of(1, 1, 1, 0, 0, 0, 1),
  isUsual: Uint8Array.of(1, 1, 1, 1, 1, 1, 0),
  isOption: Uint8Array.of(0, 1, 1, 0, 1, 1, 0),
  isInverse: Uint8Array.of(0, 1, 1, 1, 0, 0, 0),
  contractSize: Float64Array.of(1, 0.1, 0.1, 10, 1, 1, 1),
  markPrice: Float64Array.of(3_001.7, 0.041, 0.073, 60_010.3, 812.9, 5.1, 1),
  equityValue: Float64Array.of(0, 0.0041, 0.0073, 0, 812.9, 5.1, 0),
  unitValue: Float64Array.of(0, 0.00409, 0.00731, 0, 811.3, 5.3, 0),
  settlementPrice: Float64Array.of(1, 3_000.1, 3_000.1, 60_000.7, 0.9997, 0.9997, 1),
  price: Float64Array.of(1, 3_000.3, 3_000.3, 60_000.9, 0.9997, 0.9997, 1),
  // The first is linear and settles in the coin of the other underlying.
  coinOf: Uint32Array.of(0, 1, 1, 0, NO_COIN, NO_COIN, NO_COIN),
};
const UNDERLYINGS = {
  count: 3,
  indexPrice: Float64Array.of(60_000.9, 3_000.3, 150.5),
  spotRow: Uint32Array.of(1, 0, 2),
};
/** Dollars, two coins of underlyings, a coin of an underlying without instruments, and an asset without a price. */
const ASSETS = {
  count: 5,
  price: Float64Array.of(1, 60_000.7, 3_000.1, 150.3, NaN),
  coinOf: Uint32Array.of(NO_COIN, 0, 1, 2, NO_COIN),
};
const LIMITS = { positions: 5, balances: 4, quantity: 2 ** 53, price: 1e15 };

const offsetsOf = (lists: readonly (readonly unknown[])[], first: number): Uint32Array => {
  const offsets = Uint32Array.of(first, ...lists.map(() => 0));
  lists.forEach(({ length }, at) => (offsets[at + 1] = (offsets[at] ?? 0) + length));
  return offsets;
};

function columnsOf(accounts: readonly Account[], hasPrices: boolean): AccountRows {
  const rows = accounts.flatMap((account) => account.rows);
  const balances = accounts.flatMap((account) => account.balances);
  return {
    count: accounts.length,
    // Columns begin with the row of the first offset, whatever that is.
    rowOffsets: offsetsOf(
      accounts.map((account) => account.rows),
      1_000,
    ),
    instrument: Uint32Array.from(rows, ({ instrument }) => instrument),
    quantity: Float64Array.from(rows, ({ quantity }) => quantity),
    averagePrice: hasPrices ? Float64Array.from(rows, ({ averagePrice }) => averagePrice) : undefined,
    balanceOffsets: offsetsOf(
      accounts.map((account) => account.balances),
      77,
    ),
    balanceAsset: Uint32Array.from(balances, ({ asset }) => asset),
    balanceAmount: Float64Array.from(balances, ({ amount }) => amount),
  };
}

function arrange(
  kernels: Kernels,
  accounts: readonly Account[],
  hasPrices = true,
  instruments = INSTRUMENTS,
) {
  const columns = columnsOf(accounts, hasPrices);
  const positions = columns.instrument.length;
  const count = accounts.length;
  const sections = sectionsMax(count, positions, columns.balanceAsset.length, UNDERLYINGS.count);
  const arranged = {
    books: {
      sectionOffsets: new Uint32Array(count + 1),
      groupOffsets: new Uint32Array(sections + 1),
      coinWorth: new Float64Array(sections),
      spotRow: new Uint32Array(sections),
      positionOffsets: new Uint32Array(positions + 1),
      isInverse: new Uint8Array(positions),
      price: new Float64Array(positions),
      value: new Float64Array(positions),
      instrument: new Uint32Array(positions),
      quantity: new Float64Array(positions),
    },
    positionOffsets: new Uint32Array(count + 1),
    entryOffsets: new Uint32Array(count + 1),
    entryRow: new Uint32Array(positions + sections),
    entryQuantity: new Float64Array(positions + sections),
    cash: new Float64Array(count),
    markToMarket: new Float64Array(count),
    isOdd: new Uint8Array(count),
  };
  const longest = Math.max(0, ...accounts.map(({ rows }) => rows.length));
  const workspace = new Float64Array(arrangementWorkspaceLength(longest, UNDERLYINGS.count));
  kernels.arrangeBooks(instruments, UNDERLYINGS, ASSETS, columns, LIMITS, arranged, workspace);
  return meant(arranged, count);
}

/** The entries that the offsets speak of: what lies behind them is scratch. */
function meant({ books, ...arranged }: Parameters<Kernels['arrangeBooks']>[5], count: number) {
  const sections = books.sectionOffsets[count] ?? NaN;
  const groups = books.groupOffsets[sections] ?? NaN;
  const positions = arranged.positionOffsets[count] ?? NaN;
  const entries = arranged.entryOffsets[count] ?? NaN;
  return {
    sectionOffsets: books.sectionOffsets,
    groupOffsets: books.groupOffsets.subarray(0, sections + 1),
    coinWorth: books.coinWorth.subarray(0, sections),
    spotRow: books.spotRow.subarray(0, sections),
    positionOffsets: books.positionOffsets.subarray(0, groups + 1),
    isInverse: books.isInverse.subarray(0, groups),
    price: books.price.subarray(0, groups),
    value: books.value.subarray(0, groups),
    instrument: books.instrument.subarray(0, positions),
    quantity: books.quantity.subarray(0, positions),
    bookOffsets: arranged.positionOffsets,
    entryOffsets: arranged.entryOffsets,
    entryRow: arranged.entryRow.subarray(0, entries),
    entryQuantity: arranged.entryQuantity.subarray(0, entries),
    cash: arranged.cash,
    markToMarket: arranged.markToMarket,
    isOdd: arranged.isOdd,
  };
}

const row = (instrument: number, quantity = 1, averagePrice = NaN): Row => ({
  instrument,
  quantity,
  averagePrice,
});
const balance = (asset: number, amount: number): Balance => ({ asset, amount });

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'books of accounts, $isa',
  ({ kernels }) => {
    test('have the bits of the twin, odd ones among them', () => {
      const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
        fc.oneof({ arbitrary: usual, weight: 12 }, { arbitrary: odd, weight: 1 });
      const rows = fc.uniqueArray(
        fc.record({
          instrument: mostly(fc.nat(5), fc.constantFrom(6, 7, NO_COIN)),
          quantity: mostly(
            fc.double({ min: -1e6, max: 1e6, noNaN: true }),
            fc.constantFrom(NaN, Infinity, 1e300, 0),
          ),
          averagePrice: mostly(
            fc.oneof(fc.constant(NaN), fc.double({ min: 1e-3, max: 1e6, noNaN: true })),
            fc.constantFrom(0, -0, -1, Infinity, 1e16, 5e-324),
          ),
        }),
        // Now and then one instrument twice.
        { maxLength: 6, selector: ({ instrument, quantity }) => `${instrument} ${quantity > 9e5}` },
      );
      const balances = fc.array(
        fc.record({
          asset: mostly(fc.nat(3), fc.constantFrom(4, 5, NO_COIN)),
          amount: mostly(
            fc.double({ min: -1e9, max: 1e9, noNaN: true }),
            fc.constantFrom(NaN, -Infinity, 2e15, 0, -0),
          ),
        }),
        { maxLength: 2 },
      );
      fc.assert(
        fc.property(
          fc.array(fc.record({ rows, balances }), { maxLength: 8 }),
          fc.boolean(),
          (accounts, hasPrices) => {
            expect(arrange(kernels, accounts, hasPrices)).toEqual(arrange(REFERENCE, accounts, hasPrices));
          },
        ),
        { numRuns: 500, seed: 23 },
      );
    });
  },
);

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'books of accounts, $isa',
  ({ kernels }) => {
    test('have sections by underlying, groups and positions by rank, and coins counted once', () => {
      const found = arrange(kernels, [
        {
          rows: [row(0, 2, 3_000), row(4, -3), row(1, 5), row(5, 1)],
          balances: [balance(3, 7), balance(1, 2)],
        },
        { rows: [], balances: [] },
        { rows: [row(3, -4, 50_000)], balances: [balance(0, 100)] },
      ]);
      expect([...found.isOdd]).toEqual([0, 0, 0]);
      expect([...found.bookOffsets]).toEqual([0, 4, 4, 5]);
      expect([...found.instrument]).toEqual([5, 4, 1, 0, 3]);
      // Both underlyings with positions, then the coins of the third.
      expect([...found.sectionOffsets]).toEqual([0, 3, 3, 4]);
      expect([...found.spotRow]).toEqual([1, 0, 2, 1]);
      expect([...found.groupOffsets]).toEqual([0, 1, 3, 3, 4]);
      expect([...found.positionOffsets]).toEqual([0, 2, 3, 4, 5]);
      const earned = 2 * (3_001.7 - 3_000);
      const inverse = -40 * (1 / 50_000 - 1 / 60_010.3);
      expect([...found.coinWorth]).toEqual([(2 + earned) * 60_000.9, 0, 7 * 150.5, inverse * 60_000.9]);
      expect([...found.entryOffsets]).toEqual([0, 6, 6, 8]);
      expect([...found.entryRow]).toEqual([5, 4, 7, 1, 0, 9, 3, 7]);
      expect([...found.cash]).toEqual([7 * 150.3 + 2 * 60_000.7, 0, 100]);
      expect(found.markToMarket[2]).toBe(inverse * 60_000.7);
    });

    test('are odd where something is out of the ordinary, and hold nothing then', () => {
      const many = Array.from({ length: 6 }, (_, at) => row(at));
      const odd: readonly Account[] = [
        { rows: [row(7)], balances: [] },
        { rows: [row(NO_COIN)], balances: [] },
        { rows: [row(6)], balances: [] },
        { rows: [row(1), row(2), row(1)], balances: [] },
        { rows: [row(1, 0)], balances: [] },
        { rows: [row(1, NaN)], balances: [] },
        { rows: [row(1, 2 ** 54)], balances: [] },
        { rows: [row(1, 1, -1)], balances: [] },
        { rows: [row(3, 1, 0)], balances: [] },
        { rows: many, balances: [] },
        { rows: [row(1)], balances: [balance(0, NaN)] },
        { rows: [row(1)], balances: [balance(0, 2e15)] },
        { rows: [row(1)], balances: [balance(4, 1)] },
        { rows: [row(1)], balances: [balance(5, 1)] },
        { rows: [row(1)], balances: [balance(2, 1), balance(2, 1)] },
        { rows: [row(1)], balances: [0, 1, 2, 3, 0].map((asset) => balance(asset, 1)) },
      ];
      const found = arrange(kernels, [...odd, { rows: [row(1)], balances: [balance(4, 0)] }]);
      expect([...found.isOdd]).toEqual([...odd.map(() => 1), 0]);
      expect([...found.instrument]).toEqual([1]);
      expect([...found.cash, ...found.markToMarket.subarray(0, odd.length)]).toEqual(
        new Array<number>(2 * odd.length + 1).fill(0),
      );
    });

    test('are refused where the ranks of an underlying are not in a row: a book would have more sections than there is room for', () => {
      const rank = Uint32Array.of(5, 3, 1, 4, 2, 0, 6);
      expect(() =>
        arrange(kernels, [{ rows: [row(0), row(1), row(3), row(4)], balances: [] }], false, {
          ...INSTRUMENTS,
          rank,
        }),
      ).toThrow(
        new RangeError(
          'Expected the ranks of an underlying in a row for instruments.rank but received others among those of underlying 0 of type Uint32Array',
        ),
      );
    });

    test('are refused without room for them', () => {
      const columns = columnsOf([{ rows: [row(1)], balances: [] }], false);
      const arranged = {
        books: {
          ...{ sectionOffsets: new Uint32Array(2), groupOffsets: new Uint32Array(4) },
          ...{
            coinWorth: new Float64Array(3),
            spotRow: new Uint32Array(3),
            positionOffsets: new Uint32Array(2),
          },
          ...{ isInverse: new Uint8Array(1), price: new Float64Array(1), value: new Float64Array(1) },
          ...{ instrument: new Uint32Array(1), quantity: new Float64Array(1) },
        },
        ...{ positionOffsets: new Uint32Array(2), entryOffsets: new Uint32Array(2) },
        ...{ entryRow: new Uint32Array(1), entryQuantity: new Float64Array(4) },
        ...{ cash: new Float64Array(1), markToMarket: new Float64Array(1), isOdd: new Uint8Array(1) },
      };
      expect(() => {
        kernels.arrangeBooks(
          INSTRUMENTS,
          UNDERLYINGS,
          ASSETS,
          columns,
          LIMITS,
          arranged,
          new Float64Array(arrangementWorkspaceLength(1, 3)),
        );
      }).toThrow('Expected at least 3 entries for books.entryRow but received 1 of type Uint32Array');
    });
  },
);
