import type { Market } from '../market/snapshot/market.js';
import { resolveModel, type ResolvedModel } from '../models/catalogue.js';
import { InputError } from './exit.js';
import { readJson } from './files.js';
import { describeFailure } from './margin-table.js';
import { isModelFile, readModelFile } from './model-file.js';

export interface ModelOptions {
  readonly model?: readonly string[];
  /** File of parameters that replace those of the one model. */
  readonly params?: string;
}

/** The model that a market is margined by when nobody names one: deribit-pm for coin-settled contracts of Deribit. */
export function defaultModel({ venue, columns }: Market): string {
  return venue === 'deribit' && columns.isInverse.includes(1) ? 'deribit-pm' : 'derive-pm2';
}

/** The models that `--model` names, or the default; errors name the option or the file. */
export function chooseModels({ model, params }: ModelOptions, market: Market): ResolvedModel[] {
  const names = model ?? [defaultModel(market)];
  if (params !== undefined && names.length > 1) {
    throw new InputError(`--params: expected one --model but received ${String(names.length)}`);
  }
  const overrides = params === undefined ? undefined : readJson(params, 'parameters');
  return names.map((name) => {
    const isFile = isModelFile(name);
    if (isFile && params !== undefined)
      throw new InputError('--params: expected a named model, not a model file');
    const reference = overrides === undefined ? { name } : { name, overrides };
    const found = isFile ? readModelFile(name) : resolveModel(reference);
    if (found.ok) return found.value;
    if (isFile) throw new InputError(`${name}: ${found.failure.field}: ${describeFailure(found.failure)}`);
    const place = found.failure.reason === 'UNKNOWN_MODEL' || params === undefined ? '--model' : params;
    const { field } = found.failure;
    const where = field === 'model' ? place : `${place}: ${field}`;
    throw new InputError(`${where}: ${describeFailure(found.failure)}`);
  });
}
