import type { Command } from 'commander';
import { findParameterSet, listModels, resolveModel } from '../../models/catalogue.js';
import type { ModelListing, ParameterSetListing, ResolvedModel } from '../../models/catalogue.js';
import { InputError } from '../exit.js';
import { describeFailure } from '../margin-table.js';
import type { Output } from '../output.js';
import type { Column } from '../table.js';
import { renderTable } from '../table.js';
import { addModelsPreviewCommand } from './models-preview.js';

const EXAMPLES = `
Examples:
  $ margincube models
  $ margincube models show derive-pm2
  $ margincube models show derive-pm2@btc-2026-08-20 --json
  $ margincube models preview --market market.json --portfolios book.json --model derive-pm2 --params new.json
`;

export function addModelsCommand(program: Command, output: Output): void {
  const models = program
    .command('models')
    .summary('margin models and their parameter sets')
    .description(
      'Lists the margin models of this build and their named parameter sets, shows one in full, or previews a change.',
    )
    .addHelpText('after', EXAMPLES);
  models
    .command('list', { isDefault: true })
    .description('Lists every model and parameter set with its date, source and hash.')
    .option('--json', 'print the JSON of ListModelsResponse')
    .addHelpText('after', '\nExample:\n  $ margincube models list --json\n')
    .action((options: { json?: boolean }) => {
      output.print(options.json ? JSON.stringify({ models: listModels() }, null, 2) : renderList());
    });
  models
    .command('show')
    .argument('<name>', 'model, or model@parameter-set')
    .description('Shows every parameter of one set with its source.')
    .option('--json', 'print the JSON of GetModelResponse')
    .addHelpText('after', '\nExample:\n  $ margincube models show deribit-pm\n')
    .action((name: string, options: { json?: boolean }) => {
      const model = findModel(name);
      output.print(options.json ? JSON.stringify(modelToJson(model), null, 2) : renderModel(model));
    });
  addModelsPreviewCommand(models, output);
}

interface ListRow {
  readonly model: ModelListing;
  readonly set: ParameterSetListing;
}

const LIST_COLUMNS: readonly Column<ListRow>[] = [
  { title: 'model', align: 'left', cell: ({ model, set }) => `${model.id}@${set.name}` },
  {
    title: 'default',
    align: 'left',
    cell: ({ model, set }) => (set.name === model.defaultParameterSet ? 'yes' : ''),
  },
  { title: 'version', align: 'left', cell: ({ model }) => model.version },
  { title: 'date', align: 'left', cell: ({ set }) => set.date },
  { title: 'hash', align: 'left', cell: ({ set }) => set.parameterHash.slice(0, HASH_DIGITS) },
  { title: 'title', align: 'left', cell: ({ model }) => model.title },
  { title: 'source', align: 'left', cell: ({ set }) => set.source },
];

/** Enough to tell two sets apart by eye; `--json` has all 64 digits. */
const HASH_DIGITS = 12;

function renderList(): string {
  const rows = listModels().flatMap((model) => model.parameterSets.map((set) => ({ model, set })));
  return renderTable(LIST_COLUMNS, rows);
}

function findModel(name: string): ResolvedModel {
  const found = resolveModel({ name });
  if (!found.ok) throw new InputError(describeFailure(found.failure));
  return found.value;
}

function modelToJson({
  id,
  title,
  version,
  parameterSet,
  parameterHash,
  parameters,
  warnings,
}: ResolvedModel): unknown {
  return { id, title, version, parameterSet, parameterHash, parameters, warnings };
}

interface Parameter {
  readonly path: string;
  readonly value: string;
}

const PARAMETER_COLUMNS: readonly Column<Parameter>[] = [
  { title: 'parameter', align: 'left', cell: ({ path }) => path },
  { title: 'value', align: 'left', cell: ({ value }) => value },
];

function renderModel(model: ResolvedModel): string {
  const set = findParameterSet(model.id, model.parameterSet);
  const header = [
    `${model.id}@${model.parameterSet}: ${model.title}, version ${model.version}`,
    `source  ${set?.source ?? '-'}`,
    `date    ${set?.date ?? '-'}`,
    `hash    ${model.parameterHash}`,
    ...model.warnings.map((warning) => `warning ${warning}`),
  ];
  return [...header, '', renderTable(PARAMETER_COLUMNS, flatten(model.parameters, ''))].join('\n');
}

/** One row per number, string or list of numbers; a list of records is numbered. */
function flatten(value: unknown, path: string): Parameter[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    return value.flatMap((item, index) => flatten(item, `${path}[${String(index)}]`));
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([key, inner]) =>
      flatten(inner, path === '' ? key : `${path}.${key}`),
    );
  }
  return [{ path, value: Array.isArray(value) ? value.join(', ') : String(value) }];
}
