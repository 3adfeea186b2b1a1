import { emptyHash, HASH_BYTES, NodeHasher } from './pmpol1.js';
import type { NodeStore } from './node-store.js';
import { NONE } from './node-store.js';
import { addSums } from './sums.js';

/** Levels of a tree over the whole 64-bit index. */
export const DEPTH = 64;

/**
 * Hashes nodes of a sparse sum tree of `depth` levels. The hash of a place without accounts depends on its level only, so that a
 * node with an empty sibling is lifted a level with one hash.
 */
export class TreeHasher {
  /** Hash of an empty place of each level, from the leaves (0) to the root (`depth`). */
  readonly empty: readonly Buffer[];
  private readonly node: NodeHasher;
  private readonly onLeft: NodeHasher;
  private readonly onRight: NodeHasher;

  constructor(
    private readonly sumBytes: number,
    padSeed: Uint8Array,
    private readonly depth: number,
  ) {
    this.node = new NodeHasher(sumBytes);
    this.onLeft = new NodeHasher(sumBytes);
    this.onRight = new NodeHasher(sumBytes);
    const empty = [emptyHash(padSeed)];
    for (let level = 0; level < depth; level++) {
      const below = empty[level]!;
      this.onLeft.message.set(below, this.onLeft.left);
      this.onLeft.message.set(below, this.onLeft.right);
      empty.push(Buffer.from(this.onLeft.digest(), 'latin1'));
    }
    this.empty = empty;
  }

  /** Which side of its parent the node of `level` is on that the index runs through: 0 left, 1 right. */
  side(keyHigh: number, keyLow: number, level: number): number {
    const bit = DEPTH - this.depth + level;
    return bit < 32 ? (keyLow >>> bit) & 1 : (keyHigh >>> (bit - 32)) & 1;
  }

  /** Hash and sums of a branch from its children, which must be lifted below it. Throws `SumRangeError` on overflow. */
  join(store: NodeStore, branch: number): void {
    const left = store.left[branch]!;
    const right = store.right[branch]!;
    const { message } = this.node;
    const { sumBytes } = this;
    addSums(store.sumsView, branch * sumBytes, left * sumBytes, right * sumBytes, sumBytes / 16);
    copyNode(message, this.node.left, store, left);
    copyNode(message, this.node.right, store, right);
    store.hash.write(this.node.digest(), branch * HASH_BYTES, 'latin1');
  }

  /** Lifts the hash of a node over empty siblings to just below its parent, or to the root. */
  lift(store: NodeStore, node: number): void {
    const parent = store.parent[node]!;
    const top = parent === NONE ? this.depth : store.level[parent]! - 1;
    let current = store.hash.toString('latin1', node * HASH_BYTES, (node + 1) * HASH_BYTES);
    const keyHigh = store.keyHigh[node]!;
    const keyLow = store.keyLow[node]!;
    const sums = store.sumsOf(node);
    const { onLeft, onRight } = this;
    onLeft.message.set(sums, onLeft.left + HASH_BYTES);
    onRight.message.set(sums, onRight.right + HASH_BYTES);
    // The sums of the empty sibling are zeros from the start and stay so; only its hash changes with the level.
    onLeft.message.fill(0, onLeft.right + HASH_BYTES);
    onRight.message.fill(0, onRight.left + HASH_BYTES, onRight.right);
    for (let level = store.level[node]!; level < top; level++) {
      const isRight = this.side(keyHigh, keyLow, level) === 1;
      const hasher = isRight ? onRight : onLeft;
      hasher.message.write(current, isRight ? hasher.right : hasher.left, 'latin1');
      hasher.message.set(this.empty[level]!, isRight ? hasher.left : hasher.right);
      current = hasher.digest();
    }
    store.lifted.write(current, node * HASH_BYTES, 'latin1');
  }
}

function copyNode(message: Buffer, at: number, store: NodeStore, node: number): void {
  message.set(store.lifted.subarray(node * HASH_BYTES, (node + 1) * HASH_BYTES), at);
  message.set(store.sumsOf(node), at + HASH_BYTES);
}
