/**
 * Proof that a commitment hides a value of so many bits, without showing it (`docs/reserve-audit.md`, section 7): one commitment
 * per bit, each with a proof that it is 0 or 1 (an OR of two Schnorr proofs), which together add up to the commitment.
 */
import { createHmac, hash } from 'node:crypto';
import type { Point } from './commitment.js';
import { decodePoint, G, H, IDENTITY, modulo, times, timesPublic } from './commitment.js';

/** Where a proof belongs: it does not verify anywhere else. */
export interface RangeContext {
  readonly epoch: bigint;
  readonly nodeId: number;
}

/** One bit: its commitment, the two challenges and the two answers. */
export interface BitProof {
  readonly C: Uint8Array;
  readonly e0: bigint;
  readonly e1: bigint;
  readonly z0: bigint;
  readonly z1: bigint;
}

/**
 * Proves 0 <= value < 2^bits for commit(value, blinding). `secret` seeds the nonces: the same secret, context and value give the
 * same proof, and no nonce ever serves two values. Throws `RangeError` for a value that has more bits.
 */
export function proveRange(
  value: bigint,
  blinding: bigint,
  bits: number,
  context: RangeContext,
  secret: Uint8Array,
): BitProof[] {
  if (value < 0n || value >= 1n << BigInt(bits))
    throw new RangeError(`Expected a value from 0 to 2^${bits} - 1 but received one outside`);
  const nonce = nonces(secret, context, value, blinding);
  const blindings = Array.from({ length: bits }, (_, i) => nonce('r', i));
  // The bit blindings weighted by 2^i must give the blinding of the whole: the lowest one takes what is missing.
  const weighted = blindings.slice(1).reduce((sum, r, i) => sum + (r << BigInt(i + 1)), 0n);
  blindings[0] = modulo(blinding - weighted);
  return blindings.map((r, i) => proveBit(((value >> BigInt(i)) & 1n) === 1n, r, i, context, nonce));
}

/** Whether `proof` shows that `commitment` hides a value of `proof.length` bits in this context. */
export function verifyRange(commitment: Point, proof: readonly BitProof[], context: RangeContext): boolean {
  // From the highest bit down: twice what stands there and the next bit.
  let sum = IDENTITY;
  for (let i = proof.length - 1; i >= 0; i--) {
    const bit = proof[i]!;
    const C = decodePoint(bit.C);
    if (C === undefined || !isBitProven(C, bit, i, context)) return false;
    sum = sum.double().add(C);
  }
  return sum.equals(commitment);
}

function proveBit(
  isOne: boolean,
  r: bigint,
  i: number,
  context: RangeContext,
  nonce: (label: string, i: number) => bigint,
): BitProof {
  const C = (isOne ? G : IDENTITY).add(times(H, r));
  const k = nonce('k', i);
  const otherChallenge = nonce('e', i);
  const otherAnswer = nonce('z', i);
  // The branch that is not true is answered backwards, from a challenge chosen first.
  const otherStatement = isOne ? C : C.subtract(G);
  const simulated = times(H, otherAnswer).subtract(times(otherStatement, otherChallenge));
  const honest = times(H, k);
  const e = isOne ? challenge(context, i, C, simulated, honest) : challenge(context, i, C, honest, simulated);
  const ownChallenge = modulo(e - otherChallenge);
  const ownAnswer = modulo(k + ownChallenge * r);
  return isOne
    ? { C: C.toBytes(), e0: otherChallenge, e1: ownChallenge, z0: otherAnswer, z1: ownAnswer }
    : { C: C.toBytes(), e0: ownChallenge, e1: otherChallenge, z0: ownAnswer, z1: otherAnswer };
}

function isBitProven(C: Point, { e0, e1, z0, z1 }: BitProof, i: number, context: RangeContext): boolean {
  const T0 = timesPublic(H, z0).subtract(timesPublic(C, e0));
  const T1 = timesPublic(H, z1).subtract(timesPublic(C.subtract(G), e1));
  return modulo(e0 + e1) === challenge(context, i, C, T0, T1);
}

/** SHA512("PMPOL1/bit" | u64be(epoch) | u32be(node) | u16be(bit) | C | T0 | T1) modulo the order. */
function challenge({ epoch, nodeId }: RangeContext, i: number, C: Point, T0: Point, T1: Point): bigint {
  const head = Buffer.alloc(14);
  head.writeBigUInt64BE(epoch, 0);
  head.writeUInt32BE(nodeId, 8);
  head.writeUInt16BE(i, 12);
  const message = Buffer.concat([
    Buffer.from('PMPOL1/bit', 'ascii'),
    head,
    C.toBytes(),
    T0.toBytes(),
    T1.toBytes(),
  ]);
  return modulo(BigInt(`0x${hash('sha512', message, 'hex')}`));
}

function nonces(secret: Uint8Array, { epoch, nodeId }: RangeContext, value: bigint, blinding: bigint) {
  const seed = createHmac('sha512', secret)
    .update(`PMPOL1/nonce ${epoch} ${nodeId} ${value} ${blinding}`)
    .digest();
  return (label: string, i: number): bigint =>
    modulo(BigInt(`0x${createHmac('sha512', seed).update(`${label} ${i}`).digest('hex')}`));
}
