/** A set of scenarios too large for a whole market is repriced for the instruments of each book; nothing else may change. */
import { describe, expect, it } from 'vitest';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { LruCache } from '../../src/engine/lru-cache.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const market = sampleMarket();
const options = { ...DEFAULT_REPORT_OPTIONS, includePositionVectors: true, includeScenarioVector: true };

describe('cubes of one book', () => {
  it.each(['derive-pm2', 'derive-pm1'])('%s: same bits as cubes of the whole market', (name) => {
    const request = {
      model: model(name),
      market,
      portfolios: randomBooks(sampleSnapshot(), 5, 12, 20_261_124),
      options,
    };
    const whole = new MarginEngine(createReferenceKernels()).calculate(request);
    const byBook = new MarginEngine(createReferenceKernels(), 0).calculate(request);
    expect(whole.some(({ ok }) => ok)).toBe(true);
    expect(byBook).toEqual(whole);
  });
});

describe('LruCache', () => {
  it('drops the oldest entries that are too heavy together, never the newest', () => {
    const cache = new LruCache<number>(10, { of: (value) => value, max: 10 });
    let computed = 0;
    const get = (key: string, value: number): number =>
      cache.getOrAdd(key, () => {
        computed += 1;
        return value;
      });
    get('a', 4);
    get('b', 5);
    get('a', 4);
    expect(computed).toBe(2);
    get('c', 5);
    get('a', 4);
    expect(computed).toBe(3);
    get('b', 5);
    expect(computed).toBe(4);
    expect(get('huge', 100)).toBe(100);
    get('huge', 100);
    expect(computed).toBe(5);
    get('a', 4);
    expect(computed).toBe(6);
  });
});
