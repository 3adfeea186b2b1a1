import type { SumTreeColumns } from '../kernel/sum-tree.js';
import { NO_NODE } from '../kernel/sum-tree.js';
import { HASH_BYTES } from './pmpol1.js';
import { SUM_BYTES } from './sums.js';

/** The columns as they cross to another thread: shared memory, nothing is copied. */
export interface SharedColumns {
  readonly assets: number;
  readonly capacity: number;
  readonly memory: readonly SharedArrayBuffer[];
}

/**
 * Columns of the nodes of a sparse sum tree that have accounts below them: leaves (level 0) and branches, where two children that
 * both have accounts meet. Everything between is a chain of empty siblings and is hashed when needed. Shared memory, so that
 * threads can hash leaves side by side.
 */
export class NodeStore {
  /** Leading 32 bits of the 64-bit index of some leaf below, and the trailing 32. */
  keyHigh: Uint32Array;
  keyLow: Uint32Array;
  /** 0 for leaves; a branch joins two nodes of the level below its own. */
  level: Uint8Array;
  left: Uint32Array;
  right: Uint32Array;
  parent: Uint32Array;
  /** 1 where hash and sums wait to be computed anew. */
  isDirty: Uint8Array;
  /** Hash at the node's own level, 32 bytes each. */
  hash: Buffer;
  /** Hash below the parent (or the root), lifted there over empty siblings, 32 bytes each. */
  lifted: Buffer;
  /** 16 bytes per asset each. */
  sums: Uint8Array;
  /** Bytes of the sums of one node. */
  readonly sumBytes: number;

  private capacity: number;
  private used = 0;
  private readonly released: number[] = [];

  /** Columns for `capacity` nodes to begin with, or over the columns of another thread. */
  constructor(
    private readonly assets: number,
    capacity: number,
    memory?: SharedColumns['memory'],
  ) {
    this.capacity = Math.max(16, capacity);
    this.sumBytes = assets * SUM_BYTES;
    let column = 0;
    const shared = (bytes: number): SharedArrayBuffer => memory?.[column++] ?? new SharedArrayBuffer(bytes);
    this.keyHigh = new Uint32Array(shared(4 * this.capacity));
    this.keyLow = new Uint32Array(shared(4 * this.capacity));
    this.level = new Uint8Array(shared(this.capacity));
    this.left = new Uint32Array(shared(4 * this.capacity));
    this.right = new Uint32Array(shared(4 * this.capacity));
    this.parent = new Uint32Array(shared(4 * this.capacity));
    this.isDirty = new Uint8Array(shared(this.capacity));
    this.hash = Buffer.from(shared(HASH_BYTES * this.capacity));
    this.lifted = Buffer.from(shared(HASH_BYTES * this.capacity));
    this.sums = new Uint8Array(shared(this.sumBytes * this.capacity));
  }

  /** The columns as the kernels read and write them; good until the next `add`. */
  columns(): Pick<
    SumTreeColumns,
    'capacity' | 'keyHigh' | 'keyLow' | 'level' | 'left' | 'right' | 'parent' | 'hash' | 'lifted' | 'sums'
  > {
    const { capacity, keyHigh, keyLow, level, left, right, parent, hash, lifted, sums } = this;
    return { capacity, keyHigh, keyLow, level, left, right, parent, hash, lifted, sums };
  }

  /** What another thread needs to work on the same columns; good until the next `add`. */
  share(): SharedColumns {
    const columns = [
      ...[this.keyHigh, this.keyLow, this.level, this.left, this.right, this.parent, this.isDirty],
      ...[this.hash, this.lifted, this.sums],
    ];
    return {
      assets: this.assets,
      capacity: this.capacity,
      memory: columns.map((column) => column.buffer as SharedArrayBuffer),
    };
  }

  /** A dirty node without links; its hashes and sums hold whatever stood there. */
  add(level: number, keyHigh: number, keyLow: number): number {
    const node = this.released.pop() ?? this.next();
    this.left[node] = this.right[node] = this.parent[node] = NO_NODE;
    this.keyHigh[node] = keyHigh;
    this.keyLow[node] = keyLow;
    this.level[node] = level;
    this.isDirty[node] = 1;
    return node;
  }

  /** Gives the place of a node back. */
  release(node: number): void {
    this.released.push(node);
  }

  sumsOf(node: number): Uint8Array {
    return this.sums.subarray(node * this.sumBytes, (node + 1) * this.sumBytes);
  }

  /** Bytes that the columns hold. */
  get byteLength(): number {
    return this.capacity * (4 * 5 + 2 + 2 * HASH_BYTES + this.sumBytes);
  }

  private next(): number {
    if (this.used === this.capacity) this.grow();
    return this.used++;
  }

  private grow(): void {
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
    this.capacity *= 2;
    this.keyHigh = copyTo(new Uint32Array(shared(2 * this.keyHigh.byteLength)), this.keyHigh);
    this.keyLow = copyTo(new Uint32Array(shared(2 * this.keyLow.byteLength)), this.keyLow);
    this.level = copyTo(new Uint8Array(shared(2 * this.level.byteLength)), this.level);
    this.left = copyTo(new Uint32Array(shared(2 * this.left.byteLength)), this.left);
    this.right = copyTo(new Uint32Array(shared(2 * this.right.byteLength)), this.right);
    this.parent = copyTo(new Uint32Array(shared(2 * this.parent.byteLength)), this.parent);
    this.isDirty = copyTo(new Uint8Array(shared(2 * this.isDirty.byteLength)), this.isDirty);
    this.hash = copyTo(Buffer.from(shared(2 * this.hash.byteLength)), this.hash);
    this.lifted = copyTo(Buffer.from(shared(2 * this.lifted.byteLength)), this.lifted);
    this.sums = copyTo(new Uint8Array(shared(2 * this.sums.byteLength)), this.sums);
  }
}

function copyTo<T extends Uint8Array | Uint32Array>(fresh: T, old: T): T {
  fresh.set(old);
  return fresh;
}
