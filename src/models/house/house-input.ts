import type { ModelInput } from '../model.js';
import type { HouseParameters } from './parameters.js';

export type HouseInput = ModelInput<HouseParameters>;
