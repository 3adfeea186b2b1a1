// Original file: proto/margincube/v1/risk_service.proto


export interface CascadeShare {
  'accountId'?: (string);
  'share'?: (number | string);
  'systemicAddOnUsd'?: (number | string);
}

export interface CascadeShare__Output {
  'accountId': (string);
  'share': (number);
  'systemicAddOnUsd': (number);
}
