// Original file: proto/margincube/v1/common.proto

export const Quality = {
  QUALITY_UNSPECIFIED: 'QUALITY_UNSPECIFIED',
  QUALITY_EXACT: 'QUALITY_EXACT',
  QUALITY_FITTED: 'QUALITY_FITTED',
  QUALITY_APPROXIMATE: 'QUALITY_APPROXIMATE',
  QUALITY_UNAVAILABLE: 'QUALITY_UNAVAILABLE',
} as const;

export type Quality =
  | 'QUALITY_UNSPECIFIED'
  | 0
  | 'QUALITY_EXACT'
  | 1
  | 'QUALITY_FITTED'
  | 2
  | 'QUALITY_APPROXIMATE'
  | 3
  | 'QUALITY_UNAVAILABLE'
  | 4

export type Quality__Output = typeof Quality[keyof typeof Quality]
