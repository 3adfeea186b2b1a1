// Original file: proto/margincube/v1/instrument.proto

export const InstrumentKind = {
  INSTRUMENT_KIND_UNSPECIFIED: 'INSTRUMENT_KIND_UNSPECIFIED',
  INSTRUMENT_KIND_SPOT: 'INSTRUMENT_KIND_SPOT',
  INSTRUMENT_KIND_FUTURE: 'INSTRUMENT_KIND_FUTURE',
  INSTRUMENT_KIND_PERPETUAL: 'INSTRUMENT_KIND_PERPETUAL',
  INSTRUMENT_KIND_OPTION: 'INSTRUMENT_KIND_OPTION',
} as const;

export type InstrumentKind =
  | 'INSTRUMENT_KIND_UNSPECIFIED'
  | 0
  | 'INSTRUMENT_KIND_SPOT'
  | 1
  | 'INSTRUMENT_KIND_FUTURE'
  | 2
  | 'INSTRUMENT_KIND_PERPETUAL'
  | 3
  | 'INSTRUMENT_KIND_OPTION'
  | 4

export type InstrumentKind__Output = typeof InstrumentKind[keyof typeof InstrumentKind]
