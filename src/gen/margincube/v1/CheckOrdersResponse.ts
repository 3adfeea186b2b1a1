// Original file: proto/margincube/v1/margin_service.proto

import type { CheckDecision as _margincube_v1_CheckDecision, CheckDecision__Output as _margincube_v1_CheckDecision__Output } from '../../margincube/v1/CheckDecision.js';
import type { RejectCode as _margincube_v1_RejectCode, RejectCode__Output as _margincube_v1_RejectCode__Output } from '../../margincube/v1/RejectCode.js';
import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.js';
import type { Long } from '@grpc/proto-loader';

export interface CheckOrdersResponse {
  'clientOrderId'?: (string);
  'decision'?: (_margincube_v1_CheckDecision);
  'rejectCode'?: (_margincube_v1_RejectCode);
  'accountSeq'?: (number | string | Long);
  'epoch'?: (number | string | Long);
  'before'?: (_margincube_v1_MarginState | null);
  'after'?: (_margincube_v1_MarginState | null);
  'reservationId'?: (string);
  'reservationExpiresAt'?: (_google_protobuf_Timestamp | null);
  'error'?: (_google_rpc_Status | null);
  'computeMicros'?: (number | string | Long);
  '_reservationId'?: "reservationId";
}

export interface CheckOrdersResponse__Output {
  'clientOrderId': (string);
  'decision': (_margincube_v1_CheckDecision__Output);
  'rejectCode': (_margincube_v1_RejectCode__Output);
  'accountSeq': (string);
  'epoch': (string);
  'before': (_margincube_v1_MarginState__Output | null);
  'after': (_margincube_v1_MarginState__Output | null);
  'reservationId'?: (string);
  'reservationExpiresAt': (_google_protobuf_Timestamp__Output | null);
  'error': (_google_rpc_Status__Output | null);
  'computeMicros': (string);
  '_reservationId'?: "reservationId";
}
