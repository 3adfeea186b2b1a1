// Original file: proto/margincube/v1/instrument.proto

import type { InstrumentKind as _margincube_v1_InstrumentKind, InstrumentKind__Output as _margincube_v1_InstrumentKind__Output } from '../../margincube/v1/InstrumentKind.js';
import type { Settlement as _margincube_v1_Settlement, Settlement__Output as _margincube_v1_Settlement__Output } from '../../margincube/v1/Settlement.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { OptionType as _margincube_v1_OptionType, OptionType__Output as _margincube_v1_OptionType__Output } from '../../margincube/v1/OptionType.js';

export interface Instrument {
  'name'?: (string);
  'kind'?: (_margincube_v1_InstrumentKind);
  'underlying'?: (string);
  'settlement'?: (_margincube_v1_Settlement);
  'settlementCurrency'?: (string);
  'contractSize'?: (number | string);
  'expiry'?: (_google_protobuf_Timestamp | null);
  'strike'?: (number | string);
  'optionType'?: (_margincube_v1_OptionType);
  '_contractSize'?: "contractSize";
  '_strike'?: "strike";
}

export interface Instrument__Output {
  'name': (string);
  'kind': (_margincube_v1_InstrumentKind__Output);
  'underlying': (string);
  'settlement': (_margincube_v1_Settlement__Output);
  'settlementCurrency': (string);
  'contractSize'?: (number);
  'expiry': (_google_protobuf_Timestamp__Output | null);
  'strike'?: (number);
  'optionType': (_margincube_v1_OptionType__Output);
  '_contractSize'?: "contractSize";
  '_strike'?: "strike";
}
