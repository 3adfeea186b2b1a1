// Original file: proto/margincube/v1/margin_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { ReportOptions as _margincube_v1_ReportOptions, ReportOptions__Output as _margincube_v1_ReportOptions__Output } from '../../margincube/v1/ReportOptions.js';

export interface GetMarginAsOfRequest {
  'accountId'?: (string);
  'time'?: (_google_protobuf_Timestamp | null);
  'model'?: (_margincube_v1_ModelSpec | null);
  'options'?: (_margincube_v1_ReportOptions | null);
}

export interface GetMarginAsOfRequest__Output {
  'accountId': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'model': (_margincube_v1_ModelSpec__Output | null);
  'options': (_margincube_v1_ReportOptions__Output | null);
}
