// Original file: proto/margincube/v1/reserve_service.proto

import type { AssetSum as _margincube_v1_AssetSum, AssetSum__Output as _margincube_v1_AssetSum__Output } from '../../margincube/v1/AssetSum.js';

export interface Solvency {
  'asset'?: (string);
  'ratio'?: (number | string);
  'stressedRatio'?: (number | string);
  'claimed'?: (_margincube_v1_AssetSum | null);
  'counted'?: (_margincube_v1_AssetSum | null);
  '_stressedRatio'?: "stressedRatio";
}

export interface Solvency__Output {
  'asset': (string);
  'ratio': (number);
  'stressedRatio'?: (number);
  'claimed': (_margincube_v1_AssetSum__Output | null);
  'counted': (_margincube_v1_AssetSum__Output | null);
  '_stressedRatio'?: "stressedRatio";
}
