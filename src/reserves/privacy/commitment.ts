/**
 * Pedersen commitments on ristretto255: C = value G + blinding H hides the value, and sums of commitments commit to the sums. H is
 * derived from G by hashing, so that nobody knows a relation between them.
 */
import { ristretto255, ristretto255_hasher } from '@noble/curves/ed25519.js';
import { sha3_512 } from '@noble/hashes/sha3.js';

export type Point = InstanceType<typeof ristretto255.Point>;

/** Bits of a window of the table: 2^7 points of each of 32 windows. */
const TABLE_BITS = 8;

export const G: Point = ristretto255.Point.BASE;
/** With a table of multiples that is made when it is first used: every bit of a range proof multiplies it several times. */
export const H: Point = hashToPoint(sha3_512(G.toBytes())).precompute(TABLE_BITS);
export const IDENTITY: Point = ristretto255.Point.ZERO;

/** Order of the group: scalars are taken modulo it. */
export const ORDER = ristretto255.Point.Fn.ORDER;

export function modulo(value: bigint): bigint {
  const rest = value % ORDER;
  return rest < 0n ? rest + ORDER : rest;
}

/** scalar P, also for 0. */
export function times(point: Point, scalar: bigint): Point {
  const reduced = modulo(scalar);
  return reduced === 0n ? IDENTITY : point.multiply(reduced);
}

/** scalar P in a time that depends on the scalar: for what everybody may see. */
export function timesPublic(point: Point, scalar: bigint): Point {
  return point.multiplyUnsafe(modulo(scalar));
}

export function commit(value: bigint, blinding: bigint): Point {
  return times(G, value).add(times(H, blinding));
}

/** The point behind 32 bytes; undefined when they encode none. */
export function decodePoint(bytes: Uint8Array): Point | undefined {
  try {
    return ristretto255.Point.fromBytes(bytes);
  } catch {
    return undefined;
  }
}

function hashToPoint(uniformBytes: Uint8Array): Point {
  const point = ristretto255_hasher.deriveToCurve?.(uniformBytes);
  if (point === undefined) throw new Error('The curve library cannot map bytes to ristretto255');
  return point;
}
