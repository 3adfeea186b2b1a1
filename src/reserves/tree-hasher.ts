import type { Kernels } from '../kernel/kernels.js';
import { loadKernels } from '../kernel/load-kernels.js';
import type { NodeStore } from './node-store.js';
import { emptyHash, HASH_BYTES, NODE_HEAD, nodeHash } from './pmpol1.js';
import { SUM_BYTES, SumRangeError } from './sums.js';

/** Levels of a tree over the whole 64-bit index. */
export const DEPTH = 64;

/**
 * Hashes nodes of a sparse sum tree of `depth` levels. The hash of a place without accounts depends on its level only, so that a
 * node with an empty sibling is lifted a level with one hash: 64 hashes for one account, which the kernels do in one call.
 */
export class TreeHasher {
  /** Hash of an empty place of each level, from the leaves (0) to the root (`depth`), 32 bytes each. */
  private readonly empty: Buffer;

  constructor(
    private readonly assets: number,
    padSeed: Uint8Array,
    private readonly depth: number,
    private readonly kernels: Kernels = loadKernels(),
  ) {
    this.empty = emptyHashes(padSeed, assets * SUM_BYTES, depth);
  }

  emptyRoot(): Buffer {
    return this.empty.subarray(this.depth * HASH_BYTES);
  }

  /** Which side of its parent the node of `level` is on that the index runs through: 0 left, 1 right. */
  side(keyHigh: number, keyLow: number, level: number): number {
    const bit = DEPTH - this.depth + level;
    return bit < 32 ? (keyLow >>> bit) & 1 : (keyHigh >>> (bit - 32)) & 1;
  }

  /** Hash and sums of the nodes in their order, children before parents. Throws `SumRangeError` on overflow. */
  rehash(store: NodeStore, nodes: Uint32Array): void {
    const { assets, depth, empty } = this;
    const done = this.kernels.rehashSumTree(
      { head: NODE_HEAD, assets, depth, empty, ...store.columns() },
      nodes,
    );
    if (done < nodes.length) throw new SumRangeError('the sum of an asset', '2^127 or more');
  }
}

function emptyHashes(padSeed: Uint8Array, sumBytes: number, depth: number): Buffer {
  const sums = Buffer.alloc(sumBytes);
  const hashes = [emptyHash(padSeed)];
  for (let level = 0; level < depth; level++) {
    const below = { hash: hashes[level]!, sums };
    hashes.push(nodeHash(below, below));
  }
  return Buffer.concat(hashes);
}
