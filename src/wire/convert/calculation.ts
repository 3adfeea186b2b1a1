import type { Failure, Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { ReportOptions } from '../../engine/margin-engine-types.js';
import type { Calculation } from '../../gen/margincube/v1/Calculation.js';
import type { ModelSpec } from '../../gen/margincube/v1/ModelSpec.js';
import type { ReportOptions as OptionsMessage } from '../../gen/margincube/v1/ReportOptions.js';
import { JsonMappingError } from '../json/json-error.js';
import { structToJson } from '../json/well-known.js';
import { integer } from './fields.js';

/** How a caller names a model: the same shape as `ModelReference` of the models. */
export interface ModelName {
  readonly name: string;
  readonly overrides?: unknown;
}

/** What a request asks for, without its market's content. */
export interface CalculationTerms {
  readonly model: ModelName;
  /** 0 is the current one; meaningless beside an inline market. */
  readonly epoch: number;
  readonly options: ReportOptions;
}

/** The terms of a calculation; failures name the field below the calculation. */
export function termsFromMessage(message: Omit<Calculation, 'inline'>): Outcome<CalculationTerms> {
  const epoch = integer(message.epoch);
  if (!Number.isSafeInteger(epoch))
    return failure('INVALID_VALUE', 'epoch', expected('at most 2^53', 'epoch', message.epoch));
  const model = modelFromMessage(message.model);
  if (!model.ok) return model;
  return success({ model: model.value, epoch, options: optionsFromMessage(message.options) });
}

/** Failures name the field below the calculation: `model.name`. */
export function modelFromMessage(message: ModelSpec | null | undefined): Outcome<ModelName> {
  const name = message?.name ?? '';
  if (name === '')
    return failure('MISSING_FIELD', 'model.name', expected('the name of a model', 'model.name', undefined));
  const overrides = message?.parameterOverrides;
  if (!overrides) return success({ name });
  try {
    const parameters = structToJson(overrides as Record<string, unknown>, 'model.parameterOverrides');
    return success({ name, overrides: parameters });
  } catch (error) {
    if (error instanceof JsonMappingError) return failure('INVALID_VALUE', error.path, error.message);
    throw error;
  }
}

export function optionsFromMessage(message: OptionsMessage | null | undefined): ReportOptions {
  return {
    includeScenarioVector: message?.includeScenarioVector ?? false,
    includePositionVectors: message?.includePositionVectors ?? false,
    includeContributions: message?.includeContributions ?? false,
    includeLiquidationPrices: message?.includeLiquidationPrices ?? false,
    includeDataUncertainty: message?.includeDataUncertainty ?? false,
    allowApproximations: message?.allowApproximations ?? false,
  };
}

/**
 * Puts the failure of a model or an inline market under the path that it has in a request: the models name `model` and
 * `parameters...`, the market names `market...`.
 */
export function failureOfCalculation(inner: Failure, calculation: string): Failure {
  const path = inner.field
    .replace(/^model$/, 'model.name')
    .replace(/^parameters\b/, 'model.parameterOverrides')
    .replace(/^market\b/, 'inline');
  return { ...inner, field: path === '' ? calculation : `${calculation}.${path}` };
}
