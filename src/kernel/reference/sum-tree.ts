import { hash } from 'node:crypto';
import type { SumTreeColumns } from '../sum-tree.js';
import { NO_NODE } from '../sum-tree.js';

const HASH_BYTES = 32;
const SUM_BYTES = 16;
const INDEX_BITS = 64;
const SUM_LIMIT = 1n << 127n;

/** Hashes by OpenSSL and sums of bigint. */
export function rehashSumTree(tree: SumTreeColumns, nodes: Uint32Array): number {
  for (const [at, node] of nodes.entries()) {
    const links = linksOf(tree, node);
    if (links === undefined)
      throw new RangeError(
        `Expected a node of the tree with its links for nodes[${at}] but received ${node} of type number`,
      );
    if (links.left !== NO_NODE && !join(tree, node, links.left, links.right)) return at;
    lift(tree, node, links.top);
  }
  return nodes.length;
}

interface Links {
  readonly left: number;
  readonly right: number;
  /** The level that the node is lifted to. */
  readonly top: number;
}

function linksOf(tree: SumTreeColumns, node: number): Links | undefined {
  const { capacity, depth } = tree;
  if (node >= capacity) return undefined;
  const left = tree.left[node] ?? NO_NODE;
  const right = tree.right[node] ?? NO_NODE;
  const parent = tree.parent[node] ?? NO_NODE;
  if (left !== NO_NODE && (left >= capacity || right >= capacity)) return undefined;
  if (parent !== NO_NODE && parent >= capacity) return undefined;
  const top = parent === NO_NODE ? depth : (tree.level[parent] ?? 0) - 1;
  return top >= (tree.level[node] ?? 0) && top <= depth ? { left, right, top } : undefined;
}

/** False where a sum leaves its range. */
function join(tree: SumTreeColumns, branch: number, left: number, right: number): boolean {
  for (let asset = 0; asset < tree.assets; asset++) {
    const sum = sumAt(tree, left, asset) + sumAt(tree, right, asset);
    if (sum >= SUM_LIMIT) return false;
    const view = sumView(tree, branch, asset);
    view.setBigUint64(0, sum >> 64n);
    view.setBigUint64(8, sum & 0xffff_ffff_ffff_ffffn);
  }
  const child = (node: number): Uint8Array[] => [hashAt(tree.lifted, node), sumsOf(tree, node)];
  hashAt(tree.hash, branch).set(sha256([tree.head, ...child(left), ...child(right)]));
  return true;
}

function lift(tree: SumTreeColumns, node: number, top: number): void {
  const zeros = new Uint8Array(SUM_BYTES * tree.assets);
  const index = (BigInt(tree.keyHigh[node] ?? 0) << 32n) | BigInt(tree.keyLow[node] ?? 0);
  let lifted: Uint8Array = hashAt(tree.hash, node);
  for (let level = tree.level[node] ?? 0; level < top; level++) {
    const own = [lifted, sumsOf(tree, node)];
    const other = [hashAt(tree.empty, level), zeros];
    const isRight = ((index >> BigInt(INDEX_BITS - tree.depth + level)) & 1n) === 1n;
    lifted = sha256([tree.head, ...(isRight ? [...other, ...own] : [...own, ...other])]);
  }
  hashAt(tree.lifted, node).set(lifted);
}

function sha256(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.from(hash('sha256', Buffer.concat(parts), 'binary'), 'latin1');
}

function hashAt(column: Uint8Array, node: number): Uint8Array {
  return column.subarray(node * HASH_BYTES, (node + 1) * HASH_BYTES);
}

function sumsOf({ sums, assets }: SumTreeColumns, node: number): Uint8Array {
  return sums.subarray(node * SUM_BYTES * assets, (node + 1) * SUM_BYTES * assets);
}

function sumView({ sums, assets }: SumTreeColumns, node: number, asset: number): DataView {
  return new DataView(sums.buffer, sums.byteOffset + (node * assets + asset) * SUM_BYTES, SUM_BYTES);
}

function sumAt(tree: SumTreeColumns, node: number, asset: number): bigint {
  const view = sumView(tree, node, asset);
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
}
