// Original file: proto/margincube/v1/report.proto

import type { ContributionLevel as _margincube_v1_ContributionLevel, ContributionLevel__Output as _margincube_v1_ContributionLevel__Output } from '../../margincube/v1/ContributionLevel.js';

export interface Contribution {
  'level'?: (_margincube_v1_ContributionLevel);
  'key'?: (string);
  'initial'?: (number | string);
  'maintenance'?: (number | string);
  'incrementalInitial'?: (number | string);
  '_incrementalInitial'?: "incrementalInitial";
}

export interface Contribution__Output {
  'level': (_margincube_v1_ContributionLevel__Output);
  'key': (string);
  'initial': (number);
  'maintenance': (number);
  'incrementalInitial'?: (number);
  '_incrementalInitial'?: "incrementalInitial";
}
