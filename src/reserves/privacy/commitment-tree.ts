/**
 * The private tier of the audit (`docs/reserve-audit.md`, section 7): a sum tree whose sums are commitments. A holder learns that
 * the siblings on the way to the root are not negative, and nothing else about them. Dense over the accounts in the order of their
 * digests, filled up to a power of two with empty leaves.
 */
import { createHmac } from 'node:crypto';
import { HASH_BYTES, sha256, u64be } from '../pmpol1.js';
import type { BitProof } from './bit-range-proof.js';
import { proveRange, verifyRange } from './bit-range-proof.js';
import type { Point } from './commitment.js';
import { commit, decodePoint, IDENTITY, modulo } from './commitment.js';

/** Bits of one liability; a node of height h may hold h more. */
export const LEAF_BITS = 40;

const FORMAT = Buffer.from('PMPOL1P', 'ascii');
const LEAF_TAG = Buffer.from([4]);
const NODE_TAG = Buffer.from([5]);

export interface PrivateLiability {
  /** SHA-256 of the account's name. */
  readonly accountDigest: Buffer;
  /** Salt of the account's leaf. */
  readonly salt: Buffer;
  /** Smallest units of the tree's asset, from 0 to 2^40 - 1. */
  readonly units: bigint;
}

interface TreeNode {
  readonly hash: Buffer;
  readonly commitment: Point;
  readonly units: bigint;
  readonly blinding: bigint;
}

/** A sibling as a holder sees it. */
export interface PrivateSibling {
  readonly hash: Buffer;
  readonly commitment: Uint8Array;
  readonly range: readonly BitProof[];
}

/** What the holder of one leaf needs. */
export interface PrivateProof {
  readonly leafPosition: number;
  readonly units: bigint;
  readonly blinding: bigint;
  readonly salt: Buffer;
  readonly siblings: readonly PrivateSibling[];
}

/** What is published: the root, and the total that its commitment opens to. */
export interface PrivateRoot {
  readonly epoch: bigint;
  readonly leafCount: number;
  readonly hash: Buffer;
  readonly units: bigint;
  readonly blinding: bigint;
}

export class CommitmentTree {
  /** From the leaves up. */
  private readonly levels: TreeNode[][];
  private readonly positions = new Map<string, number>();
  private readonly ranges = new Map<number, readonly BitProof[]>();
  private readonly salts: Buffer[];

  /** One asset of one epoch; `secret` (32 bytes) blinds it and never leaves the venue. Throws `RangeError` above 40 bits. */
  constructor(
    liabilities: readonly PrivateLiability[],
    private readonly epoch: bigint,
    private readonly secret: Uint8Array,
  ) {
    const sorted = [...liabilities].sort((a, b) => a.accountDigest.compare(b.accountDigest));
    const leaves = sorted.map((liability, position) => {
      this.positions.set(liability.accountDigest.toString('hex'), position);
      return this.leaf(liability);
    });
    this.salts = sorted.map(({ salt }) => salt);
    const width = 2 ** Math.ceil(Math.log2(Math.max(1, leaves.length)));
    while (leaves.length < width) leaves.push(EMPTY);
    this.levels = [leaves];
    for (let below = leaves; below.length > 1; below = this.levels.at(-1)!) {
      this.levels.push(
        Array.from({ length: below.length / 2 }, (_, i) => joinNodes(below[2 * i]!, below[2 * i + 1]!)),
      );
    }
  }

  root(): PrivateRoot {
    const { hash, units, blinding } = this.levels.at(-1)![0]!;
    return { epoch: this.epoch, leafCount: this.levels[0]!.length, hash, units, blinding };
  }

  /** The proof of one account; undefined when it is not in the tree. Range proofs are made when first asked for, and kept. */
  prove(accountDigest: Buffer): PrivateProof | undefined {
    const position = this.positions.get(accountDigest.toString('hex'));
    if (position === undefined) return undefined;
    const { units, blinding } = this.levels[0]![position]!;
    const siblings = this.levels
      .slice(0, -1)
      .map((_, height) => this.sibling(height, (position >> height) ^ 1));
    return { leafPosition: position, units, blinding, salt: this.salts[position]!, siblings };
  }

  private sibling(height: number, at: number): PrivateSibling {
    const { hash, commitment, units, blinding } = this.levels[height]![at]!;
    const nodeId = nodeIdOf(this.levels[0]!.length, height, at);
    let range = this.ranges.get(nodeId);
    if (range === undefined) {
      range = proveRange(units, blinding, LEAF_BITS + height, { epoch: this.epoch, nodeId }, this.secret);
      this.ranges.set(nodeId, range);
    }
    return { hash, commitment: commitment.toBytes(), range };
  }

  private leaf({ accountDigest, salt, units }: PrivateLiability): TreeNode {
    if (units < 0n || units >= 1n << BigInt(LEAF_BITS))
      throw new RangeError(`Expected units from 0 to 2^${LEAF_BITS} - 1 but received ${units}`);
    const seed = createHmac('sha512', this.secret)
      .update('PMPOL1P/blinding')
      .update(u64be(this.epoch))
      .update(accountDigest)
      .digest('hex');
    const blinding = modulo(BigInt(`0x${seed}`));
    const commitment = commit(units, blinding);
    return { hash: privateLeafHash(salt, accountDigest, commitment), commitment, units, blinding };
  }
}

/** What is wrong with a proof under a published root; undefined when nothing is. */
export function privateProofFault(
  proof: PrivateProof,
  accountDigest: Buffer,
  root: PrivateRoot,
): string | undefined {
  if (proof.leafPosition >= root.leafCount) return 'the leaf lies outside the tree';
  if (proof.units < 0n || proof.units >= 1n << BigInt(LEAF_BITS)) return 'the leaf has more bits';
  let commitment = commit(proof.units, proof.blinding);
  let hash = privateLeafHash(proof.salt, accountDigest, commitment);
  if (proof.siblings.length !== Math.log2(root.leafCount)) return 'the path has another length than the tree';
  for (const [height, sibling] of proof.siblings.entries()) {
    const at = (proof.leafPosition >> height) ^ 1;
    const other = decodePoint(sibling.commitment);
    if (other === undefined) return `sibling ${height} is not a point`;
    if (sibling.range.length !== LEAF_BITS + height) return `the range of sibling ${height} has other bits`;
    const context = { epoch: root.epoch, nodeId: nodeIdOf(root.leafCount, height, at) };
    if (!verifyRange(other, sibling.range, context)) return `sibling ${height} is not shown to be in range`;
    const isRight = ((proof.leafPosition >> height) & 1) === 1;
    hash = isRight
      ? privateNodeHash(sibling.hash, other, hash, commitment)
      : privateNodeHash(hash, commitment, sibling.hash, other);
    commitment = commitment.add(other);
  }
  if (!hash.equals(root.hash)) return 'the path does not end at the root';
  return commitment.equals(commit(root.units, root.blinding)) ? undefined : 'the root opens to another total';
}

const EMPTY: TreeNode = { hash: Buffer.alloc(HASH_BYTES), commitment: IDENTITY, units: 0n, blinding: 0n };

function joinNodes(left: TreeNode, right: TreeNode): TreeNode {
  return {
    hash: privateNodeHash(left.hash, left.commitment, right.hash, right.commitment),
    commitment: left.commitment.add(right.commitment),
    units: left.units + right.units,
    blinding: modulo(left.blinding + right.blinding),
  };
}

/** SHA256(04 | "PMPOL1P" | salt | account digest | commitment). */
function privateLeafHash(salt: Uint8Array, accountDigest: Uint8Array, commitment: Point): Buffer {
  return sha256(Buffer.concat([LEAF_TAG, FORMAT, salt, accountDigest, commitment.toBytes()]));
}

/** SHA256(05 | "PMPOL1P" | left hash | left commitment | right hash | right commitment). */
function privateNodeHash(leftHash: Uint8Array, left: Point, rightHash: Uint8Array, right: Point): Buffer {
  return sha256(Buffer.concat([NODE_TAG, FORMAT, leftHash, left.toBytes(), rightHash, right.toBytes()]));
}

/** Numbers every node of a tree: the root is 1, the children of n are 2n and 2n + 1. */
function nodeIdOf(leafCount: number, height: number, at: number): number {
  return leafCount / 2 ** height + at;
}
