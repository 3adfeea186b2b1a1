import type { Outcome } from '../domain/outcome.js';
import { failure, expected } from '../domain/outcome.js';
import { findParameterSet, listModels } from './catalogue.js';
import type { DrawnLaw } from './drawn/law.js';
import { parseEsParameters } from './es/parameters.js';
import { parseHouseParameters } from './house/parameters.js';
import { mergeParameters } from './overrides.js';
import type { ModelReference } from './resolved-model.js';

const PARSERS = new Map<string, (value: unknown) => Outcome<DrawnLaw>>([
  ['house', parseHouseParameters],
  ['es', parseEsParameters],
]);

/** The joint law of market moves that an own model draws; a model without one is refused. */
export function resolveDrawnLaw({ name, overrides }: ModelReference): Outcome<DrawnLaw> {
  const [id = '', setName] = name.split('@');
  const parse = PARSERS.get(id);
  const set = setName ?? listModels().find((model) => model.id === id)?.defaultParameterSet ?? '';
  const found = findParameterSet(id, set);
  if (parse === undefined || found === undefined) {
    const what = `a model that draws moves (${[...PARSERS.keys()].join(', ')})`;
    return failure('UNSUPPORTED', 'model', expected(what, 'model', name));
  }
  return parse(overrides === undefined ? found.parameters : mergeParameters(found.parameters, overrides));
}
