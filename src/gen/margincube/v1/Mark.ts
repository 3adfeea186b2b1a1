// Original file: proto/margincube/v1/market_data_service.proto

import type { NumberStatus as _margincube_v1_NumberStatus, NumberStatus__Output as _margincube_v1_NumberStatus__Output } from '../../margincube/v1/NumberStatus.js';

export interface Mark {
  'instrument'?: (string);
  'price'?: (number | string);
  'volatility'?: (number | string);
  'confidence'?: (number | string);
  'status'?: (_margincube_v1_NumberStatus);
  '_volatility'?: "volatility";
}

export interface Mark__Output {
  'instrument': (string);
  'price': (number);
  'volatility'?: (number);
  'confidence': (number);
  'status': (_margincube_v1_NumberStatus__Output);
  '_volatility'?: "volatility";
}
