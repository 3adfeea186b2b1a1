import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkPortfolios } from '../../src/client/chunks.js';
import { InOrder } from '../../src/client/in-order.js';
import { codec } from '../../src/wire/schema.js';
import { randomBooks } from '../support/random-books.js';
import { sampleSnapshot } from '../support/sample-market.js';

describe('InOrder', () => {
  it('gives every item once, in order, whatever order they come in', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(), { maxLength: 50 }).map((keys) => keys.map((key, index) => ({ key, index }))),
        (items) => {
          const arriving = [...items].sort((a, b) => a.key - b.key).map(({ index }) => index);
          const inOrder = new InOrder<number>();
          const given = arriving.flatMap((index) => [...inOrder.add(index, index)]);
          expect(given).toEqual(items.map(({ index }) => index));
          expect(inOrder.waiting).toBe(0);
        },
      ),
    );
  });

  it('refuses an index that came before', () => {
    const inOrder = new InOrder<string>();
    expect([...inOrder.add(0, 'a')]).toEqual(['a']);
    expect([...inOrder.add(2, 'c')]).toEqual([]);
    expect(() => [...inOrder.add(0, 'a')]).toThrow(RangeError);
    expect(() => [...inOrder.add(2, 'c')]).toThrow(RangeError);
    expect(inOrder.waiting).toBe(1);
  });
});

describe('chunkPortfolios', () => {
  it('cuts by size and keeps every portfolio in order', () => {
    const books = randomBooks(sampleSnapshot(), 100, 20, 9);
    const { decode } = codec('margincube.v1.BatchCalculateMarginRequest');
    for (const chunkBytes of [1, 5_000, 1e9]) {
      const chunks = [...chunkPortfolios(books, chunkBytes)].map(
        (bytes) => decode(bytes).chunk?.portfolios ?? [],
      );
      expect(chunks.flat().map(({ accountId }) => accountId)).toEqual(
        books.map(({ accountId }) => accountId),
      );
      expect(chunks.every((chunk) => chunk.length > 0)).toBe(true);
    }
    expect([...chunkPortfolios(books, 1)]).toHaveLength(100);
    expect([...chunkPortfolios(books, 1e9)]).toHaveLength(1);
    expect([...chunkPortfolios([])]).toEqual([]);
  });
});
