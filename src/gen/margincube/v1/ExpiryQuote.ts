// Original file: proto/margincube/v1/market.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { SviSlice as _margincube_v1_SviSlice, SviSlice__Output as _margincube_v1_SviSlice__Output } from '../../margincube/v1/SviSlice.js';
import type { VolatilityPoints as _margincube_v1_VolatilityPoints, VolatilityPoints__Output as _margincube_v1_VolatilityPoints__Output } from '../../margincube/v1/VolatilityPoints.js';

export interface ExpiryQuote {
  'underlying'?: (string);
  'expiry'?: (_google_protobuf_Timestamp | null);
  'forward'?: (number | string);
  'fixedForward'?: (number | string);
  'forwardConfidence'?: (number | string);
  'rate'?: (number | string);
  'rateConfidence'?: (number | string);
  'svi'?: (_margincube_v1_SviSlice | null);
  'points'?: (_margincube_v1_VolatilityPoints | null);
  'volatilityConfidence'?: (number | string);
  '_forward'?: "forward";
  '_fixedForward'?: "fixedForward";
  '_forwardConfidence'?: "forwardConfidence";
  '_rate'?: "rate";
  '_rateConfidence'?: "rateConfidence";
  'volatility'?: "svi"|"points";
  '_volatilityConfidence'?: "volatilityConfidence";
}

export interface ExpiryQuote__Output {
  'underlying': (string);
  'expiry': (_google_protobuf_Timestamp__Output | null);
  'forward'?: (number);
  'fixedForward'?: (number);
  'forwardConfidence'?: (number);
  'rate'?: (number);
  'rateConfidence'?: (number);
  'svi'?: (_margincube_v1_SviSlice__Output | null);
  'points'?: (_margincube_v1_VolatilityPoints__Output | null);
  'volatilityConfidence'?: (number);
  '_forward'?: "forward";
  '_fixedForward'?: "fixedForward";
  '_forwardConfidence'?: "forwardConfidence";
  '_rate'?: "rate";
  '_rateConfidence'?: "rateConfidence";
  'volatility'?: "svi"|"points";
  '_volatilityConfidence'?: "volatilityConfidence";
}
