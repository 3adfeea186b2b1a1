/** The newest attestation of a chain in a file, so that a venue that starts again goes on where it ended and never tells two stories. */
import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Outcome } from '../domain/outcome.js';
import { failure, success } from '../domain/outcome.js';
import { signedHeaderFromJson } from './attestation-from-json.js';
import type { AttestationJson } from './attestor-task.js';
import type { SignedHeader } from './header.js';
import { rawPublicKey } from './header.js';

/** The end of a chain so far. */
export interface ChainHead {
  readonly signed: SignedHeader;
  /** As it was published. */
  readonly attestation: AttestationJson;
}

/**
 * The newest attestation in `file`; undefined where there is no such file. Refused when it is none, when its signature does not
 * hold, or when another key than `privateKey` made it: a venue with a new key starts a new chain, in a file of its own.
 */
export function readChainHead(file: string, privateKey: KeyObject): Outcome<ChainHead | undefined> {
  if (!existsSync(file)) return success(undefined);
  let attestation: unknown;
  try {
    attestation = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    return failure('INVALID_VALUE', 'chainFile', `Expected an attestation in ${file} but ${String(error)}`);
  }
  const signed = signedHeaderFromJson(attestation);
  if (!signed.ok) {
    const { field, message } = signed.failure;
    return failure('INVALID_VALUE', `chainFile.${field}`, `${file}: ${message}`);
  }
  if (Buffer.compare(signed.value.publicKey, rawPublicKey(createPublicKey(privateKey))) !== 0)
    return failure(
      'INVALID_VALUE',
      'chainFile.publicKey',
      `Expected attestations of the signing key in ${file} but received those of another key`,
    );
  return success({ signed: signed.value, attestation: attestation as AttestationJson });
}

/** Durable when it returns; the file holds the attestation before or this one, whatever happens meanwhile. Throws where it cannot be written. */
export function writeChainHead(file: string, attestation: AttestationJson): void {
  const fresh = `${file}.new`;
  const descriptor = openSync(fresh, 'w');
  try {
    writeFileSync(descriptor, `${JSON.stringify(attestation)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(fresh, file);
}
