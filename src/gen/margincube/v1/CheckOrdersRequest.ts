// Original file: proto/margincube/v1/margin_service.proto

import type { Side as _margincube_v1_Side, Side__Output as _margincube_v1_Side__Output } from '../../margincube/v1/Side.js';
import type { CheckMode as _margincube_v1_CheckMode, CheckMode__Output as _margincube_v1_CheckMode__Output } from '../../margincube/v1/CheckMode.js';
import type { Long } from '@grpc/proto-loader';

export interface CheckOrdersRequest {
  'clientOrderId'?: (string);
  'accountId'?: (string);
  'instrument'?: (string);
  'side'?: (_margincube_v1_Side);
  'quantity'?: (number | string);
  'limitPrice'?: (number | string);
  'mmpGroup'?: (string);
  'replacesOrderId'?: (string);
  'reduceOnly'?: (boolean);
  'ifAccountSeqAtLeast'?: (number | string | Long);
  'maxEpochAgeMs'?: (number);
  'mode'?: (_margincube_v1_CheckMode);
  'reservationTtlMs'?: (number);
  '_quantity'?: "quantity";
  '_limitPrice'?: "limitPrice";
  '_mmpGroup'?: "mmpGroup";
  '_replacesOrderId'?: "replacesOrderId";
}

export interface CheckOrdersRequest__Output {
  'clientOrderId': (string);
  'accountId': (string);
  'instrument': (string);
  'side': (_margincube_v1_Side__Output);
  'quantity'?: (number);
  'limitPrice'?: (number);
  'mmpGroup'?: (string);
  'replacesOrderId'?: (string);
  'reduceOnly': (boolean);
  'ifAccountSeqAtLeast': (string);
  'maxEpochAgeMs': (number);
  'mode': (_margincube_v1_CheckMode__Output);
  'reservationTtlMs': (number);
  '_quantity'?: "quantity";
  '_limitPrice'?: "limitPrice";
  '_mmpGroup'?: "mmpGroup";
  '_replacesOrderId'?: "replacesOrderId";
}
