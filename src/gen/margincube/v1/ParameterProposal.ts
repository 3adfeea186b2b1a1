// Original file: proto/margincube/v1/model_service.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { ProposalState as _margincube_v1_ProposalState, ProposalState__Output as _margincube_v1_ProposalState__Output } from '../../margincube/v1/ProposalState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';

export interface ParameterProposal {
  'proposalId'?: (string);
  'model'?: (_margincube_v1_ModelSpec | null);
  'state'?: (_margincube_v1_ProposalState);
  'approvals'?: (string)[];
  'proposedAt'?: (_google_protobuf_Timestamp | null);
  'effectiveAt'?: (_google_protobuf_Timestamp | null);
  'rationale'?: (string);
  'parameterHash'?: (string);
}

export interface ParameterProposal__Output {
  'proposalId': (string);
  'model': (_margincube_v1_ModelSpec__Output | null);
  'state': (_margincube_v1_ProposalState__Output);
  'approvals': (string)[];
  'proposedAt': (_google_protobuf_Timestamp__Output | null);
  'effectiveAt': (_google_protobuf_Timestamp__Output | null);
  'rationale': (string);
  'parameterHash': (string);
}
