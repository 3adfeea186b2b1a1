import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { listModels, modelFromFile, resolveModel } from '../../src/models/catalogue.js';
import { REPOSITORY } from '../support/folders.js';

type Json = Record<string, unknown>;

const EXAMPLE = readFileSync(path.join(REPOSITORY, 'examples/own-model.json'), 'utf8');

/** The example with one field changed; `undefined` takes it away. */
function changed(field: string, value: unknown): unknown {
  const file = JSON.parse(EXAMPLE) as Json;
  const keys = field.split('.');
  const last = keys.pop() ?? '';
  let place: Json = file;
  for (const key of keys) place = place[key] as Json;
  if (value === undefined) Reflect.deleteProperty(place, last);
  else place[last] = value;
  return file;
}

describe('a model of one’s own', () => {
  it('is the example', () => {
    const model = modelFromFile(JSON.parse(EXAMPLE));
    expect(model.ok && [model.value.id, model.value.parameterSet]).toEqual(['grid', 'house-grid-example']);
  });

  it.each([
    ['parameters.farMoves.0.volatility', 'UPP', 'one of the volatility moves UP, NONE, DOWN', '"UPP"'],
    ['parameters.range.BTC', 1.5, 'a number < 1', '1.5'],
    ['parameters.loss', undefined, 'a value of type object', 'undefined'],
    ['parameters.extra', 1, 'no field of this name', '1'],
    ['parameters.volatility.extra', true, 'no field of this name', 'true'],
    [
      'parameters.charges.0.kind',
      'X',
      'one of SHORT_OPTION, FUTURE_NOTIONAL, NET_DELTA, NOT_PUBLISHED',
      '"X"',
    ],
    ['parameters.charges.0.initial', 'a', 'a value of type number', '"a"'],
    ['parameters.prices', [], 'a count >= 1', 'an array'],
    ['parameters.prices.2', 2, 'a number <= 1', '2'],
    ['parameters.volatility.moves.1.name', 'UP', 'a name that no other move has', '"UP"'],
    ['parameters.netting.between', 'BOTH', 'one of JOINT, SEPARATE', '"BOTH"'],
    ['parameters.haircuts.BTC', 2, 'a number <= 1', '2'],
    ['parameters', undefined, 'a value', 'undefined'],
    ['model', undefined, 'a value of type string', 'undefined'],
    ['name', '', 'a text of a length >= 1', '""'],
    ['extra', 1, 'no field of this name', '1'],
  ])('names %s, what was expected and what stood there', (field, value, wanted, received) => {
    const model = modelFromFile(changed(field, value));
    if (model.ok) throw new Error('accepted');
    expect(model.failure).toMatchObject({ reason: 'INVALID_PARAMETER', field });
    expect(model.failure.message).toContain(`Expected ${wanted} for ${field} but received ${received}`);
  });

  it.each([[null], [[]], ['grid'], [3]])('%#: refuses what is no object', (content) => {
    const model = modelFromFile(content);
    expect(model.ok ? '' : model.failure.message).toContain(
      'Expected a value of type object for the document',
    );
  });

  it.each(listModels().map(({ id }) => id))('%s can be written down as a file', (id) => {
    const named = resolveModel({ name: id });
    if (!named.ok) throw new Error(named.failure.message);
    const content: unknown = JSON.parse(
      JSON.stringify({ model: id, name: 'mine', parameters: named.value.parameters }),
    );
    const written = modelFromFile(content);
    expect(written.ok && written.value.parameterHash).toBe(named.value.parameterHash);
  });
});
