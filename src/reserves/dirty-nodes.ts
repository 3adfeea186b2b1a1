import { NO_NODE } from '../kernel/sum-tree.js';
import type { NodeStore } from './node-store.js';

/** The changed nodes of a tree in the order in which they are rehashed. */
export class DirtyNodes {
  private found = new Uint32Array(256);
  private count = 0;

  constructor(private readonly store: NodeStore) {}

  /** Children before parents. */
  below(root: number): Uint32Array {
    this.addBelow(root);
    return this.found.subarray(0, this.count);
  }

  leavesBelow(root: number): Uint32Array {
    const { left } = this.store;
    return this.below(root).filter((node) => left[node] === NO_NODE);
  }

  private addBelow(node: number): void {
    const { isDirty, left, right } = this.store;
    if (isDirty[node] === 0) return;
    if (left[node] !== NO_NODE) {
      this.addBelow(left[node]!);
      this.addBelow(right[node]!);
    }
    this.add(node);
  }

  private add(node: number): void {
    if (this.count === this.found.length) {
      const longer = new Uint32Array(2 * this.found.length);
      longer.set(this.found);
      this.found = longer;
    }
    this.found[this.count++] = node;
  }
}
