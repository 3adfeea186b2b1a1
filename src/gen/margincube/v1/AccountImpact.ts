// Original file: proto/margincube/v1/model_service.proto


export interface AccountImpact {
  'accountId'?: (string);
  'initialMarginBeforeUsd'?: (number | string);
  'initialMarginAfterUsd'?: (number | string);
  'initialExcessAfterUsd'?: (number | string);
}

export interface AccountImpact__Output {
  'accountId': (string);
  'initialMarginBeforeUsd': (number);
  'initialMarginAfterUsd': (number);
  'initialExcessAfterUsd': (number);
}
