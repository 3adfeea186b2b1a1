import { describe, expect, it } from 'vitest';
import { fnv1a32, PARTITION_COUNT, partitionOf } from '../../src/domain/partition.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('partitionOf', () => {
  it('rests on the published values of FNV-1a', () => {
    expect(fnv1a32(bytes(''))).toBe(0x811c9dc5);
    expect(fnv1a32(bytes('a'))).toBe(0xe40c292c);
    expect(fnv1a32(bytes('b'))).toBe(0xe70c2de5);
    expect(fnv1a32(bytes('foobar'))).toBe(0xbf9cf968);
  });

  it('places accounts where they have always been', () => {
    const places = ['', 'a', 'foobar', 'account-1', 'account-2', 'désk-é'].map((id) => partitionOf(id, 256));
    expect(places).toEqual([0xc5, 0x2c, 0x68, 150, 3, 188]);
  });

  it('spreads accounts evenly', () => {
    const counts = new Uint32Array(PARTITION_COUNT);
    for (let i = 0; i < 100 * PARTITION_COUNT; i += 1) {
      const at = partitionOf(`account-${String(i)}`);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(50);
    expect(Math.max(...counts)).toBeLessThan(160);
  });
});
