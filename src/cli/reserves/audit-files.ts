import { writeText } from '../files.js';

/** The newest attestation of a folder. */
export const ATTESTATION_FILE = 'attestation.json';

/** File of the proof of an account, whatever characters its name has. */
export function proofFile(accountId: string): string {
  return `proof-${encodeURIComponent(accountId)}.json`;
}

/** The same in the private tier. */
export function privateProofFile(accountId: string): string {
  return `private-${proofFile(accountId)}`;
}

/** Writes a value as JSON for people to read; the path. */
export function writeJson(file: string, json: unknown): string {
  writeText(file, `${JSON.stringify(json, undefined, 1)}\n`);
  return file;
}
