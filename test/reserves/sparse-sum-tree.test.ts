import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { accountDigest, emptyHash, leafHash, nodeHash } from '../../src/reserves/pmpol1.js';
import { SparseSumTree } from '../../src/reserves/sparse-sum-tree.js';
import { decodeSums, encodeSums } from '../../src/reserves/sums.js';
import { vectorsFolder } from '../support/folders.js';

const vectors = vectorsFolder();
const PAD_SEED = Buffer.alloc(32, 7);

/** A leaf of one account, with a salt made of its name: what matters here is where it stands and what it adds. */
function leafOf(accountId: string, units: readonly bigint[], salt = accountDigest(`salt of ${accountId}`)) {
  const digest = accountDigest(accountId);
  const sums = encodeSums(units);
  return {
    keyHigh: digest.readUInt32BE(0),
    keyLow: digest.readUInt32BE(4),
    hash: leafHash(salt, digest, sums),
    sums,
  };
}

describe.skipIf(vectors === undefined)('the sparse tree of the vectors', () => {
  const file = JSON.parse(readFileSync(path.join(vectors ?? '', 'reserves/reserve_audit.json'), 'utf8')) as {
    pmpol1_sparse: {
      depth: number;
      padSeed: string;
      emptyRoot: string;
      steps: { account: string; value: string; index: number; salt: string; root: string; sum: string }[];
    };
  };
  const { depth, padSeed, emptyRoot, steps } = file.pmpol1_sparse;
  const tree = new SparseSumTree(1, Buffer.from(padSeed, 'hex'), depth);

  it('is empty at first', () => {
    expect(tree.rootHash().toString('hex')).toBe(emptyRoot);
    expect(decodeSums(tree.rootSums())).toEqual([0n]);
  });

  it.each(steps)('after $account holds $value', ({ account, value, index, salt, root, sum }) => {
    const leaf = leafOf(account, [BigInt(value)], Buffer.from(salt, 'hex'));
    expect(leaf.keyHigh >>> 24).toBe(index);
    tree.set(leaf);
    tree.rehash();
    expect(tree.rootHash().toString('hex')).toBe(root);
    expect(decodeSums(tree.rootSums())).toEqual([BigInt(sum)]);
  });
});

/** The root by the definition alone: every level of the tree in full, for small depths. */
function naiveRoot(depth: number, leaves: ReadonlyMap<number, ReturnType<typeof leafOf>>, assets: number) {
  const zero = Buffer.alloc(assets * 16);
  let level = Array.from({ length: 2 ** depth }, (_, place) => {
    const leaf = leaves.get(place);
    return leaf === undefined
      ? { hash: emptyHash(PAD_SEED), sums: zero }
      : { hash: leaf.hash, sums: leaf.sums };
  });
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, i) => {
      const [left, right] = [level[2 * i]!, level[2 * i + 1]!];
      const [a, b] = [decodeSums(left.sums), decodeSums(right.sums)];
      return {
        hash: nodeHash(left, right),
        sums: encodeSums(a.map((units, asset) => units + b[asset]!)),
      };
    });
  }
  return level[0]!;
}

const unit = fc.bigInt({ min: 0n, max: (1n << 110n) - 1n });
const change = fc.record({
  account: fc.integer({ min: 0, max: 25 }).map((i) => `account-${String(i)}`),
  units: fc.option(fc.tuple(unit, unit)),
});

describe('any sequence of changes', () => {
  test.prop([fc.array(change, { maxLength: 60 }), fc.integer({ min: 5, max: 10 })])(
    'ends at the root of the tree written out in full',
    (changes, depth) => {
      const tree = new SparseSumTree(2, PAD_SEED, depth);
      const places = new Map<number, ReturnType<typeof leafOf>>();
      changes.forEach(({ account, units }, at) => {
        const leaf = leafOf(account, units ?? [0n, 0n]);
        const place = leaf.keyHigh >>> (32 - depth);
        if (units === null) expect(tree.delete(leaf.keyHigh, leaf.keyLow)).toBe(places.delete(place));
        else {
          tree.set(leaf);
          places.set(place, leaf);
        }
        if (at % 7 === 0) tree.rehash();
      });
      tree.rehash();
      const expected = naiveRoot(depth, places, 2);
      expect(tree.size).toBe(places.size);
      expect(tree.rootHash()).toEqual(Buffer.from(expected.hash));
      expect(tree.rootSums()).toEqual(Buffer.from(expected.sums));
    },
  );

  test.prop([
    fc.uniqueArray(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 80 }),
    fc.integer({ min: 0, max: 999 }),
  ])('of 64 levels does not depend on the order, and removal restores the root', (names, extra) => {
    const build = (order: readonly number[]) => {
      const tree = new SparseSumTree(1, PAD_SEED);
      for (const name of order) tree.set(leafOf(String(name), [BigInt(name)]));
      tree.rehash();
      return tree;
    };
    const tree = build(names);
    const root = tree.rootHash();
    expect(build([...names].reverse()).rootHash()).toEqual(root);
    if (names.includes(extra)) return;
    const leaf = leafOf(String(extra), [5n]);
    tree.set(leaf);
    tree.rehash();
    expect(tree.rootHash()).not.toEqual(root);
    tree.delete(leaf.keyHigh, leaf.keyLow);
    tree.rehash();
    expect(tree.rootHash()).toEqual(root);
  });
});

it('refuses sums that leave their range', () => {
  expect(() => encodeSums([-1n])).toThrow(
    'Expected an integer from 0 to 2^127 - 1 for units[0] but received -1',
  );
  const tree = new SparseSumTree(1, PAD_SEED);
  tree.set(leafOf('a', [(1n << 127n) - 1n]));
  tree.rehash();
  tree.set(leafOf('b', [1n]));
  expect(() => {
    tree.rehash();
  }).toThrow('the sum of an asset');
});
