// Original file: proto/margincube/v1/risk_service.proto

import type { MarketShock as _margincube_v1_MarketShock, MarketShock__Output as _margincube_v1_MarketShock__Output } from '../../margincube/v1/MarketShock.js';
import type { CascadeRound as _margincube_v1_CascadeRound, CascadeRound__Output as _margincube_v1_CascadeRound__Output } from '../../margincube/v1/CascadeRound.js';
import type { CascadeShare as _margincube_v1_CascadeShare, CascadeShare__Output as _margincube_v1_CascadeShare__Output } from '../../margincube/v1/CascadeShare.js';
import type { LiquidationMapPoint as _margincube_v1_LiquidationMapPoint, LiquidationMapPoint__Output as _margincube_v1_LiquidationMapPoint__Output } from '../../margincube/v1/LiquidationMapPoint.js';
import type { Long } from '@grpc/proto-loader';

export interface SimulateCascadeResponse {
  'finalShocks'?: (_margincube_v1_MarketShock)[];
  'amplification'?: (number | string);
  'rounds'?: (_margincube_v1_CascadeRound)[];
  'converged'?: (boolean);
  'fundLossUsd'?: (number | string);
  'shares'?: (_margincube_v1_CascadeShare)[];
  'epoch'?: (number | string | Long);
  'alarm'?: (boolean);
  'firstShortfallUsd'?: (number | string);
  'finalShortfallUsd'?: (number | string);
  'unmarginedAccountCount'?: (number);
  'liquidationMap'?: (_margincube_v1_LiquidationMapPoint)[];
}

export interface SimulateCascadeResponse__Output {
  'finalShocks': (_margincube_v1_MarketShock__Output)[];
  'amplification': (number);
  'rounds': (_margincube_v1_CascadeRound__Output)[];
  'converged': (boolean);
  'fundLossUsd': (number);
  'shares': (_margincube_v1_CascadeShare__Output)[];
  'epoch': (string);
  'alarm': (boolean);
  'firstShortfallUsd': (number);
  'finalShortfallUsd': (number);
  'unmarginedAccountCount': (number);
  'liquidationMap': (_margincube_v1_LiquidationMapPoint__Output)[];
}
