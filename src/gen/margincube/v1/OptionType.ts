// Original file: proto/margincube/v1/instrument.proto

export const OptionType = {
  OPTION_TYPE_UNSPECIFIED: 'OPTION_TYPE_UNSPECIFIED',
  OPTION_TYPE_CALL: 'OPTION_TYPE_CALL',
  OPTION_TYPE_PUT: 'OPTION_TYPE_PUT',
} as const;

export type OptionType =
  | 'OPTION_TYPE_UNSPECIFIED'
  | 0
  | 'OPTION_TYPE_CALL'
  | 1
  | 'OPTION_TYPE_PUT'
  | 2

export type OptionType__Output = typeof OptionType[keyof typeof OptionType]
