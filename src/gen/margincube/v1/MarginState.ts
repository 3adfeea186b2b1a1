// Original file: proto/margincube/v1/simulation.proto

import type { MarginHealth as _margincube_v1_MarginHealth, MarginHealth__Output as _margincube_v1_MarginHealth__Output } from '../../margincube/v1/MarginHealth.js';
import type { MarginComponent as _margincube_v1_MarginComponent, MarginComponent__Output as _margincube_v1_MarginComponent__Output } from '../../margincube/v1/MarginComponent.js';
import type { BindingScenario as _margincube_v1_BindingScenario, BindingScenario__Output as _margincube_v1_BindingScenario__Output } from '../../margincube/v1/BindingScenario.js';

export interface MarginState {
  'equity'?: (number | string);
  'initialMargin'?: (number | string);
  'maintenanceMargin'?: (number | string);
  'initialExcess'?: (number | string);
  'maintenanceExcess'?: (number | string);
  'marginRatio'?: (number | string);
  'leverage'?: (number | string);
  'available'?: (number | string);
  'health'?: (_margincube_v1_MarginHealth);
  'components'?: (_margincube_v1_MarginComponent)[];
  'bindingScenario'?: (_margincube_v1_BindingScenario | null);
  '_marginRatio'?: "marginRatio";
  '_leverage'?: "leverage";
}

export interface MarginState__Output {
  'equity': (number);
  'initialMargin': (number);
  'maintenanceMargin': (number);
  'initialExcess': (number);
  'maintenanceExcess': (number);
  'marginRatio'?: (number);
  'leverage'?: (number);
  'available': (number);
  'health': (_margincube_v1_MarginHealth__Output);
  'components': (_margincube_v1_MarginComponent__Output)[];
  'bindingScenario': (_margincube_v1_BindingScenario__Output | null);
  '_marginRatio'?: "marginRatio";
  '_leverage'?: "leverage";
}
