// Original file: proto/margincube/v1/calculation.proto

import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';

export interface BookReference {
  'accountId'?: (string);
  'portfolio'?: (_margincube_v1_Portfolio | null);
  'book'?: "accountId"|"portfolio";
}

export interface BookReference__Output {
  'accountId'?: (string);
  'portfolio'?: (_margincube_v1_Portfolio__Output | null);
  'book'?: "accountId"|"portfolio";
}
