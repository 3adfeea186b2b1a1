/**
 * What a venue signs about a tree of the private tier (`docs/reserve-audit.md`, section 7): without a signature a root is nobody's
 * word, and without the header's hash it could belong to any moment.
 */
import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import type { AttestedAsset } from '../attested-asset.js';
import { ed25519PublicKey, rawPublicKey } from '../header.js';
import { u64be } from '../pmpol1.js';
import { encodeSums } from '../sums.js';
import type { PrivateRoot } from './commitment-tree.js';

const MAGIC = Buffer.from('PMPOL1P1', 'ascii');
export const SCALAR_BYTES = 32;

export interface PrivateStatement {
  readonly asset: AttestedAsset;
  readonly root: PrivateRoot;
  /** SHA-256 of the header that it belongs to. */
  readonly headerHash: Uint8Array;
}

export interface SignedStatement {
  readonly statement: PrivateStatement;
  /** Ed25519, 64 bytes. */
  readonly signature: Uint8Array;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export function signStatement(statement: PrivateStatement, privateKey: KeyObject): SignedStatement {
  const signature = sign(null, statementBytes(statement), privateKey);
  return { statement, signature, publicKey: rawPublicKey(createPublicKey(privateKey)) };
}

export function isStatementSigned({ statement, signature, publicKey }: SignedStatement): boolean {
  return verify(null, statementBytes(statement), ed25519PublicKey(publicKey), signature);
}

/** A scalar as 32 bytes, big-endian. */
export function scalarBytes(scalar: bigint): Buffer {
  return Buffer.from(scalar.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex');
}

/**
 * "PMPOL1P1" | header hash | u64be(epoch) | length of the asset | asset | decimals | u32be(leaves) | root | u128be(units) | blinding.
 * Throws `SumRangeError` for units outside [0, 2^127).
 */
function statementBytes({ asset: { asset, decimals }, root, headerHash }: PrivateStatement): Buffer {
  const name = Buffer.from(asset, 'ascii');
  const leafCount = Buffer.alloc(4);
  leafCount.writeUInt32BE(root.leafCount);
  return Buffer.concat([
    ...[MAGIC, headerHash, u64be(root.epoch)],
    ...[Buffer.from([name.length]), name, Buffer.from([decimals]), leafCount],
    ...[root.hash, encodeSums([root.units]), scalarBytes(root.blinding)],
  ]);
}
