/** The proof that a running server issues, as the files that `reserves verify` and the page read. */
import path from 'node:path';
import { credentials, Metadata } from '@grpc/grpc-js';
import type { ChannelCredentials } from '@grpc/grpc-js';
import { ReserveClient } from '../../client/reserve-client.js';
import { messageToJsonValue } from '../../wire/json/json-mapping.js';
import { InputError } from '../exit.js';
import { makeFolder, messageOf, readText } from '../files.js';
import type { ShownAttestation } from './solvency-table.js';
import { ATTESTATION_FILE, privateProofFile, proofFile, writeJson } from './audit-files.js';

export interface FetchOptions {
  /** `host:port`. */
  readonly server: string;
  readonly account: string;
  /** Certificate of the authority behind the server's, PEM; absent: no TLS, for loopback. */
  readonly tlsAuthority?: string;
  /** Bearer token of the account holder; needs TLS. */
  readonly token?: string;
  /** In the private tier. */
  readonly private?: boolean;
  /** Folder, made where it is absent. */
  readonly out: string;
}

/** A server that does not answer by then is taken to be gone. */
const ANSWER_TIMEOUT_MS = 60_000;

export interface FetchedProof {
  readonly attestation: ShownAttestation & { readonly header: { readonly sequence?: string } };
  /** Paths of what was written. */
  readonly files: readonly string[];
}

/** Asks for the proof and writes it and its attestation; throws `InputError` where the server refuses or is not there. */
export async function fetchProof(options: FetchOptions): Promise<FetchedProof> {
  const { server, account, out } = options;
  const client = new ReserveClient(server, { credentials: channelCredentials(options) });
  try {
    const json = (await proofOf(client, options)) as { readonly attestation: FetchedProof['attestation'] };
    makeFolder(out);
    const files = [
      writeJson(path.join(out, options.private ? privateProofFile(account) : proofFile(account)), json),
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

async function proofOf(
  client: ReserveClient,
  { account, private: isPrivate }: FetchOptions,
): Promise<unknown> {
  const timeoutMs = ANSWER_TIMEOUT_MS;
  if (isPrivate) {
    const answer = await client.privateProof(account, { timeoutMs });
    return messageToJsonValue('margincube.v1.GetPrivateProofResponse', answer);
  }
  const answer = await client.inclusionProof(account, { timeoutMs });
  return messageToJsonValue('margincube.v1.GetInclusionProofResponse', answer);
}

function channelCredentials({ tlsAuthority, token }: FetchOptions): ChannelCredentials {
  if (tlsAuthority === undefined) {
    if (token === undefined) return credentials.createInsecure();
    throw new InputError('--token: expected --tls-authority beside it: a token is never sent in the clear');
  }
  const channel = credentials.createSsl(Buffer.from(readText(tlsAuthority, 'a certificate'), 'utf8'));
  if (token === undefined) return channel;
  const bearer = `Bearer ${readText(token, 'a token').trim()}`;
  const call = credentials.createFromMetadataGenerator((_, done) => {
    const metadata = new Metadata();
    metadata.set('authorization', bearer);
    done(null, metadata);
  });
  return credentials.combineChannelCredentials(channel, call);
}
