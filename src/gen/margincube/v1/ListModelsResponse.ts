// Original file: proto/margincube/v1/model_service.proto

import type { ModelListing as _margincube_v1_ModelListing, ModelListing__Output as _margincube_v1_ModelListing__Output } from '../../margincube/v1/ModelListing.js';

export interface ListModelsResponse {
  'models'?: (_margincube_v1_ModelListing)[];
}

export interface ListModelsResponse__Output {
  'models': (_margincube_v1_ModelListing__Output)[];
}
