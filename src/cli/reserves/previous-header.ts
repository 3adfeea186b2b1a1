import type { SignedHeader } from '../../reserves/header.js';
import { signedHeaderFromJson } from '../../reserves/attestation-from-json.js';
import { InputError } from '../exit.js';
import { readJson } from '../files.js';

/** The signed header of an attestation file; refused unless its signature holds, because the next header will vouch for it. */
export function previousSignedHeader(file: string): SignedHeader {
  const read = signedHeaderFromJson(readJson(file, 'an attestation'));
  if (read.ok) return read.value;
  throw new InputError(`${file}: ${read.failure.field}: ${read.failure.message}`);
}
