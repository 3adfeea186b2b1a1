// Original file: proto/margincube/v1/common.proto

export const NumberStatus = {
  NUMBER_STATUS_UNSPECIFIED: 'NUMBER_STATUS_UNSPECIFIED',
  NUMBER_STATUS_EXACT: 'NUMBER_STATUS_EXACT',
  NUMBER_STATUS_ESTIMATED: 'NUMBER_STATUS_ESTIMATED',
  NUMBER_STATUS_STALE: 'NUMBER_STATUS_STALE',
} as const;

export type NumberStatus =
  | 'NUMBER_STATUS_UNSPECIFIED'
  | 0
  | 'NUMBER_STATUS_EXACT'
  | 1
  | 'NUMBER_STATUS_ESTIMATED'
  | 2
  | 'NUMBER_STATUS_STALE'
  | 3

export type NumberStatus__Output = typeof NumberStatus[keyof typeof NumberStatus]
