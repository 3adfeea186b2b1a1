/** What a thread does for a tree: lifts a share of its leaves, in shared memory. */
import type { SharedColumns } from './node-store.js';
import { NodeStore } from './node-store.js';
import { TreeHasher } from './tree-hasher.js';

export interface LiftTask {
  readonly columns: SharedColumns;
  readonly padSeed: Uint8Array;
  readonly depth: number;
  /** Nodes that nobody else lifts. */
  readonly leaves: Uint32Array;
}

export default function liftLeaves({ columns, padSeed, depth, leaves }: LiftTask): void {
  const store = new NodeStore(columns.assets, columns.capacity, columns.memory);
  new TreeHasher(columns.assets, padSeed, depth).rehash(store, leaves);
  for (const leaf of leaves) store.isDirty[leaf] = 0;
}
