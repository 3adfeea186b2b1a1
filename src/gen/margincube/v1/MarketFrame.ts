// Original file: proto/margincube/v1/market_data_service.proto

import type { FrameKind as _margincube_v1_FrameKind, FrameKind__Output as _margincube_v1_FrameKind__Output } from '../../margincube/v1/FrameKind.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { Instrument as _margincube_v1_Instrument, Instrument__Output as _margincube_v1_Instrument__Output } from '../../margincube/v1/Instrument.js';
import type { FrameColumn as _margincube_v1_FrameColumn, FrameColumn__Output as _margincube_v1_FrameColumn__Output } from '../../margincube/v1/FrameColumn.js';
import type { Long } from '@grpc/proto-loader';

export interface MarketFrame {
  'kind'?: (_margincube_v1_FrameKind);
  'epoch'?: (number | string | Long);
  'previousEpoch'?: (number | string | Long);
  'time'?: (_google_protobuf_Timestamp | null);
  'hash'?: (Buffer | Uint8Array | string);
  'instruments'?: (_margincube_v1_Instrument)[];
  'columns'?: (_margincube_v1_FrameColumn)[];
}

export interface MarketFrame__Output {
  'kind': (_margincube_v1_FrameKind__Output);
  'epoch': (string);
  'previousEpoch': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'hash': (Buffer);
  'instruments': (_margincube_v1_Instrument__Output)[];
  'columns': (_margincube_v1_FrameColumn__Output)[];
}
