// Original file: proto/margincube/v1/report.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { MarginComponent as _margincube_v1_MarginComponent, MarginComponent__Output as _margincube_v1_MarginComponent__Output } from '../../margincube/v1/MarginComponent.js';
import type { Quality as _margincube_v1_Quality, Quality__Output as _margincube_v1_Quality__Output } from '../../margincube/v1/Quality.js';
import type { BindingScenario as _margincube_v1_BindingScenario, BindingScenario__Output as _margincube_v1_BindingScenario__Output } from '../../margincube/v1/BindingScenario.js';
import type { ScenarioPnl as _margincube_v1_ScenarioPnl, ScenarioPnl__Output as _margincube_v1_ScenarioPnl__Output } from '../../margincube/v1/ScenarioPnl.js';
import type { PositionVector as _margincube_v1_PositionVector, PositionVector__Output as _margincube_v1_PositionVector__Output } from '../../margincube/v1/PositionVector.js';
import type { UnderlyingGreeks as _margincube_v1_UnderlyingGreeks, UnderlyingGreeks__Output as _margincube_v1_UnderlyingGreeks__Output } from '../../margincube/v1/UnderlyingGreeks.js';
import type { TailStatistics as _margincube_v1_TailStatistics, TailStatistics__Output as _margincube_v1_TailStatistics__Output } from '../../margincube/v1/TailStatistics.js';
import type { Contribution as _margincube_v1_Contribution, Contribution__Output as _margincube_v1_Contribution__Output } from '../../margincube/v1/Contribution.js';
import type { NumberStatus as _margincube_v1_NumberStatus, NumberStatus__Output as _margincube_v1_NumberStatus__Output } from '../../margincube/v1/NumberStatus.js';
import type { LiquidationPrice as _margincube_v1_LiquidationPrice, LiquidationPrice__Output as _margincube_v1_LiquidationPrice__Output } from '../../margincube/v1/LiquidationPrice.js';
import type { DataUncertainty as _margincube_v1_DataUncertainty, DataUncertainty__Output as _margincube_v1_DataUncertainty__Output } from '../../margincube/v1/DataUncertainty.js';
import type { Long } from '@grpc/proto-loader';

export interface MarginReport {
  'accountId'?: (string);
  'model'?: (string);
  'modelVersion'?: (string);
  'parameterSet'?: (string);
  'parameterHash'?: (string);
  'epoch'?: (number | string | Long);
  'snapshotTime'?: (_google_protobuf_Timestamp | null);
  'marketHash'?: (string);
  'currency'?: (string);
  'equity'?: (number | string);
  'markToMarket'?: (number | string);
  'initialMargin'?: (number | string);
  'maintenanceMargin'?: (number | string);
  'initialExcess'?: (number | string);
  'maintenanceExcess'?: (number | string);
  'marginRatio'?: (number | string);
  'components'?: (_margincube_v1_MarginComponent)[];
  'quality'?: (_margincube_v1_Quality);
  'bindingScenario'?: (_margincube_v1_BindingScenario | null);
  'scenarioVector'?: (_margincube_v1_ScenarioPnl)[];
  'positionVectors'?: (_margincube_v1_PositionVector)[];
  'greeks'?: (_margincube_v1_UnderlyingGreeks)[];
  'dataConfidence'?: (number | string);
  'warnings'?: (string)[];
  'isa'?: (string);
  'tailStatistics'?: (_margincube_v1_TailStatistics | null);
  'contributions'?: (_margincube_v1_Contribution)[];
  'status'?: (_margincube_v1_NumberStatus);
  'liquidationPrices'?: (_margincube_v1_LiquidationPrice)[];
  'dataUncertainty'?: (_margincube_v1_DataUncertainty | null);
  '_marginRatio'?: "marginRatio";
  '_dataConfidence'?: "dataConfidence";
}

export interface MarginReport__Output {
  'accountId': (string);
  'model': (string);
  'modelVersion': (string);
  'parameterSet': (string);
  'parameterHash': (string);
  'epoch': (string);
  'snapshotTime': (_google_protobuf_Timestamp__Output | null);
  'marketHash': (string);
  'currency': (string);
  'equity': (number);
  'markToMarket': (number);
  'initialMargin': (number);
  'maintenanceMargin': (number);
  'initialExcess': (number);
  'maintenanceExcess': (number);
  'marginRatio'?: (number);
  'components': (_margincube_v1_MarginComponent__Output)[];
  'quality': (_margincube_v1_Quality__Output);
  'bindingScenario': (_margincube_v1_BindingScenario__Output | null);
  'scenarioVector': (_margincube_v1_ScenarioPnl__Output)[];
  'positionVectors': (_margincube_v1_PositionVector__Output)[];
  'greeks': (_margincube_v1_UnderlyingGreeks__Output)[];
  'dataConfidence'?: (number);
  'warnings': (string)[];
  'isa': (string);
  'tailStatistics': (_margincube_v1_TailStatistics__Output | null);
  'contributions': (_margincube_v1_Contribution__Output)[];
  'status': (_margincube_v1_NumberStatus__Output);
  'liquidationPrices': (_margincube_v1_LiquidationPrice__Output)[];
  'dataUncertainty': (_margincube_v1_DataUncertainty__Output | null);
  '_marginRatio'?: "marginRatio";
  '_dataConfidence'?: "dataConfidence";
}
