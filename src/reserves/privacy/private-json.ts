/** Proofs of the private tier as the proto3 JSON of the contract, and back, strictly. */
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { accountDigest } from '../pmpol1.js';
import type { BitProof } from './bit-range-proof.js';
import type { PrivateProof } from './commitment-tree.js';
import type { SignedStatement } from './private-statement.js';
import { SCALAR_BYTES, scalarBytes } from './private-statement.js';
import { ORDER } from './commitment.js';

/** A proof of a named account, under a statement. */
export interface StatedProof {
  readonly accountId: string;
  readonly proof: PrivateProof;
  readonly signed: SignedStatement;
}

/** `proof` and `statement` of `margincube.v1.GetPrivateProofResponse`. */
export function privateProofToJson({ accountId, proof, signed }: StatedProof) {
  const { statement, signature, publicKey } = signed;
  const { root, asset, headerHash } = statement;
  return {
    proof: {
      accountId,
      leafPosition: proof.leafPosition,
      units: proof.units.toString(),
      blinding: base64(scalarBytes(proof.blinding)),
      salt: base64(proof.salt),
      siblings: proof.siblings.map(({ hash, commitment, range }) => ({
        hash: base64(hash),
        commitment: base64(commitment),
        bits: range.map(({ C, e0, e1, z0, z1 }) => ({
          commitment: base64(C),
          challengeZero: base64(scalarBytes(e0)),
          challengeOne: base64(scalarBytes(e1)),
          answerZero: base64(scalarBytes(z0)),
          answerOne: base64(scalarBytes(z1)),
        })),
      })),
    },
    statement: {
      headerHash: base64(headerHash),
      epoch: root.epoch.toString(),
      asset: asset.asset,
      decimals: asset.decimals,
      leafCount: root.leafCount,
      root: base64(root.hash),
      units: root.units.toString(),
      blinding: base64(scalarBytes(root.blinding)),
      signature: base64(signature),
      publicKey: base64(publicKey),
    },
  };
}

export type PrivateProofJson = ReturnType<typeof privateProofToJson>;

/** A proof from its JSON; refused with the field that does not fit. */
export function privateProofFromJson(json: unknown): Outcome<StatedProof> {
  try {
    const whole = new Fields(json, '');
    const proof = whole.object('proof');
    const statement = whole.object('statement');
    return success({
      accountId: proof.text('accountId'),
      proof: {
        leafPosition: Number(proof.integer('leafPosition', 1n << 32n)),
        units: proof.integer('units', 1n << 127n),
        blinding: proof.scalar('blinding'),
        salt: proof.bytes('salt', 32),
        siblings: proof.list('siblings').map((sibling) => ({
          hash: sibling.bytes('hash', 32),
          commitment: sibling.bytes('commitment', 32),
          range: sibling.list('bits').map(bitFrom),
        })),
      },
      signed: {
        statement: {
          asset: {
            asset: statement.text('asset'),
            decimals: Number(statement.integer('decimals', 37n)),
          },
          root: {
            epoch: statement.integer('epoch', 1n << 64n),
            leafCount: Number(statement.integer('leafCount', 1n << 32n)),
            hash: statement.bytes('root', 32),
            units: statement.integer('units', 1n << 127n),
            blinding: statement.scalar('blinding'),
          },
          headerHash: statement.bytes('headerHash', 32),
        },
        signature: statement.bytes('signature', 64),
        publicKey: statement.bytes('publicKey', 32),
      },
    });
  } catch (error) {
    if (error instanceof FieldFault) return failure('INVALID_VALUE', error.field, error.message);
    throw error;
  }
}

/** Digest that the place of a stated proof is made of. */
export function digestOf({ accountId }: StatedProof): Buffer {
  return accountDigest(accountId);
}

function bitFrom(bit: Fields): BitProof {
  return {
    C: bit.bytes('commitment', 32),
    e0: bit.scalar('challengeZero'),
    e1: bit.scalar('challengeOne'),
    z0: bit.scalar('answerZero'),
    z1: bit.scalar('answerOne'),
  };
}

class FieldFault extends Error {
  constructor(
    readonly field: string,
    what: string,
  ) {
    super(`Expected ${what} for ${field}`);
  }
}

/** The fields of one object; what is left out has its default. */
class Fields {
  private readonly fields: Readonly<Record<string, unknown>>;

  constructor(
    value: unknown,
    private readonly path: string,
  ) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new FieldFault(path === '' ? 'proof' : path, 'an object');
    this.fields = value as Readonly<Record<string, unknown>>;
  }

  object(name: string): Fields {
    return new Fields(this.fields[name], this.at(name));
  }

  list(name: string): Fields[] {
    const value = this.fields[name] ?? [];
    if (!Array.isArray(value)) throw new FieldFault(this.at(name), 'a list');
    return value.map((one, i) => new Fields(one, `${this.at(name)}[${i}]`));
  }

  text(name: string): string {
    const value = this.fields[name] ?? '';
    if (typeof value !== 'string') throw new FieldFault(this.at(name), 'text');
    return value;
  }

  integer(name: string, below: bigint): bigint {
    const value = this.fields[name] ?? 0;
    const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
    if (!/^(0|[1-9]\d{0,38})$/.test(text) || BigInt(text) >= below)
      throw new FieldFault(this.at(name), `an integer from 0 to ${below - 1n}`);
    return BigInt(text);
  }

  bytes(name: string, length: number): Buffer {
    const bytes = Buffer.from(this.text(name), 'base64');
    if (bytes.length !== length || bytes.toString('base64') !== this.text(name))
      throw new FieldFault(this.at(name), `${length} bytes in base64`);
    return bytes;
  }

  scalar(name: string): bigint {
    const scalar = BigInt(`0x${this.bytes(name, SCALAR_BYTES).toString('hex')}`);
    if (scalar >= ORDER) throw new FieldFault(this.at(name), 'a number below the order of the group');
    return scalar;
  }

  private at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
