import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portfolioCost, splitIntoShards } from '../../src/pool/shards.js';

const lengths = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 500 });
const workers = fc.integer({ min: 1, max: 8 });

describe('splitIntoShards', () => {
  it('covers every portfolio once, in order, with at most four shards per worker', () => {
    fc.assert(
      fc.property(lengths, workers, (byteLengths, workerCount) => {
        const shards = splitIntoShards(byteLengths, workerCount);
        const covered = shards.flatMap(({ first, count }) =>
          Array.from({ length: count }, (_, n) => first + n),
        );
        expect(covered).toEqual(byteLengths.map((_, index) => index));
        expect(shards.length).toBeLessThanOrEqual(4 * workerCount);
        expect(shards.every(({ count }) => count > 0)).toBe(true);
      }),
    );
  });

  it('makes no shard dearer than an equal part and one portfolio', () => {
    fc.assert(
      fc.property(lengths, workers, (byteLengths, workerCount) => {
        const costs = byteLengths.map(portfolioCost);
        const total = costs.reduce((sum, cost) => sum + cost, 0);
        const shards = splitIntoShards(byteLengths, workerCount);
        for (const { first, count } of shards) {
          const cost = costs.slice(first, first + count).reduce((sum, one) => sum + one, 0);
          expect(cost).toBeLessThanOrEqual(total / shards.length + Math.max(...costs));
        }
      }),
    );
  });

  it('keeps a few small portfolios together, because a hop costs more than they do', () => {
    expect(splitIntoShards([500, 500, 500], 8)).toEqual([{ first: 0, count: 3 }]);
  });

  it('uses every worker for a large batch', () => {
    expect(
      splitIntoShards(
        Array.from({ length: 1_000 }, () => 2_000),
        2,
      ),
    ).toHaveLength(8);
  });

  it('gives nothing for nothing', () => {
    expect(splitIntoShards([], 2)).toEqual([]);
  });
});
