/**
 * The signed head of a proof of liabilities and its bytes, `PMPOL1H2` (`docs/reserve-audit.md`, section 4). Everything that a
 * verifier relies on is in these bytes: what they leave out, a venue could change afterwards.
 */
import type { KeyObject } from 'node:crypto';
import { createPublicKey, sign, verify } from 'node:crypto';
import type { AttestedAsset } from './attested-asset.js';
import { HASH_BYTES, sha256, u64be } from './pmpol1.js';
import { encodeSums } from './sums.js';

export const HEADER_MAGIC = 'PMPOL1H2';

export interface AttestationHeader {
  /** Number in the chain, from 0. */
  readonly sequence: bigint;
  /** Epoch of the marks behind the liabilities. */
  readonly epoch: bigint;
  /** When it was made, milliseconds since 1970. */
  readonly timeMs: number;
  /** Salts of the leaves. */
  readonly saltEpoch: bigint;
  readonly assets: readonly AttestedAsset[];
  /** Levels of the tree. */
  readonly depth: number;
  /** Leaves, accounts with zero included. */
  readonly accountCount: bigint;
  /** 32 bytes that the hash of an empty place is made of. */
  readonly padSeed: Uint8Array;
  readonly liabilitiesRoot: Uint8Array;
  /** Sums at the root in smallest units, per asset. */
  readonly liabilities: readonly bigint[];
  /** Accounts that owe the venue; their leaves are 0. */
  readonly negativeAccountCount: bigint;
  /** What they owe, per asset, >= 0: reported, never netted. */
  readonly negativeEquity: readonly bigint[];
  /** Root over the claimed reserves (`reserve-holdings.ts`). */
  readonly reservesRoot: Uint8Array;
  readonly pricesHash: Uint8Array;
  readonly surfaceHash: Uint8Array;
  readonly parametersHash: Uint8Array;
  /** Hash over long = short of every instrument. */
  readonly openInterestHash: Uint8Array;
  /** SHA-256 of the header before; 32 zeros for the first. */
  readonly previousHash: Uint8Array;
}

export interface SignedHeader {
  readonly header: AttestationHeader;
  /** Ed25519 over the header's bytes, 64 bytes. */
  readonly signature: Uint8Array;
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** No header, no surface, no open interest: 32 zeros. */
export const NO_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

/** The canonical bytes. Throws `SumRangeError` for a sum outside [0, 2^127). */
export function headerBytes(header: AttestationHeader): Buffer {
  const { assets } = header;
  const assetCount = Buffer.alloc(2);
  assetCount.writeUInt16BE(assets.length);
  return Buffer.concat([
    Buffer.from(HEADER_MAGIC, 'ascii'),
    u64be(header.sequence),
    u64be(header.epoch),
    u64be(BigInt(header.timeMs)),
    u64be(header.saltEpoch),
    assetCount,
    ...assets.map(assetBytes),
    Buffer.from([header.depth]),
    u64be(header.accountCount),
    header.padSeed,
    header.liabilitiesRoot,
    encodeSums(header.liabilities),
    u64be(header.negativeAccountCount),
    encodeSums(header.negativeEquity),
    header.reservesRoot,
    header.pricesHash,
    header.surfaceHash,
    header.parametersHash,
    header.openInterestHash,
    header.previousHash,
  ]);
}

export function headerHash(header: AttestationHeader): Buffer {
  return sha256(headerBytes(header));
}

export function signHeader(header: AttestationHeader, privateKey: KeyObject): SignedHeader {
  return {
    header,
    signature: sign(null, headerBytes(header), privateKey),
    publicKey: rawPublicKey(createPublicKey(privateKey)),
  };
}

export function isSignatureValid({ header, signature, publicKey }: SignedHeader): boolean {
  return verify(null, headerBytes(header), ed25519PublicKey(publicKey), signature);
}

/** Names of what keeps `next` from following `previous` in a chain of headers; empty when it follows. */
export function chainFaults(previous: AttestationHeader, next: AttestationHeader): string[] {
  const faults: string[] = [];
  if (next.sequence !== previous.sequence + 1n) faults.push('sequence');
  if (Buffer.compare(next.previousHash, headerHash(previous)) !== 0) faults.push('previousHash');
  if (next.timeMs < previous.timeMs) faults.push('timeMs');
  if (next.epoch < previous.epoch) faults.push('epoch');
  if (next.saltEpoch < previous.saltEpoch) faults.push('saltEpoch');
  return faults;
}

/**
 * Whether two validly signed headers of one key prove that the venue told two stories: the same place in the chain, or the same
 * predecessor, with different contents.
 */
export function isEquivocation(a: SignedHeader, b: SignedHeader): boolean {
  if (Buffer.compare(a.publicKey, b.publicKey) !== 0) return false;
  if (!isSignatureValid(a) || !isSignatureValid(b)) return false;
  if (headerBytes(a.header).equals(headerBytes(b.header))) return false;
  return (
    a.header.sequence === b.header.sequence ||
    Buffer.compare(a.header.previousHash, b.header.previousHash) === 0
  );
}

/** DER of an Ed25519 public key (RFC 8410) up to the key itself. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The key behind its 32 bytes. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });
}

/** 32 bytes, as RFC 8032 encodes an Ed25519 public key. */
export function rawPublicKey(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}

function assetBytes({ asset, decimals }: AttestedAsset): Buffer {
  const name = Buffer.from(asset, 'ascii');
  return Buffer.concat([Buffer.from([name.length]), name, Buffer.from([decimals])]);
}
