import { describe, expect, it } from 'vitest';
import { accountDigest } from '../../src/reserves/pmpol1.js';
import { proveRange, verifyRange } from '../../src/reserves/privacy/bit-range-proof.js';
import { commit } from '../../src/reserves/privacy/commitment.js';
import { CommitmentTree, LEAF_BITS, privateProofFault } from '../../src/reserves/privacy/commitment-tree.js';

const SECRET = Buffer.alloc(32, 4);

describe('a range proof', () => {
  const context = { epoch: 7n, nodeId: 3 };

  it.each([0n, 1n, 2n ** 12n - 1n])(
    'stands for %s of 12 bits, in its place and for its commitment only',
    (value) => {
      const proof = proveRange(value, 99n, 12, context, SECRET);
      expect(verifyRange(commit(value, 99n), proof, context)).toBe(true);
      expect(verifyRange(commit(value, 98n), proof, context)).toBe(false);
      expect(verifyRange(commit(value, 99n), proof, { ...context, epoch: 8n })).toBe(false);
      const swapped = [proof[1]!, proof[0]!, ...proof.slice(2)];
      expect(verifyRange(commit(value, 99n), swapped, context)).toBe(false);
    },
  );

  it('is refused for a value that has more bits, or is negative', () => {
    expect(() => proveRange(4n, 1n, 2, context, SECRET)).toThrow(RangeError);
    expect(() => proveRange(-1n, 1n, 2, context, SECRET)).toThrow(RangeError);
  });
});

describe('the private tier', () => {
  const accounts = ['alice', 'bob', 'carol'].map((name, i) => ({
    accountDigest: accountDigest(name),
    salt: Buffer.alloc(32, i),
    units: BigInt(i) * 1_000n,
  }));
  const tree = new CommitmentTree(accounts, 5n, SECRET);
  const root = tree.root();
  const bob = accountDigest('bob');
  const proof = tree.prove(bob)!;

  it('opens to the total, and proves every account without its neighbours', () => {
    expect(root.units).toBe(3_000n);
    expect(privateProofFault(proof, bob, root)).toBeUndefined();
    expect(tree.prove(accountDigest('mallory'))).toBeUndefined();
    expect(Object.keys(proof.siblings[0]!).sort()).toEqual(['commitment', 'hash', 'range']);
  });

  it('names what is wrong', () => {
    expect(privateProofFault({ ...proof, units: 999n }, bob, root)).toBe('the path does not end at the root');
    expect(privateProofFault(proof, accountDigest('carol'), root)).toBe('the path does not end at the root');
    expect(privateProofFault(proof, bob, { ...root, units: 2_999n })).toBe('the root opens to another total');
    const [first, ...rest] = proof.siblings;
    const short = { ...first!, range: first!.range.slice(1) };
    expect(privateProofFault({ ...proof, siblings: [short, ...rest] }, bob, root)).toContain('other bits');
    expect(privateProofFault({ ...proof, siblings: rest }, bob, root)).toContain('another length');
    // A negative sibling would lower the total: its commitment is a point like any other, but no range proof fits it.
    const negative = { ...first!, commitment: commit(-1_000n, 3n).toBytes() };
    expect(privateProofFault({ ...proof, siblings: [negative, ...rest] }, bob, root)).toContain('in range');
  });

  it('refuses liabilities beyond its range', () => {
    const large = [{ accountDigest: bob, salt: Buffer.alloc(32), units: 1n << BigInt(LEAF_BITS) }];
    expect(() => new CommitmentTree(large, 1n, SECRET)).toThrow(RangeError);
  });
});
