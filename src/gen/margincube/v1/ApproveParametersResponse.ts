// Original file: proto/margincube/v1/model_service.proto

import type { ParameterProposal as _margincube_v1_ParameterProposal, ParameterProposal__Output as _margincube_v1_ParameterProposal__Output } from '../../margincube/v1/ParameterProposal.js';

export interface ApproveParametersResponse {
  'proposal'?: (_margincube_v1_ParameterProposal | null);
}

export interface ApproveParametersResponse__Output {
  'proposal': (_margincube_v1_ParameterProposal__Output | null);
}
