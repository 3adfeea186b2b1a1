// Original file: proto/margincube/v1/simulation.proto

export const CheckMode = {
  CHECK_MODE_UNSPECIFIED: 'CHECK_MODE_UNSPECIFIED',
  CHECK_MODE_CHECK: 'CHECK_MODE_CHECK',
  CHECK_MODE_RESERVE: 'CHECK_MODE_RESERVE',
} as const;

export type CheckMode =
  | 'CHECK_MODE_UNSPECIFIED'
  | 0
  | 'CHECK_MODE_CHECK'
  | 1
  | 'CHECK_MODE_RESERVE'
  | 2

export type CheckMode__Output = typeof CheckMode[keyof typeof CheckMode]
