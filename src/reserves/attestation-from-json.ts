/** A header back from the JSON of an attestation, for the next one to follow. */
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';
import type { AttestationHeader, SignedHeader } from './header.js';
import { headerHash, isSignatureValid, NO_HASH } from './header.js';

type Fields = Readonly<Record<string, unknown>>;

/** The signed header of `margincube.v1.Attestation`; refused when its hash or signature does not fit its fields. */
export function signedHeaderFromJson(json: unknown): Outcome<SignedHeader> {
  try {
    const attestation = record(json, 'attestation');
    const signed: SignedHeader = {
      header: headerFrom(record(attestation.header, 'header')),
      signature: bytes(attestation.signature, 'signature', 64),
      publicKey: bytes(attestation.publicKey, 'publicKey', 32),
    };
    if (Buffer.compare(headerHash(signed.header), bytes(attestation.headerHash, 'headerHash', 32)) !== 0)
      return failure('INVALID_VALUE', 'headerHash', 'Expected the hash of the header but received another');
    if (!isSignatureValid(signed))
      return failure(
        'INVALID_VALUE',
        'signature',
        'Expected a signature of the header by its key but received none',
      );
    return success(signed);
  } catch (error) {
    if (error instanceof FieldError) return failure('INVALID_VALUE', error.field, error.message);
    return failure('INVALID_VALUE', 'attestation', error instanceof Error ? error.message : String(error));
  }
}

class FieldError extends Error {
  constructor(
    readonly field: string,
    what: string,
    received: unknown,
  ) {
    super(expected(what, field, received));
  }
}

function headerFrom(fields: Fields): AttestationHeader {
  const liabilities = list(fields.liabilities, 'liabilities');
  return {
    sequence: integer(fields.sequence, 'sequence'),
    epoch: integer(fields.epoch, 'epoch'),
    timeMs: time(fields.time),
    saltEpoch: integer(fields.saltEpoch, 'saltEpoch'),
    assets: liabilities.map((sum, i) => ({
      asset: text(sum.asset, `liabilities[${i}].asset`),
      decimals: Number(integer(sum.decimals, `liabilities[${i}].decimals`)),
    })),
    depth: Number(integer(fields.depth, 'depth')),
    accountCount: integer(fields.accountCount, 'accountCount'),
    padSeed: bytes(fields.padSeed, 'padSeed', 32),
    liabilitiesRoot: bytes(fields.liabilitiesRoot, 'liabilitiesRoot', 32),
    liabilities: liabilities.map((sum, i) => integer(sum.units, `liabilities[${i}].units`)),
    negativeAccountCount: integer(fields.negativeAccountCount, 'negativeAccountCount'),
    negativeEquity: list(fields.negativeEquity, 'negativeEquity').map((sum, i) =>
      integer(sum.units, `negativeEquity[${i}].units`),
    ),
    reservesRoot: hashOrNone(fields.reservesRoot, 'reservesRoot'),
    pricesHash: hashOrNone(fields.priceHash, 'priceHash'),
    surfaceHash: hashOrNone(fields.surfaceHash, 'surfaceHash'),
    parametersHash: hashOrNone(fields.parameterHash, 'parameterHash'),
    openInterestHash: hashOrNone(fields.openInterestHash, 'openInterestHash'),
    previousHash: hashOrNone(fields.previousHash, 'previousHash'),
  };
}

function record(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null) throw new FieldError(field, 'an object', value);
  return value as Fields;
}

function list(value: unknown, field: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new FieldError(field, 'a list', value);
  return value.map((entry, i) => record(entry, `${field}[${i}]`));
}

function text(value: unknown, field: string): string {
  if (typeof value !== 'string') throw new FieldError(field, 'a string', value);
  return value;
}

function integer(value: unknown, field: string): bigint {
  if (
    (typeof value === 'string' && /^\d+$/.test(value)) ||
    (typeof value === 'number' && Number.isSafeInteger(value))
  )
    return BigInt(value);
  throw new FieldError(field, 'a whole number', value);
}

function time(value: unknown): number {
  const ms = Date.parse(text(value, 'time'));
  if (!Number.isFinite(ms)) throw new FieldError('time', 'a time, ISO 8601', value);
  return ms;
}

function bytes(value: unknown, field: string, length: number): Buffer {
  const decoded = Buffer.from(text(value, field), 'base64');
  if (decoded.length !== length) throw new FieldError(field, `${length} bytes in base64`, value);
  return decoded;
}

function hashOrNone(value: unknown, field: string): Uint8Array {
  return value === undefined || value === '' ? NO_HASH : bytes(value, field, 32);
}
