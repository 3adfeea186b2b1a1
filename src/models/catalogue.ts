import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { closestNames } from '../domain/closest-names.js';
import type { Outcome } from '../domain/outcome.js';
import { expected, failure } from '../domain/outcome.js';
import { CLOSEST_MATCHES_MAX, NAME_LENGTH_MAX } from '../limits.js';
import { bybitPm } from './bybit-pm/bybit-pm.js';
import { deribitPm } from './deribit-pm/deribit-pm.js';
import { deribitSm } from './deribit-sm/deribit-sm.js';
import { derivePm1 } from './derive-pm1/derive-pm1.js';
import { derivePm2 } from './derive-pm2/derive-pm2.js';
import { deriveSm } from './derive-sm/derive-sm.js';
import { es } from './es/es.js';
import { grid } from './grid/grid.js';
import { house } from './house/house.js';
import type { MarginModel } from './model.js';
import { okxPm } from './okx-pm/okx-pm.js';
import { paradexPm } from './paradex-pm/paradex-pm.js';
import { paradexXm } from './paradex-xm/paradex-xm.js';
import { parseWith } from './parameter-schema.js';
import { mergeParameters, withClosestNames } from './overrides.js';
import { bindModel, type ModelReference, type ResolvedModel } from './resolved-model.js';
import { span } from './span/span.js';
import { tims } from './tims/tims.js';

export type { ModelReference, ResolvedModel } from './resolved-model.js';

/** What a parameter file says (`src/models/<model>/parameters/<name>.json`). */
export interface ParameterSet {
  readonly model: string;
  readonly name: string;
  /** Date of the numbers, ISO 8601. */
  readonly date: string;
  readonly source: string;
  /** The set of the same model that this one differs from in its `parameters` alone. */
  readonly of?: string;
  readonly parameters: unknown;
}

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
  readonly date: string;
  readonly source: string;
  readonly parameterHash: string;
}

interface CatalogueEntry {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly defaultParameterSet: string;
  readonly sets: ReadonlyMap<string, ParameterSet>;
  bind(parameterSet: string, parameters: unknown): Outcome<ResolvedModel>;
}

/** Parameter files are read once, at start. */
const CATALOGUE: ReadonlyMap<string, CatalogueEntry> = new Map(
  [
    entry(derivePm2, 'btc-2026-08-20'),
    entry(derivePm1, 'script-2025'),
    entry(deriveSm, 'script-2025'),
    entry(deribitPm, '2024-06-17'),
    entry(deribitSm, 'published'),
    entry(okxPm, '2025-01-15'),
    entry(bybitPm, '2026-07-24'),
    entry(es, 'btc-eth-2026-05'),
    entry(grid, 'aevo'),
    entry(house, 'btc-eth-2026-05'),
    entry(paradexPm, 'btc-2026-04-22'),
    entry(paradexXm, 'btc-2026-04-22'),
    entry(span, 'sp500-example'),
    entry(tims, 'general'),
  ].map((item) => [item.id, item]),
);

function entry<P>(model: MarginModel<P>, defaultParameterSet: string): CatalogueEntry {
  return {
    id: model.id,
    title: model.title,
    version: model.version,
    defaultParameterSet,
    sets: readParameterSets(model.id),
    bind: (parameterSet, parameters) => bindModel(model, parameterSet, parameters),
  };
}

function readParameterSets(modelId: string): ReadonlyMap<string, ParameterSet> {
  const folder = new URL(`./${modelId}/parameters/`, import.meta.url);
  const sets = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ParameterSet);
  return new Map(sets.map((set) => [set.name, completed(set, sets)]));
}

/** A set with what it takes from the one that it names. */
function completed(set: ParameterSet, sets: readonly ParameterSet[]): ParameterSet {
  if (set.of === undefined) return set;
  const base = sets.find(({ name }) => name === set.of);
  if (base === undefined) throw new Error(`parameter file ${set.name}: no set ${set.of}`);
  return { ...set, parameters: mergeParameters(base.parameters, set.parameters) };
}

/** The models of this build and their named parameter sets. */
export function listModels(): readonly ModelListing[] {
  return [...CATALOGUE.values()].map((model) => ({
    id: model.id,
    title: model.title,
    version: model.version,
    defaultParameterSet: model.defaultParameterSet,
    parameterSets: [...model.sets.values()].map((set) => listing(model, set)),
  }));
}

function listing(model: CatalogueEntry, set: ParameterSet): ParameterSetListing {
  const bound = model.bind(set.name, set.parameters);
  if (!bound.ok) throw new Error(`parameter file ${set.name} of ${model.id}: ${bound.failure.message}`);
  return { name: set.name, date: set.date, source: set.source, parameterHash: bound.value.parameterHash };
}

/** The file of a named set, with source and date. */
export function findParameterSet(modelId: string, name: string): ParameterSet | undefined {
  return CATALOGUE.get(modelId)?.sets.get(name);
}

/** Finds a model by name and applies the overrides; unknown names come back with the closest ones. */
export function resolveModel(reference: ModelReference): Outcome<ResolvedModel> {
  const [id = '', setName, ...rest] = reference.name.split('@');
  const model = CATALOGUE.get(id);
  if (model === undefined || rest.length > 0) return unknownModel(reference.name);
  const set = model.sets.get(setName ?? model.defaultParameterSet);
  if (set === undefined) return unknownModel(reference.name);
  if (reference.overrides === undefined) return model.bind(set.name, set.parameters);
  const bound = model.bind(`${set.name}+overrides`, mergeParameters(set.parameters, reference.overrides));
  return bound.ok ? bound : withClosestNames(bound, set.parameters);
}

function unknownModel(name: string): Outcome<ResolvedModel> {
  const [id = ''] = name.split('@');
  const known = CATALOGUE.get(id);
  const setsOf = (model: CatalogueEntry): string[] =>
    [...model.sets.keys()].map((set) => `${model.id}@${set}`);
  // Of a model that exists, its own sets are what was meant, however unlike they look.
  const closest =
    known === undefined
      ? closestNames(
          name,
          [...CATALOGUE.values()].flatMap((model) => [model.id, ...setsOf(model)]),
          CLOSEST_MATCHES_MAX,
        )
      : setsOf(known).slice(0, CLOSEST_MATCHES_MAX);
  return failure(
    'UNKNOWN_MODEL',
    'model',
    expected('a model or model@parameter-set of the catalogue', 'model', name),
    closest,
  );
}

const modelFile = z.strictObject({
  /** A model of the catalogue, `grid` for a scenario grid of one's own. */
  model: z.string(),
  /** Shown in reports as the parameter set. */
  name: z.string().min(1).max(NAME_LENGTH_MAX),
  date: z.string().optional(),
  source: z.string().optional(),
  /** Complete parameters of that model. */
  parameters: z.unknown(),
});

/** A model that a user wrote down: a parameter file like those of the catalogue (docs/own-model.md). */
export function modelFromFile(content: unknown): Outcome<ResolvedModel> {
  const parsed = parseWith(modelFile, content, '');
  if (!parsed.ok) return parsed;
  const { model: id, name, parameters } = parsed.value;
  const model = CATALOGUE.get(id);
  if (model === undefined) return unknownModel(id);
  return model.bind(name, parameters);
}
