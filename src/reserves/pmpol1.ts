/**
 * The hashes of the sum tree PMPOL1 (`docs/reserve-audit.md`, section 2). A node commits to hash and sums of both its children, so
 * that no sum can be hidden under a larger sibling; leaf, node and empty place have their own first byte, so that one never passes
 * for another.
 */
import { createHmac, hash } from 'node:crypto';

export const HASH_BYTES = 32;
const FORMAT = Buffer.from('PMPOL1', 'ascii');
const LEAF_TAG = Buffer.from([0]);
/** What the message of a node begins with. */
export const NODE_HEAD = Buffer.concat([Buffer.from([1]), FORMAT]);
const EMPTY_TAG = Buffer.from([2]);
const SALT_LABEL = Buffer.from('PMPOL1/salt', 'ascii');
const SECRET_LABEL = Buffer.from('PMPOL1/account', 'ascii');

export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(sha256Binary(bytes), 'latin1');
}

/** The digest as a string of 32 characters below 256: Node makes it four times as fast as a new buffer. */
function sha256Binary(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'binary');
}

/** SHA256(00 | "PMPOL1" | salt | SHA256(account) | sums). */
export function leafHash(salt: Uint8Array, accountDigest: Uint8Array, sums: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF_TAG, FORMAT, salt, accountDigest, sums]));
}

/** What a node commits to of a child. */
export interface NodeChild {
  readonly hash: Uint8Array;
  /** 16 bytes per asset. */
  readonly sums: Uint8Array;
}

/** SHA256(01 | "PMPOL1" | left hash | left sums | right hash | right sums). */
export function nodeHash(left: NodeChild, right: NodeChild): Buffer {
  return sha256(Buffer.concat([NODE_HEAD, left.hash, left.sums, right.hash, right.sums]));
}

/** SHA256(02 | "PMPOL1" | seed [| u64be(place)]): an empty place; the place is named in dense trees only. */
export function emptyHash(padSeed: Uint8Array, place?: bigint): Buffer {
  const parts = [EMPTY_TAG, FORMAT, padSeed];
  return sha256(Buffer.concat(place === undefined ? parts : [...parts, u64be(place)]));
}

/** Salt of an account's leaf, 32 bytes: the same until the salt epoch changes, known to the venue and the account only. */
export function leafSalt(accountSecret: Uint8Array, saltEpoch: bigint): Buffer {
  return createHmac('sha256', accountSecret).update(SALT_LABEL).update(u64be(saltEpoch)).digest();
}

/** The secret behind an account's salts, from the venue's one secret: nothing to store per account. */
export function accountSecret(venueSecret: Uint8Array, accountId: string): Buffer {
  return createHmac('sha256', venueSecret).update(SECRET_LABEL).update(accountId, 'utf8').digest();
}

/** SHA256 of the account's name in UTF-8; its leading bits are the account's place in the tree. */
export function accountDigest(accountId: string): Buffer {
  return sha256(Buffer.from(accountId, 'utf8'));
}

export function u64be(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
