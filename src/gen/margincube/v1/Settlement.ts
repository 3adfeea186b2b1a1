// Original file: proto/margincube/v1/instrument.proto

export const Settlement = {
  SETTLEMENT_UNSPECIFIED: 'SETTLEMENT_UNSPECIFIED',
  SETTLEMENT_LINEAR: 'SETTLEMENT_LINEAR',
  SETTLEMENT_INVERSE: 'SETTLEMENT_INVERSE',
} as const;

export type Settlement =
  | 'SETTLEMENT_UNSPECIFIED'
  | 0
  | 'SETTLEMENT_LINEAR'
  | 1
  | 'SETTLEMENT_INVERSE'
  | 2

export type Settlement__Output = typeof Settlement[keyof typeof Settlement]
