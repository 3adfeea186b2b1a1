import type { Outcome } from '../domain/outcome.js';
import { failure } from '../domain/outcome.js';
import type { ModelReference, ResolvedModel } from './resolved-model.js';

export type { ModelReference, ResolvedModel } from './resolved-model.js';

export interface ModelListing {
  /** e.g. `derive-pm2`. */
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** The set that `id` alone stands for. */
  readonly defaultParameterSet: string;
  readonly parameterSets: readonly ParameterSetListing[];
}

export interface ParameterSetListing {
  readonly name: string;
  /** Date of the numbers, ISO 8601. */
  readonly date: string;
  readonly source: string;
  readonly parameterHash: string;
}

/** The models of this build and their named parameter sets. */
export function listModels(): readonly ModelListing[] {
  return [];
}

/** Finds a model by name and applies the overrides; unknown names come back with the closest ones. */
export function resolveModel(reference: ModelReference): Outcome<ResolvedModel> {
  return failure('UNKNOWN_MODEL', 'model', `No model named "${reference.name}"`);
}
