/** The proof that a running server issues, as the files that `reserves verify` and the page read. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ReserveClient } from '../../client/reserve-client.js';
import { messageToJsonValue } from '../../wire/json/json-mapping.js';
import { InputError } from '../exit.js';
import { messageOf } from '../files.js';
import type { ShownAttestation } from './solvency-table.js';
import { ATTESTATION_FILE, proofFile, writeJson } from './audit-files.js';

export interface FetchOptions {
  /** `host:port`. */
  readonly server: string;
  readonly account: string;
  /** Folder, made where it is absent. */
  readonly out: string;
}

/** A server that does not answer by then is taken to be gone. */
const ANSWER_TIMEOUT_MS = 30_000;

export interface FetchedProof {
  readonly attestation: ShownAttestation & { readonly header: { readonly sequence?: string } };
  /** Paths of what was written. */
  readonly files: readonly string[];
}

/** Asks for the proof and writes it and its attestation; throws `InputError` where the server refuses or is not there. */
export async function fetchProof({ server, account, out }: FetchOptions): Promise<FetchedProof> {
  const client = new ReserveClient(server);
  try {
    const answer = await client.inclusionProof(account, { timeoutMs: ANSWER_TIMEOUT_MS });
    const json = messageToJsonValue('margincube.v1.GetInclusionProofResponse', answer) as {
      readonly attestation: FetchedProof['attestation'];
    };
    mkdirSync(out, { recursive: true });
    const files = [
      writeJson(path.join(out, proofFile(account)), json),
      writeJson(path.join(out, ATTESTATION_FILE), json.attestation),
    ];
    return { attestation: json.attestation, files };
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`--server ${server}: ${messageOf(error)}`);
  } finally {
    client.close();
  }
}
