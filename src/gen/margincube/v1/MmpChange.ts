// Original file: proto/margincube/v1/portfolio_service.proto

export const MmpChange = {
  MMP_CHANGE_UNSPECIFIED: 'MMP_CHANGE_UNSPECIFIED',
  MMP_CHANGE_SET: 'MMP_CHANGE_SET',
  MMP_CHANGE_TRIGGERED: 'MMP_CHANGE_TRIGGERED',
  MMP_CHANGE_RESET: 'MMP_CHANGE_RESET',
  MMP_CHANGE_REMOVED: 'MMP_CHANGE_REMOVED',
} as const;

export type MmpChange =
  | 'MMP_CHANGE_UNSPECIFIED'
  | 0
  | 'MMP_CHANGE_SET'
  | 1
  | 'MMP_CHANGE_TRIGGERED'
  | 2
  | 'MMP_CHANGE_RESET'
  | 3
  | 'MMP_CHANGE_REMOVED'
  | 4

export type MmpChange__Output = typeof MmpChange[keyof typeof MmpChange]
