import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closestNames } from '../../src/domain/closest-names.js';

const chain = ['BTC', 'ETH'].flatMap((coin) =>
  ['27MAR26', '26JUN26'].flatMap((expiry) =>
    ['90000', '95000', '100000'].flatMap((strike) =>
      ['C', 'P'].map((type) => `${coin}-${expiry}-${strike}-${type}`),
    ),
  ),
);

/** Optimal string alignment by its recurrence, the whole table. */
function distance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  for (let i = 1; i <= a.length; i += 1)
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, table[i - 1]![j]! + 1, table[i]![j - 1]! + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, table[i - 2]![j - 2]! + 1);
      table[i]![j] = best;
    }
  return table[a.length]![b.length]!;
}

describe('closestNames', () => {
  it.each([
    ['a wrong letter', 'BTC-27MAR26-90000-X', ['BTC-27MAR26-90000-C', 'BTC-27MAR26-90000-P']],
    ['swapped letters', 'BTC-27AMR26-90000-P', ['BTC-27MAR26-90000-P']],
    ['lower case', 'btc-27mar26-100000-c', ['BTC-27MAR26-100000-C']],
    ['a missing letter', 'ETH-26JUN26-9500-C', ['ETH-26JUN26-95000-C']],
  ])('finds the name behind %s', (_, name, nearest) => {
    expect(closestNames(name, chain, 3).slice(0, nearest.length)).toEqual(nearest);
  });

  it('suggests nothing for a name that resembles none', () => {
    expect(closestNames('SOL_USDC', chain, 3)).toEqual([]);
    expect(closestNames('', chain, 3)).toEqual([]);
  });

  it('gives at most so many, whatever the order of the candidates', () => {
    expect(closestNames('BTC-27MAR26-9000-C', chain, 2)).toHaveLength(2);
    expect(closestNames('BTC-27MAR26-9000-C', chain, 0)).toEqual([]);
    expect(closestNames('BTC-27MAR26-9000-C', [...chain].reverse(), 5)).toEqual(
      closestNames('BTC-27MAR26-9000-C', chain, 5),
    );
  });

  it('orders by the distance of the full recurrence', () => {
    const word = fc.string({ unit: fc.constantFrom('A', 'B', 'C', '-'), minLength: 1, maxLength: 14 });
    fc.assert(
      fc.property(
        word,
        fc.uniqueArray(word, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        (name, words, max) => {
          const limit = Math.min(6, Math.max(1, Math.floor(name.length / 3)));
          const byRecurrence = words
            .map((candidate) => ({ candidate, d: distance(name, candidate) }))
            .filter(({ d }) => d <= limit)
            .sort((a, b) => a.d - b.d || (a.candidate < b.candidate ? -1 : 1))
            .slice(0, max)
            .map(({ candidate }) => candidate);
          expect(closestNames(name, words, max)).toEqual(byRecurrence);
        },
      ),
      { numRuns: 2_000, seed: 20_260_118 },
    );
  });

  it('is cheap for the largest market', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `BTC-27MAR26-${String(50_000 + i * 7)}-C`);
    const started = performance.now();
    closestNames('BTC-27MAR26-1234567-C', many, 3);
    closestNames('X'.repeat(10_000), many, 3);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
