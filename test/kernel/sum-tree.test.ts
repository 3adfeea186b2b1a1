/** Hashes of the sum tree: every native level against the twin, which hashes by Node, byte for byte; refusals of what does not fit. */
import { describe, expect, test } from 'vitest';
import type { SumTreeColumns } from '../../src/kernel/sum-tree.js';
import { NO_NODE } from '../../src/kernel/sum-tree.js';
import { seededIntegers } from '../support/seeded.js';
import { NATIVE_KERNELS, REFERENCE } from './support.js';

/** A comb: leaves 0 to n - 1, each branch n + i joins leaf i + 1 with what is below, at levels that the indexes name. */
function comb(leaves: number, assets: number, depth: number, seed: number): SumTreeColumns {
  const below = seededIntegers(seed);
  const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(256));
  const capacity = 2 * leaves - 1;
  const none = (): Uint32Array => new Uint32Array(capacity).fill(NO_NODE);
  const [left, right, parent, level] = [none(), none(), none(), new Uint8Array(capacity)];
  for (let i = 0; i + 1 < leaves; i++) {
    const branch = leaves + i;
    const children = [i === 0 ? 0 : branch - 1, i + 1];
    if (below(2) === 1) children.reverse();
    [left[branch], right[branch]] = [children[0]!, children[1]!];
    for (const child of children) parent[child] = branch;
    level[branch] = depth - (leaves - 2 - i);
  }
  const sums = bytes(capacity * assets * 16);
  // Below 2^120, so that no sum of these leaves leaves its range.
  for (let at = 0; at < sums.length; at += 16) sums[at] = 0;
  return {
    ...{ head: bytes(7), assets, depth, empty: bytes((depth + 1) * 32), capacity },
    keyHigh: Uint32Array.from({ length: capacity }, () => below(2 ** 32)),
    keyLow: Uint32Array.from({ length: capacity }, () => below(2 ** 32)),
    ...{ level, left, right, parent, hash: bytes(32 * capacity), lifted: bytes(32 * capacity), sums },
  };
}

function copyOf(tree: SumTreeColumns): SumTreeColumns {
  return { ...tree, hash: tree.hash.slice(), lifted: tree.lifted.slice(), sums: tree.sums.slice() };
}

const allNodes = ({ capacity }: SumTreeColumns): Uint32Array =>
  Uint32Array.from({ length: capacity }, (_, i) => i);

describe.each(NATIVE_KERNELS)('rehashSumTree, $isa', (kernels) => {
  test.each([
    [1, 1, 64],
    [2, 3, 64],
    [9, 2, 64],
    [5, 1, 8],
    [4, 64, 33],
  ])('gives the bytes of the twin: %i leaves, %i assets, depth %i', (leaves, assets, depth) => {
    const native = comb(leaves, assets, depth, 17 * leaves + assets);
    const twin = copyOf(native);
    expect(kernels.rehashSumTree(native, allNodes(native))).toBe(native.capacity);
    expect(REFERENCE.rehashSumTree(twin, allNodes(twin))).toBe(twin.capacity);
    for (const column of ['hash', 'lifted', 'sums'] as const)
      expect(Buffer.compare(native[column], twin[column]), column).toBe(0);
  });
});

describe.each([...NATIVE_KERNELS, REFERENCE])('rehashSumTree refuses, $isa', (kernels) => {
  test('a sum of 2^127 or more, whichever asset it is of, and says at which node', () => {
    const tree = comb(3, 2, 64, 5);
    const highest = (leaf: number): number => (2 * leaf + 1) * 16;
    tree.sums[highest(0)] = 0x70;
    expect(kernels.rehashSumTree(tree, allNodes(tree))).toBe(5);
    tree.sums[highest(1)] = 0x10;
    expect(kernels.rehashSumTree(tree, allNodes(tree))).toBe(3);
    tree.sums[highest(0)] = tree.sums[highest(1)] = 0xff;
    expect(kernels.rehashSumTree(tree, allNodes(tree))).toBe(3);
  });

  test.each<[string, (tree: SumTreeColumns) => void]>([
    ['a child outside', ({ right }) => (right[3] = 5)],
    ['a parent outside', ({ parent }) => (parent[3] = 6)],
    ['a parent below', ({ level }) => (level[4] = 0)],
  ])('%s', (_, spoil) => {
    const tree = comb(3, 1, 64, 6);
    spoil(tree);
    expect(() => kernels.rehashSumTree(tree, allNodes(tree))).toThrow(/Expected a node of the tree/);
  });

  test('a node outside', () => {
    const tree = comb(3, 1, 64, 7);
    expect(() => kernels.rehashSumTree(tree, Uint32Array.of(0, 5))).toThrow(/nodes\[1\] but received 5/);
  });
});
