/**
 * The liabilities as a sparse Merkle sum tree: 2^64 places, one per 64-bit index of an account, all empty but a few. Kept as the
 * binary trie of the indexes in use, so that a change rehashes one path and a million accounts fit in a few hundred megabytes.
 */
import { DirtyNodes } from './dirty-nodes.js';
import type { LiftTask } from './lift-worker.js';
import type { SharedColumns } from './node-store.js';
import { NO_NODE } from '../kernel/sum-tree.js';
import { NodeStore } from './node-store.js';
import { HASH_BYTES } from './pmpol1.js';
import { DEPTH, TreeHasher } from './tree-hasher.js';

/** What stands in one place of the tree. */
export interface Leaf {
  /** Index of the account: the leading 64 bits of the digest of its name. */
  readonly keyHigh: number;
  readonly keyLow: number;
  /** 32 bytes. */
  readonly hash: Uint8Array;
  /** 16 bytes per asset. */
  readonly sums: Uint8Array;
}

/** One sibling on the way from a leaf to the root. */
export interface Sibling {
  readonly level: number;
  readonly hash: Buffer;
  readonly sums: Buffer;
}

export class SparseSumTree {
  private readonly store: NodeStore;
  private readonly hasher: TreeHasher;
  private root = NO_NODE;
  private leaves = 0;

  /** An empty tree; `depth` below 64 uses the leading bits of the index only. */
  constructor(
    assets: number,
    private readonly padSeed: Uint8Array,
    private readonly depth: number = DEPTH,
    expectedLeaves = 0,
  ) {
    this.store = new NodeStore(assets, 2 * expectedLeaves);
    this.hasher = new TreeHasher(assets, padSeed, depth);
  }

  get size(): number {
    return this.leaves;
  }

  /** Bytes that the tree holds. */
  get byteLength(): number {
    return this.store.byteLength;
  }

  /** Root hash, 32 bytes, after every `set` and `delete` has been followed by `rehash`. */
  rootHash(): Buffer {
    if (this.root === NO_NODE) return this.hasher.emptyRoot();
    return Buffer.from(this.store.lifted.subarray(this.root * HASH_BYTES, (this.root + 1) * HASH_BYTES));
  }

  /** Sums of all leaves, 16 bytes per asset. */
  rootSums(): Buffer {
    return this.root === NO_NODE
      ? Buffer.alloc(this.store.sumBytes)
      : Buffer.from(this.store.sumsOf(this.root));
  }

  has(keyHigh: number, keyLow: number): boolean {
    return this.find(keyHigh, keyLow) !== NO_NODE;
  }

  /** Puts a leaf into its place, over what stood there. */
  set(leaf: Leaf): void {
    const nearest = this.descend(leaf.keyHigh, leaf.keyLow);
    const split = nearest === NO_NODE ? -1 : this.firstDifference(nearest, leaf);
    const node = nearest !== NO_NODE && split < 0 ? nearest : this.insert(leaf, split);
    this.store.hash.set(leaf.hash, node * HASH_BYTES);
    this.store.sums.set(leaf.sums, node * this.store.sumBytes);
    this.markDirty(node);
  }

  /** Empties a place; false when it was empty. */
  delete(keyHigh: number, keyLow: number): boolean {
    const { store } = this;
    const node = this.find(keyHigh, keyLow);
    if (node === NO_NODE) return false;
    const branch = store.parent[node]!;
    if (branch === NO_NODE) {
      this.root = NO_NODE;
    } else {
      const sibling = (store.left[branch] === node ? store.right[branch] : store.left[branch])!;
      this.replace(branch, sibling);
      this.markDirty(sibling);
      store.release(branch);
    }
    store.release(node);
    this.leaves--;
    return true;
  }

  /** Hashes what changed, each node once, children before parents. Throws `SumRangeError` on overflow and stays changed then. */
  rehash(): void {
    if (this.root === NO_NODE) return;
    const nodes = new DirtyNodes(this.store).below(this.root);
    this.hasher.rehash(this.store, nodes);
    for (const node of nodes) this.store.isDirty[node] = 0;
  }

  /**
   * The changed leaves in equal parts, for threads to lift before `rehash` does the rest: most of the work of a tree that is built
   * anew. The tree may not change until they are done.
   */
  liftTasks(parts: number): LiftTask[] {
    const { store, padSeed, depth } = this;
    const leaves = this.root === NO_NODE ? NO_LEAVES : new DirtyNodes(store).leavesBelow(this.root);
    const columns: SharedColumns = store.share();
    const size = Math.ceil(leaves.length / parts);
    return Array.from({ length: parts }, (_, part) => ({
      columns,
      padSeed,
      depth,
      leaves: leaves.slice(part * size, (part + 1) * size),
    }));
  }

  /**
   * The siblings with accounts below them on the way from a leaf up, lowest first; every other level has an empty sibling.
   * Undefined when the place is empty. The tree must be rehashed.
   */
  siblings(keyHigh: number, keyLow: number): Sibling[] | undefined {
    const { store } = this;
    let node = this.find(keyHigh, keyLow);
    if (node === NO_NODE) return undefined;
    const siblings: Sibling[] = [];
    for (let branch = store.parent[node]!; branch !== NO_NODE; branch = store.parent[node]!) {
      const sibling = (store.left[branch] === node ? store.right[branch] : store.left[branch])!;
      siblings.push({
        level: store.level[branch]! - 1,
        hash: Buffer.from(store.lifted.subarray(sibling * HASH_BYTES, (sibling + 1) * HASH_BYTES)),
        sums: Buffer.from(store.sumsOf(sibling)),
      });
      node = branch;
    }
    return siblings;
  }

  private find(keyHigh: number, keyLow: number): number {
    const nearest = this.descend(keyHigh, keyLow);
    return nearest !== NO_NODE && this.firstDifference(nearest, { keyHigh, keyLow }) < 0 ? nearest : NO_NODE;
  }

  /** The leaf that the bits of an index lead to, whatever its other bits are. */
  private descend(keyHigh: number, keyLow: number): number {
    const { store } = this;
    let node = this.root;
    while (node !== NO_NODE && store.left[node] !== NO_NODE) {
      const side = this.hasher.side(keyHigh, keyLow, store.level[node]! - 1);
      node = (side === 0 ? store.left[node] : store.right[node])!;
    }
    return node;
  }

  /** Highest level whose bit differs between a node's index and another; -1 when they agree within the depth. */
  private firstDifference(node: number, other: { keyHigh: number; keyLow: number }): number {
    const high = (this.store.keyHigh[node]! ^ other.keyHigh) >>> 0;
    const low = (this.store.keyLow[node]! ^ other.keyLow) >>> 0;
    const bit = high !== 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(low);
    const level = bit - (DEPTH - this.depth);
    return level >= 0 ? level : -1;
  }

  /** A new leaf, joined with what is there by a branch one level above the highest bit in which their indexes differ. */
  private insert({ keyHigh, keyLow }: Leaf, split: number): number {
    const { store } = this;
    const leaf = store.add(0, keyHigh, keyLow);
    this.leaves++;
    if (this.root === NO_NODE) {
      this.root = leaf;
      return leaf;
    }
    let below = this.root;
    while (store.level[below]! > split + 1) {
      const side = this.hasher.side(keyHigh, keyLow, store.level[below]! - 1);
      below = (side === 0 ? store.left[below] : store.right[below])!;
    }
    const branch = store.add(split + 1, keyHigh, keyLow);
    this.replace(below, branch);
    const isRight = this.hasher.side(keyHigh, keyLow, split) === 1;
    store.left[branch] = isRight ? below : leaf;
    store.right[branch] = isRight ? leaf : below;
    store.parent[below] = store.parent[leaf] = branch;
    store.isDirty[below] = 1;
    return leaf;
  }

  /** Puts `node` where `old` hangs. */
  private replace(old: number, node: number): void {
    const { store } = this;
    const parent = store.parent[old]!;
    store.parent[node] = parent;
    if (parent === NO_NODE) this.root = node;
    else if (store.left[parent] === old) store.left[parent] = node;
    else store.right[parent] = node;
  }

  private markDirty(from: number): void {
    const { store } = this;
    for (let node = from; node !== NO_NODE; node = store.parent[node]!) store.isDirty[node] = 1;
  }
}

const NO_LEAVES = new Uint32Array();
