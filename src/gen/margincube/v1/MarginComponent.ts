// Original file: proto/margincube/v1/report.proto

import type { Quality as _margincube_v1_Quality, Quality__Output as _margincube_v1_Quality__Output } from '../../margincube/v1/Quality.js';

export interface MarginComponent {
  'name'?: (string);
  'initial'?: (number | string);
  'maintenance'?: (number | string);
  'quality'?: (_margincube_v1_Quality);
}

export interface MarginComponent__Output {
  'name': (string);
  'initial': (number);
  'maintenance': (number);
  'quality': (_margincube_v1_Quality__Output);
}
