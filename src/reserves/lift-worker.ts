/** What a thread does for a tree: lifts a share of its leaves, in shared memory. */
import { TreeHasher } from './lift.js';
import type { SharedColumns } from './node-store.js';
import { NodeStore } from './node-store.js';

export interface LiftTask {
  readonly columns: SharedColumns;
  readonly padSeed: Uint8Array;
  readonly depth: number;
  /** Nodes that nobody else lifts. */
  readonly leaves: Int32Array;
}

export default function liftLeaves({ columns, padSeed, depth, leaves }: LiftTask): void {
  const store = new NodeStore(columns.assets, columns.capacity, columns.memory);
  const hasher = new TreeHasher(store.sumBytes, padSeed, depth);
  for (const leaf of leaves) {
    hasher.lift(store, leaf);
    store.isDirty[leaf] = 0;
  }
}
