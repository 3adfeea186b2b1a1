import type { Client } from '@grpc/grpc-js';
import type { Attestation__Output } from '../gen/margincube/v1/Attestation.js';
import type { ClientOptions } from './connection.js';
import { connect } from './connection.js';
import type { ResponseOf } from './methods.js';
import type { CallOptions } from './unary-call.js';
import { unaryCall } from './unary-call.js';

/** Calls ReserveService for what an account holder verifies. One instance holds one connection; `close` it. */
export class ReserveClient {
  readonly #client: Client;

  /** @param address `host:port`. */
  constructor(address: string, options: ClientOptions = {}) {
    this.#client = connect(address, options);
  }

  /** One attestation, the newest without a sequence number; rejects with grpc-js's `ServiceError`. */
  async attestation(sequence?: string, options?: CallOptions): Promise<Attestation__Output> {
    const request = sequence === undefined ? {} : { sequence };
    const { attestation } = await unaryCall(this.#client, 'ReserveService/GetAttestation', request, options);
    if (attestation === null) throw new Error('the server sent no attestation');
    return attestation;
  }

  /** The proof of an account under the newest attestation, with that attestation. */
  inclusionProof(
    accountId: string,
    options?: CallOptions,
  ): Promise<ResponseOf<'ReserveService/GetInclusionProof'>> {
    return unaryCall(this.#client, 'ReserveService/GetInclusionProof', { accountId }, options);
  }

  /** The proof of an account in the newest tree of the private tier; the first ones of a tree take seconds. */
  privateProof(
    accountId: string,
    options?: CallOptions,
  ): Promise<ResponseOf<'ReserveService/GetPrivateProof'>> {
    return unaryCall(this.#client, 'ReserveService/GetPrivateProof', { accountId }, options);
  }

  close(): void {
    this.#client.close();
  }
}
