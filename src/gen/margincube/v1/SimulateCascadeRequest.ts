// Original file: proto/margincube/v1/risk_service.proto

import type { MarketShock as _margincube_v1_MarketShock, MarketShock__Output as _margincube_v1_MarketShock__Output } from '../../margincube/v1/MarketShock.js';
import type { Long } from '@grpc/proto-loader';

export interface SimulateCascadeRequest {
  'shocks'?: (_margincube_v1_MarketShock)[];
  'epoch'?: (number | string | Long);
  'impactCoefficient'?: (number | string);
  'roundsMax'?: (number);
  'mapSpotShocks'?: (number | string)[];
  '_impactCoefficient'?: "impactCoefficient";
}

export interface SimulateCascadeRequest__Output {
  'shocks': (_margincube_v1_MarketShock__Output)[];
  'epoch': (string);
  'impactCoefficient'?: (number);
  'roundsMax': (number);
  'mapSpotShocks': (number)[];
  '_impactCoefficient'?: "impactCoefficient";
}
