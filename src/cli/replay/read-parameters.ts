import { z } from 'zod';
import { resolveModel } from '../../models/catalogue.js';
import type { ParameterSet } from '../../replay/replay-terms.js';
import { InputError } from '../exit.js';
import { readJson } from '../files.js';
import { describeFailure } from '../margin-table.js';

const file = z.strictObject({
  model: z.string().min(1),
  overrides: z.unknown().optional(),
  /** Parameters that replace those before from a time on. */
  schedule: z.array(z.strictObject({ from: z.iso.datetime(), overrides: z.unknown() })).default([]),
});

/** `derive-pm2`, `house@eu-listed-1d`, or a JSON file with a model, overrides and a schedule of them. */
export function readParameterSet(name: string): ParameterSet {
  if (!name.endsWith('.json'))
    return { name, schedule: [{ fromMs: -Infinity, model: modelOf(name, undefined, name) }] };
  const parsed = file.safeParse(readJson(name, 'parameters of a replay'));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `${name}: ${issue === undefined ? 'invalid' : `${issue.path.join('.')}: ${issue.message}`}`,
    );
  }
  const { model, overrides, schedule } = parsed.data;
  const changes = schedule.map(({ from, overrides: changed }) => ({
    fromMs: Date.parse(from),
    model: modelOf(model, changed, name),
  }));
  if (changes.some(({ fromMs }, at) => at > 0 && fromMs <= (changes[at - 1]?.fromMs ?? NaN)))
    throw new InputError(`${name}: schedule: expected times that grow`);
  return { name, schedule: [{ fromMs: -Infinity, model: modelOf(model, overrides, name) }, ...changes] };
}

function modelOf(
  name: string,
  overrides: unknown,
  source: string,
): ParameterSet['schedule'][number]['model'] {
  const resolved = resolveModel(overrides === undefined ? { name } : { name, overrides });
  if (resolved.ok) return resolved.value;
  throw new InputError(`${source}: ${describeFailure(resolved.failure)}`);
}
