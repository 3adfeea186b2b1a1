// Original file: proto/margincube/v1/market_data_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { Mark as _margincube_v1_Mark, Mark__Output as _margincube_v1_Mark__Output } from '../../margincube/v1/Mark.js';
import type { Long } from '@grpc/proto-loader';

export interface StreamMarksResponse {
  'epoch'?: (number | string | Long);
  'time'?: (_google_protobuf_Timestamp | null);
  'marks'?: (_margincube_v1_Mark)[];
}

export interface StreamMarksResponse__Output {
  'epoch': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'marks': (_margincube_v1_Mark__Output)[];
}
