/** Who signed a message with the key of an address: Ethereum personal messages (EIP-191) and Bitcoin signed messages. */
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { createBase58check, bech32 } from '@scure/base';
import { sha256 } from './pmpol1.js';

const base58check = createBase58check(sha256);

/** keccak256("\x19Ethereum Signed Message:\n" | length | message), 32 bytes (EIP-191, version 0x45). */
export function ethereumMessageHash(message: string): Uint8Array {
  const body = Buffer.from(message, 'utf8');
  return keccak_256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${body.length}`), body]));
}

/**
 * The address (lower case, 0x) whose key signed an Ethereum personal message, from its 65 bytes r | s | v (hex, 0x allowed);
 * undefined when the signature is none.
 */
export function ethereumSigner(message: string, signatureHex: string): string | undefined {
  const signature = Buffer.from(signatureHex.replace(/^0x/, ''), 'hex');
  if (signature.length !== 65) return undefined;
  const recovery = signature[64]! % 27;
  const point = recover(ethereumMessageHash(message), signature.subarray(0, 64), recovery);
  if (point === undefined) return undefined;
  const address = keccak_256(point.toBytes(false).subarray(1)).subarray(12);
  return `0x${Buffer.from(address).toString('hex')}`;
}

/** SHA256(SHA256("\x18Bitcoin Signed Message:\n" | varint length | message)), 32 bytes. */
export function bitcoinMessageHash(message: string): Buffer {
  const body = Buffer.from(message, 'utf8');
  const prefix = Buffer.from('\x18Bitcoin Signed Message:\n', 'latin1');
  return sha256(sha256(Buffer.concat([prefix, variableLength(body.length), body])));
}

/**
 * The address whose key signed a Bitcoin message (65 bytes, base64): legacy, nested or native segregated witness, as the first
 * byte says (27 + recovery; +4 compressed, +8 P2SH-P2WPKH, +12 P2WPKH; BIP-137). Undefined when the signature is none.
 */
export function bitcoinSigner(message: string, signatureBase64: string): string | undefined {
  const signature = Buffer.from(signatureBase64, 'base64');
  const first = signature[0] ?? 0;
  if (signature.length !== 65 || first < 27 || first > 42) return undefined;
  const kind = (first - 27) >> 2;
  const point = recover(bitcoinMessageHash(message), signature.subarray(1), (first - 27) & 3);
  if (point === undefined) return undefined;
  const keyHash = hash160(point.toBytes(kind !== 0));
  if (kind === 3) return bech32.encode('bc', [0, ...bech32.toWords(keyHash)]);
  if (kind === 2) {
    const script = hash160(Buffer.concat([Buffer.from([0, 20]), keyHash]));
    return base58check.encode(Buffer.concat([Buffer.from([5]), script]));
  }
  return base58check.encode(Buffer.concat([Buffer.from([0]), keyHash]));
}

function recover(hash: Uint8Array, compact: Uint8Array, recovery: number) {
  try {
    const signature = secp256k1.Signature.fromBytes(compact, 'compact');
    return signature.addRecoveryBit(recovery).recoverPublicKey(hash);
  } catch {
    return undefined;
  }
}

function hash160(bytes: Uint8Array): Uint8Array {
  return ripemd160(sha256(bytes));
}

/** Bitcoin's variable-length integer. */
function variableLength(length: number): Buffer {
  if (length < 0xfd) return Buffer.from([length]);
  const bytes = Buffer.alloc(length <= 0xffff ? 3 : 5);
  if (length <= 0xffff) {
    bytes[0] = 0xfd;
    bytes.writeUInt16LE(length, 1);
  } else {
    bytes[0] = 0xfe;
    bytes.writeUInt32LE(length, 1);
  }
  return bytes;
}
