/** The published and computed cases of the reserve audit, byte for byte. */
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { accountDigest, emptyHash, leafHash, leafSalt, nodeHash, sha256 } from '../../src/reserves/pmpol1.js';
import { verifyRange } from '../../src/reserves/privacy/bit-range-proof.js';
import { commit, decodePoint, G, H, IDENTITY, modulo } from '../../src/reserves/privacy/commitment.js';
import {
  bitcoinMessageHash,
  bitcoinSigner,
  ethereumMessageHash,
  ethereumSigner,
} from '../../src/reserves/signed-messages.js';
import { encodeSums } from '../../src/reserves/sums.js';
import { vectorsFolder } from '../support/folders.js';

interface Node {
  hash: string;
  sums: string[];
}
interface Vectors {
  pmpol1: {
    epoch: string;
    padSeed: string;
    levels: Node[][];
    root: Node;
    users: {
      account: string;
      salt: string;
      balances: string[];
      index: number;
      path: (Node & { side: 'L' | 'R' })[];
    }[];
    accountSecrets: string[];
    header: { bytes: string; sha256: string; ed25519Public: string; ed25519Signature: string };
  };
  eip191: {
    message: string;
    hash: string;
    signature: string;
    address: string;
    reserveStatement: { message: string; signature: string };
  };
  bitcoin_message: { message: string; signatureBase64: string; hash: string; address: string };
  pedersen: {
    G: string;
    H: string;
    leaves: { liability: string; blinding: string; commitment: string }[];
    sumCommitment: string;
    sumLiability: string;
    sumBlinding: string;
  };
  bit_range_proof: {
    epoch: string;
    nodeId: number;
    value: string;
    blinding: string;
    commitment: string;
    proof: { C: string; e0: string; e1: string; z0: string; z1: string }[];
  };
}

const folder = vectorsFolder();

describe.skipIf(folder === undefined)('reserve audit vectors', () => {
  const vectors = JSON.parse(
    readFileSync(path.join(folder ?? '', 'reserves/reserve_audit.json'), 'utf8'),
  ) as Vectors;
  const { pmpol1 } = vectors;
  const unitsOf = (sums: readonly string[]) => encodeSums(sums.map(BigInt));
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

  function join(left: Node, right: Node): Node {
    const sums = unitsOf(left.sums);
    const child = (hash: string, units: Buffer) => ({ hash: Buffer.from(hash, 'hex'), sums: units });
    return {
      hash: hex(nodeHash(child(left.hash, sums), child(right.hash, unitsOf(right.sums)))),
      sums: left.sums.map((units, asset) => (BigInt(units) + BigInt(right.sums[asset]!)).toString()),
    };
  }

  it('salts and leaves of every account', () => {
    pmpol1.users.forEach(({ account, salt, balances, index }, i) => {
      expect(hex(leafSalt(Buffer.from(pmpol1.accountSecrets[i]!, 'hex'), BigInt(pmpol1.epoch)))).toBe(salt);
      const leaf = leafHash(Buffer.from(salt, 'hex'), accountDigest(account), unitsOf(balances));
      expect(hex(leaf)).toBe(pmpol1.levels[0]![index]!.hash);
    });
  });

  it('padding of the dense tree, every inner node, and every path', () => {
    const used = new Set(pmpol1.users.map(({ index }) => index));
    pmpol1.levels[0]!.forEach(({ hash }, place) => {
      if (!used.has(place))
        expect(hex(emptyHash(Buffer.from(pmpol1.padSeed, 'hex'), BigInt(place)))).toBe(hash);
    });
    pmpol1.levels.slice(1).forEach((level, below) => {
      level.forEach((node, i) => {
        const children = pmpol1.levels[below]!;
        expect(join(children[2 * i]!, children[2 * i + 1]!)).toEqual(node);
      });
    });
    for (const { balances, index, path: siblings } of pmpol1.users) {
      let node: Node = { hash: pmpol1.levels[0]![index]!.hash, sums: balances };
      for (const { side, ...sibling } of siblings)
        node = side === 'R' ? join(node, sibling) : join(sibling, node);
      expect(node).toEqual(pmpol1.root);
    }
  });

  it('the signature of the plain header', () => {
    const { bytes, sha256: digest, ed25519Public, ed25519Signature } = pmpol1.header;
    const message = Buffer.from(bytes, 'hex');
    expect(hex(sha256(message))).toBe(digest);
    const key = createPublicKey({
      key: Buffer.from(`302a300506032b6570032100${ed25519Public}`, 'hex'),
      format: 'der',
      type: 'spki',
    });
    expect(verify(null, message, key, Buffer.from(ed25519Signature, 'hex'))).toBe(true);
  });

  it('an Ethereum personal message and a reserve statement', () => {
    const { message, hash, signature, address, reserveStatement } = vectors.eip191;
    expect(hex(ethereumMessageHash(message))).toBe(hash);
    expect(ethereumSigner(message, signature)).toBe(address.toLowerCase());
    expect(ethereumSigner(reserveStatement.message, reserveStatement.signature)).toBe(address.toLowerCase());
    expect(ethereumSigner(`${message}.`, signature)).not.toBe(address.toLowerCase());
    expect(ethereumSigner(message, '0x00')).toBeUndefined();
  });

  it('a Bitcoin signed message', () => {
    const { message, hash, signatureBase64, address } = vectors.bitcoin_message;
    expect(hex(bitcoinMessageHash(message))).toBe(hash);
    expect(bitcoinSigner(message, signatureBase64)).toBe(address);
    expect(bitcoinSigner(`${message} `, signatureBase64)).not.toBe(address);
    expect(bitcoinSigner(message, 'AAAA')).toBeUndefined();
  });

  it('commitments and their sum', () => {
    const { pedersen } = vectors;
    expect([hex(G.toBytes()), hex(H.toBytes())]).toEqual([pedersen.G, pedersen.H]);
    let sum = IDENTITY;
    let blinding = 0n;
    for (const leaf of pedersen.leaves) {
      const commitment = commit(BigInt(leaf.liability), BigInt(leaf.blinding));
      expect(hex(commitment.toBytes())).toBe(leaf.commitment);
      sum = sum.add(commitment);
      blinding += BigInt(leaf.blinding);
    }
    expect(hex(sum.toBytes())).toBe(pedersen.sumCommitment);
    expect(modulo(blinding).toString()).toBe(pedersen.sumBlinding);
    expect(commit(BigInt(pedersen.sumLiability), blinding).equals(sum)).toBe(true);
  });

  it('a range proof, and none of its tamperings', () => {
    const { epoch, nodeId, commitment, proof } = vectors.bit_range_proof;
    const point = decodePoint(Buffer.from(commitment, 'hex'))!;
    const context = { epoch: BigInt(epoch), nodeId };
    const bits = proof.map(({ C, e0, e1, z0, z1 }) => ({
      C: Buffer.from(C, 'hex'),
      e0: BigInt(e0),
      e1: BigInt(e1),
      z0: BigInt(z0),
      z1: BigInt(z1),
    }));
    expect(verifyRange(point, bits, context)).toBe(true);
    expect(verifyRange(point.add(G), bits, context)).toBe(false);
    expect(verifyRange(point, bits, { ...context, nodeId: nodeId + 1 })).toBe(false);
    expect(verifyRange(point, bits.slice(1), context)).toBe(false);
    const tampered = bits.map((bit, i) => (i === 3 ? { ...bit, z0: bit.z0 + 1n } : bit));
    expect(verifyRange(point, tampered, context)).toBe(false);
  });

  it('the flaw of trees that commit to a total only: four accounts with 100 prove as 40, and would not here', () => {
    const { maxwell_flaw: flaw } = vectors as unknown as {
      maxwell_flaw: {
        root: string;
        claimedTotal: string;
        trueTotal: string;
        proofs: {
          balance: string;
          path: { siblingHash: string; siblingValueShown: string; side: 'L' | 'R' }[];
        }[];
      };
    };
    const be64 = (value: bigint) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64BE(value);
      return bytes;
    };
    let owed = 0n;
    for (const { balance, path: siblings } of flaw.proofs) {
      owed += BigInt(balance);
      const total = siblings.reduce(
        (sum, { siblingValueShown }) => sum + BigInt(siblingValueShown),
        BigInt(balance),
      );
      // The broken node hashes sum and children hashes: what is shown for a sibling is free as long as the sum comes out.
      expect(be64(total).equals(be64(BigInt(flaw.claimedTotal)))).toBe(true);
    }
    expect(owed).toBe(BigInt(flaw.trueTotal));
    // Here a node hashes the sums of both children: two values shown for one sibling give two parents.
    const child = (units: bigint) => ({ hash: Buffer.alloc(32), sums: unitsOf([units.toString()]) });
    const parents = [10n, 30n].map((shown) => nodeHash(child(0n), child(shown)));
    expect(parents[0]).not.toEqual(parents[1]);
  });

  /** Formats of others: their nodes recompute, which shows that the cases are read as they are meant. */
  it('the tree of BitMEX', () => {
    const { bitmex_format: bitmex } = vectors as unknown as {
      bitmex_format: {
        blockHeight: number;
        nonces: Record<string, string>;
        parts: { index: number; account: number; value: string }[];
        levels: { hash: string; value: string }[][];
      };
    };
    const le64 = (value: bigint | number | string) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes;
    };
    bitmex.parts.forEach(({ index, account, value }) => {
      const nonce = Buffer.from(bitmex.nonces[String(account)]!, 'hex');
      const subNonce = sha256(Buffer.concat([nonce, le64(bitmex.blockHeight), le64(account)]));
      const leaf = createHmac('sha256', subNonce).update(le64(value)).update(le64(index)).digest('hex');
      expect({ hash: leaf, value }).toEqual(bitmex.levels[0]![index]);
    });
    bitmex.levels.slice(1).forEach((level, below) => {
      level.forEach(({ hash, value }, i) => {
        const [a, b] = [bitmex.levels[below]![2 * i]!, bitmex.levels[below]![2 * i + 1]!];
        const message = [a, b].flatMap((child) => [Buffer.from(child.hash, 'hex'), le64(child.value)]);
        expect(hex(sha256(Buffer.concat(message)))).toBe(hash);
        expect(BigInt(a.value) + BigInt(b.value)).toBe(BigInt(value));
      });
    });
  });
});
