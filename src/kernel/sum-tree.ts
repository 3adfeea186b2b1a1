/**
 * A sparse Merkle sum tree in columns, one entry per node, most of it in shared memory. Leaves stand at level 0; a branch joins two
 * nodes of the level below its own. Between a node and its parent lie empty siblings, over which its hash is lifted:
 *
 *   node(left, right) = SHA256(head | hash_left | sums_left | hash_right | sums_right)      sums = sums_left + sums_right
 */
export interface SumTreeColumns {
  /** First bytes of the message of every node, at most 32. */
  readonly head: Uint8Array;
  /** At most 64. */
  readonly assets: number;
  /** Levels above the leaves, at most 64: the leading bits of the index that are used. */
  readonly depth: number;
  /** Hash of an empty place of each level, from the leaves to the root: `depth + 1` times 32 bytes. */
  readonly empty: Uint8Array;
  /** Entries of every column. */
  readonly capacity: number;
  /** Leading 32 bits of the 64-bit index of some leaf below, and the trailing 32. */
  readonly keyHigh: Uint32Array;
  readonly keyLow: Uint32Array;
  readonly level: Uint8Array;
  /** `NO_NODE` for leaves. */
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  /** `NO_NODE` for the root. */
  readonly parent: Uint32Array;
  /** Hash at the node's own level, 32 bytes each; those of leaves are given. */
  readonly hash: Uint8Array;
  /** Hash below the parent, or at the top, 32 bytes each. */
  readonly lifted: Uint8Array;
  /** One unsigned 128-bit big-endian integer per asset and node; those of leaves are given. */
  readonly sums: Uint8Array;
}

/** No node. */
export const NO_NODE = 0xffff_ffff;

export interface SumTreeKernels {
  /**
   * Computes hash and sums of branches and the lifted hash of every node of `nodes`, in their order: children before parents. Stops
   * at the first node with a sum outside [0, 2^127) and returns its position; otherwise the number of nodes. Throws `RangeError` for
   * a node or link outside the columns.
   */
  rehashSumTree(tree: SumTreeColumns, nodes: Uint32Array): number;
}
