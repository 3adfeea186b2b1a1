import type { AttestationHeader } from '../../reserves/header.js';
import { signedHeaderFromJson } from '../../reserves/attestation-from-json.js';
import { InputError } from '../exit.js';
import { readJson } from '../files.js';

/** The header of an attestation file; refused unless its signature holds, because the next header will vouch for it. */
export function previousHeader(file: string): AttestationHeader {
  const read = signedHeaderFromJson(readJson(file, 'an attestation'));
  if (read.ok) return read.value.header;
  throw new InputError(`${file}: ${read.failure.field}: ${read.failure.message}`);
}
