import { resolveModel } from '../../models/catalogue.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import { leavesOf } from '../../recalibration/governance/policy.js';
import type { ComparedModels } from '../../recalibration/preview/book-impact.js';
import { InputError } from '../exit.js';
import { readJson } from '../files.js';
import { describeFailure } from '../margin-table.js';

/**
 * `OLD,NEW`, or `NEW` against the model as it is named. Each is a file of parameters that replace those of the named set, or the
 * name of another set of the model.
 */
export function readComparedSets(modelName: string, params: string): ComparedModels {
  const parts = params.split(',').map((part) => part.trim());
  const [first = '', second] = parts;
  if (parts.length > 2 || parts.includes(''))
    throw new InputError(`--params: expected one or two sets separated by a comma but received ${params}`);
  const named = resolved('--model', { name: modelName });
  const before = second === undefined ? named : readSet(named, modelName, first);
  const after = readSet(named, modelName, second ?? first);
  if (before.parameterHash === after.parameterHash)
    throw new InputError(`--params: expected two different sets but both are ${before.parameterHash}`);
  return { before, after };
}

function readSet({ id }: ResolvedModel, modelName: string, set: string): ResolvedModel {
  if (!set.endsWith('.json')) return resolved('--params', { name: `${id}@${set}` });
  return resolved(set, { name: modelName, overrides: readJson(set, 'parameters') });
}

function resolved(place: string, reference: Parameters<typeof resolveModel>[0]): ResolvedModel {
  const found = resolveModel(reference);
  if (found.ok) return found.value;
  const { field } = found.failure;
  throw new InputError(
    `${field === 'model' ? place : `${place}: ${field}`}: ${describeFailure(found.failure)}`,
  );
}

/** A value of the parameters that is not the same in both sets; absent where a set has none. */
export interface ChangedParameter {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** In the order of the old set, what only the new one has at the end. */
export function changedParameters({ before, after }: ComparedModels): ChangedParameter[] {
  const [old, proposed] = [leavesOf(before.parameters), leavesOf(after.parameters)];
  return [...new Set([...old.keys(), ...proposed.keys()])]
    .map((path) => ({ path, before: old.get(path), after: proposed.get(path) }))
    .filter((change) => !Object.is(change.before, change.after));
}
