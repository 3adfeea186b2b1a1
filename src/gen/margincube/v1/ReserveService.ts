// Original file: proto/margincube/v1/reserve_service.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { GetAttestationRequest as _margincube_v1_GetAttestationRequest, GetAttestationRequest__Output as _margincube_v1_GetAttestationRequest__Output } from '../../margincube/v1/GetAttestationRequest.js';
import type { GetAttestationResponse as _margincube_v1_GetAttestationResponse, GetAttestationResponse__Output as _margincube_v1_GetAttestationResponse__Output } from '../../margincube/v1/GetAttestationResponse.js';
import type { GetInclusionProofRequest as _margincube_v1_GetInclusionProofRequest, GetInclusionProofRequest__Output as _margincube_v1_GetInclusionProofRequest__Output } from '../../margincube/v1/GetInclusionProofRequest.js';
import type { GetInclusionProofResponse as _margincube_v1_GetInclusionProofResponse, GetInclusionProofResponse__Output as _margincube_v1_GetInclusionProofResponse__Output } from '../../margincube/v1/GetInclusionProofResponse.js';
import type { GetPrivateProofRequest as _margincube_v1_GetPrivateProofRequest, GetPrivateProofRequest__Output as _margincube_v1_GetPrivateProofRequest__Output } from '../../margincube/v1/GetPrivateProofRequest.js';
import type { GetPrivateProofResponse as _margincube_v1_GetPrivateProofResponse, GetPrivateProofResponse__Output as _margincube_v1_GetPrivateProofResponse__Output } from '../../margincube/v1/GetPrivateProofResponse.js';
import type { ListAttestationsRequest as _margincube_v1_ListAttestationsRequest, ListAttestationsRequest__Output as _margincube_v1_ListAttestationsRequest__Output } from '../../margincube/v1/ListAttestationsRequest.js';
import type { ListAttestationsResponse as _margincube_v1_ListAttestationsResponse, ListAttestationsResponse__Output as _margincube_v1_ListAttestationsResponse__Output } from '../../margincube/v1/ListAttestationsResponse.js';

export interface ReserveServiceClient extends grpc.Client {
  GetAttestation(argument: _margincube_v1_GetAttestationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  GetAttestation(argument: _margincube_v1_GetAttestationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  GetAttestation(argument: _margincube_v1_GetAttestationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  GetAttestation(argument: _margincube_v1_GetAttestationRequest, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  getAttestation(argument: _margincube_v1_GetAttestationRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  getAttestation(argument: _margincube_v1_GetAttestationRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  getAttestation(argument: _margincube_v1_GetAttestationRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  getAttestation(argument: _margincube_v1_GetAttestationRequest, callback: grpc.requestCallback<_margincube_v1_GetAttestationResponse__Output>): grpc.ClientUnaryCall;
  
  GetInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  GetInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  getInclusionProof(argument: _margincube_v1_GetInclusionProofRequest, callback: grpc.requestCallback<_margincube_v1_GetInclusionProofResponse__Output>): grpc.ClientUnaryCall;
  
  GetPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  GetPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  GetPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  GetPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  getPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  getPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  getPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  getPrivateProof(argument: _margincube_v1_GetPrivateProofRequest, callback: grpc.requestCallback<_margincube_v1_GetPrivateProofResponse__Output>): grpc.ClientUnaryCall;
  
  ListAttestations(argument: _margincube_v1_ListAttestationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  ListAttestations(argument: _margincube_v1_ListAttestationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  ListAttestations(argument: _margincube_v1_ListAttestationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  ListAttestations(argument: _margincube_v1_ListAttestationsRequest, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  listAttestations(argument: _margincube_v1_ListAttestationsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  listAttestations(argument: _margincube_v1_ListAttestationsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  listAttestations(argument: _margincube_v1_ListAttestationsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  listAttestations(argument: _margincube_v1_ListAttestationsRequest, callback: grpc.requestCallback<_margincube_v1_ListAttestationsResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface ReserveServiceHandlers extends grpc.UntypedServiceImplementation {
  GetAttestation: grpc.handleUnaryCall<_margincube_v1_GetAttestationRequest__Output, _margincube_v1_GetAttestationResponse>;
  
  GetInclusionProof: grpc.handleUnaryCall<_margincube_v1_GetInclusionProofRequest__Output, _margincube_v1_GetInclusionProofResponse>;
  
  GetPrivateProof: grpc.handleUnaryCall<_margincube_v1_GetPrivateProofRequest__Output, _margincube_v1_GetPrivateProofResponse>;
  
  ListAttestations: grpc.handleUnaryCall<_margincube_v1_ListAttestationsRequest__Output, _margincube_v1_ListAttestationsResponse>;
  
}

export interface ReserveServiceDefinition extends grpc.ServiceDefinition {
  GetAttestation: MethodDefinition<_margincube_v1_GetAttestationRequest, _margincube_v1_GetAttestationResponse, _margincube_v1_GetAttestationRequest__Output, _margincube_v1_GetAttestationResponse__Output>
  GetInclusionProof: MethodDefinition<_margincube_v1_GetInclusionProofRequest, _margincube_v1_GetInclusionProofResponse, _margincube_v1_GetInclusionProofRequest__Output, _margincube_v1_GetInclusionProofResponse__Output>
  GetPrivateProof: MethodDefinition<_margincube_v1_GetPrivateProofRequest, _margincube_v1_GetPrivateProofResponse, _margincube_v1_GetPrivateProofRequest__Output, _margincube_v1_GetPrivateProofResponse__Output>
  ListAttestations: MethodDefinition<_margincube_v1_ListAttestationsRequest, _margincube_v1_ListAttestationsResponse, _margincube_v1_ListAttestationsRequest__Output, _margincube_v1_ListAttestationsResponse__Output>
}
