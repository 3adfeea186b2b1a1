import { Client, credentials } from '@grpc/grpc-js';
import type { Attestation__Output } from '../gen/margincube/v1/Attestation.js';
import type { GetInclusionProofResponse__Output } from '../gen/margincube/v1/GetInclusionProofResponse.js';
import type { GetPrivateProofResponse__Output } from '../gen/margincube/v1/GetPrivateProofResponse.js';
import { MESSAGE_BYTES_MAX } from '../limits.js';
import type { ClientOptions } from './margin-client.js';
import type { CallOptions, UnaryMethod } from './unary-call.js';
import { unaryCall } from './unary-call.js';

const RESERVE_SERVICE = '/margincube.v1.ReserveService';

const GET_ATTESTATION: UnaryMethod<
  'margincube.v1.GetAttestationRequest',
  'margincube.v1.GetAttestationResponse'
> = {
  path: `${RESERVE_SERVICE}/GetAttestation`,
  request: 'margincube.v1.GetAttestationRequest',
  response: 'margincube.v1.GetAttestationResponse',
};

const GET_INCLUSION_PROOF: UnaryMethod<
  'margincube.v1.GetInclusionProofRequest',
  'margincube.v1.GetInclusionProofResponse'
> = {
  path: `${RESERVE_SERVICE}/GetInclusionProof`,
  request: 'margincube.v1.GetInclusionProofRequest',
  response: 'margincube.v1.GetInclusionProofResponse',
};

const GET_PRIVATE_PROOF: UnaryMethod<
  'margincube.v1.GetPrivateProofRequest',
  'margincube.v1.GetPrivateProofResponse'
> = {
  path: `${RESERVE_SERVICE}/GetPrivateProof`,
  request: 'margincube.v1.GetPrivateProofRequest',
  response: 'margincube.v1.GetPrivateProofResponse',
};

/** Calls ReserveService for what an account holder verifies. One instance holds one connection; `close` it. */
export class ReserveClient {
  readonly #client: Client;

  /** @param address `host:port`. */
  constructor(address: string, options: ClientOptions = {}) {
    this.#client = new Client(address, options.credentials ?? credentials.createInsecure(), {
      'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
    });
  }

  /** One attestation, the newest without a sequence number; rejects with grpc-js's `ServiceError`. */
  async attestation(sequence?: string, options?: CallOptions): Promise<Attestation__Output> {
    const request = sequence === undefined ? {} : { sequence };
    const { attestation } = await unaryCall(this.#client, GET_ATTESTATION, request, options);
    if (attestation === null) throw new Error('the server sent no attestation');
    return attestation;
  }

  /** The proof of an account under the newest attestation, with that attestation. */
  inclusionProof(accountId: string, options?: CallOptions): Promise<GetInclusionProofResponse__Output> {
    return unaryCall(this.#client, GET_INCLUSION_PROOF, { accountId }, options);
  }

  /** The proof of an account in the newest tree of the private tier; the first ones of a tree take seconds. */
  privateProof(accountId: string, options?: CallOptions): Promise<GetPrivateProofResponse__Output> {
    return unaryCall(this.#client, GET_PRIVATE_PROOF, { accountId }, options);
  }

  close(): void {
    this.#client.close();
  }
}
