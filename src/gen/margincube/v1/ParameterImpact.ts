// Original file: proto/margincube/v1/model_service.proto

import type { AccountImpact as _margincube_v1_AccountImpact, AccountImpact__Output as _margincube_v1_AccountImpact__Output } from '../../margincube/v1/AccountImpact.js';

export interface ParameterImpact {
  'initialMarginBeforeUsd'?: (number | string);
  'initialMarginAfterUsd'?: (number | string);
  'maintenanceMarginBeforeUsd'?: (number | string);
  'maintenanceMarginAfterUsd'?: (number | string);
  'newCalls'?: (number);
  'newCallAmountUsd'?: (number | string);
  'newLiquidations'?: (number);
  'failedAccounts'?: (number);
  'topMovers'?: (_margincube_v1_AccountImpact)[];
}

export interface ParameterImpact__Output {
  'initialMarginBeforeUsd': (number);
  'initialMarginAfterUsd': (number);
  'maintenanceMarginBeforeUsd': (number);
  'maintenanceMarginAfterUsd': (number);
  'newCalls': (number);
  'newCallAmountUsd': (number);
  'newLiquidations': (number);
  'failedAccounts': (number);
  'topMovers': (_margincube_v1_AccountImpact__Output)[];
}
