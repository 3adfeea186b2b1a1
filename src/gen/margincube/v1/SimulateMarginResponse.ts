// Original file: proto/margincube/v1/margin_service.proto

import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { FeeRange as _margincube_v1_FeeRange, FeeRange__Output as _margincube_v1_FeeRange__Output } from '../../margincube/v1/FeeRange.js';
import type { LiquidationPrice as _margincube_v1_LiquidationPrice, LiquidationPrice__Output as _margincube_v1_LiquidationPrice__Output } from '../../margincube/v1/LiquidationPrice.js';
import type { CheckDecision as _margincube_v1_CheckDecision, CheckDecision__Output as _margincube_v1_CheckDecision__Output } from '../../margincube/v1/CheckDecision.js';
import type { RejectCode as _margincube_v1_RejectCode, RejectCode__Output as _margincube_v1_RejectCode__Output } from '../../margincube/v1/RejectCode.js';
import type { NumberStatus as _margincube_v1_NumberStatus, NumberStatus__Output as _margincube_v1_NumberStatus__Output } from '../../margincube/v1/NumberStatus.js';
import type { CalculationTiming as _margincube_v1_CalculationTiming, CalculationTiming__Output as _margincube_v1_CalculationTiming__Output } from '../../margincube/v1/CalculationTiming.js';
import type { Long } from '@grpc/proto-loader';

export interface SimulateMarginResponse {
  'currency'?: (string);
  'before'?: (_margincube_v1_MarginState | null);
  'after'?: (_margincube_v1_MarginState | null);
  'change'?: (_margincube_v1_MarginState | null);
  'peakOnPath'?: (_margincube_v1_MarginState | null);
  'peakAfterLegs'?: (number);
  'fees'?: (_margincube_v1_FeeRange | null);
  'liquidationPrices'?: (_margincube_v1_LiquidationPrice)[];
  'decision'?: (_margincube_v1_CheckDecision);
  'rejectCode'?: (_margincube_v1_RejectCode);
  'epoch'?: (number | string | Long);
  'accountSeq'?: (number | string | Long);
  'parameterHash'?: (string);
  'status'?: (_margincube_v1_NumberStatus);
  'timing'?: (_margincube_v1_CalculationTiming | null);
}

export interface SimulateMarginResponse__Output {
  'currency': (string);
  'before': (_margincube_v1_MarginState__Output | null);
  'after': (_margincube_v1_MarginState__Output | null);
  'change': (_margincube_v1_MarginState__Output | null);
  'peakOnPath': (_margincube_v1_MarginState__Output | null);
  'peakAfterLegs': (number);
  'fees': (_margincube_v1_FeeRange__Output | null);
  'liquidationPrices': (_margincube_v1_LiquidationPrice__Output)[];
  'decision': (_margincube_v1_CheckDecision__Output);
  'rejectCode': (_margincube_v1_RejectCode__Output);
  'epoch': (string);
  'accountSeq': (string);
  'parameterHash': (string);
  'status': (_margincube_v1_NumberStatus__Output);
  'timing': (_margincube_v1_CalculationTiming__Output | null);
}
