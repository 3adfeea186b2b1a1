// Original file: proto/margincube/v1/model_service.proto

import type { ParameterSetListing as _margincube_v1_ParameterSetListing, ParameterSetListing__Output as _margincube_v1_ParameterSetListing__Output } from '../../margincube/v1/ParameterSetListing.js';

export interface ModelListing {
  'id'?: (string);
  'title'?: (string);
  'version'?: (string);
  'defaultParameterSet'?: (string);
  'parameterSets'?: (_margincube_v1_ParameterSetListing)[];
}

export interface ModelListing__Output {
  'id': (string);
  'title': (string);
  'version': (string);
  'defaultParameterSet': (string);
  'parameterSets': (_margincube_v1_ParameterSetListing__Output)[];
}
