import type {
  GetAttestationRequest,
  GetAttestationRequest__Output,
} from '../gen/margincube/v1/GetAttestationRequest.js';
import type {
  GetAttestationResponse,
  GetAttestationResponse__Output,
} from '../gen/margincube/v1/GetAttestationResponse.js';
import type {
  GetInclusionProofRequest,
  GetInclusionProofRequest__Output,
} from '../gen/margincube/v1/GetInclusionProofRequest.js';
import type {
  GetInclusionProofResponse,
  GetInclusionProofResponse__Output,
} from '../gen/margincube/v1/GetInclusionProofResponse.js';
import type {
  GetPrivateProofRequest,
  GetPrivateProofRequest__Output,
} from '../gen/margincube/v1/GetPrivateProofRequest.js';
import type {
  GetPrivateProofResponse,
  GetPrivateProofResponse__Output,
} from '../gen/margincube/v1/GetPrivateProofResponse.js';
import type {
  ListAttestationsRequest,
  ListAttestationsRequest__Output,
} from '../gen/margincube/v1/ListAttestationsRequest.js';
import type {
  ListAttestationsResponse,
  ListAttestationsResponse__Output,
} from '../gen/margincube/v1/ListAttestationsResponse.js';

/** Messages of the reserve audit by their names. */
export interface ReserveMessageTypes {
  readonly 'margincube.v1.GetAttestationRequest': {
    readonly input: GetAttestationRequest;
    readonly output: GetAttestationRequest__Output;
  };
  readonly 'margincube.v1.GetAttestationResponse': {
    readonly input: GetAttestationResponse;
    readonly output: GetAttestationResponse__Output;
  };
  readonly 'margincube.v1.GetInclusionProofRequest': {
    readonly input: GetInclusionProofRequest;
    readonly output: GetInclusionProofRequest__Output;
  };
  readonly 'margincube.v1.GetInclusionProofResponse': {
    readonly input: GetInclusionProofResponse;
    readonly output: GetInclusionProofResponse__Output;
  };
  readonly 'margincube.v1.GetPrivateProofRequest': {
    readonly input: GetPrivateProofRequest;
    readonly output: GetPrivateProofRequest__Output;
  };
  readonly 'margincube.v1.GetPrivateProofResponse': {
    readonly input: GetPrivateProofResponse;
    readonly output: GetPrivateProofResponse__Output;
  };
  readonly 'margincube.v1.ListAttestationsRequest': {
    readonly input: ListAttestationsRequest;
    readonly output: ListAttestationsRequest__Output;
  };
  readonly 'margincube.v1.ListAttestationsResponse': {
    readonly input: ListAttestationsResponse;
    readonly output: ListAttestationsResponse__Output;
  };
}
