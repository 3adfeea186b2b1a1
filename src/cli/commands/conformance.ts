import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { QUALITIES } from '../../domain/report.js';
import { runConformance } from '../../conformance/run-conformance.js';
import type { ConformanceSummary } from '../../conformance/summary.js';
import { createEngine } from '../engine.js';
import { EXIT, InputError } from '../exit.js';
import { formatCount, formatError } from '../format.js';
import type { Output } from '../output.js';
import { PACKAGE_ROOT } from '../package.js';
import type { Column } from '../table.js';
import { renderTable } from '../table.js';

const EXAMPLES = `
Examples:
  $ margincube conformance
  $ margincube conformance --vectors ./vectors --json

Exit codes: 0 every case passes, 1 a case misses, 2 no case found.
`;

/** Where vectors are when nobody says otherwise, from the root of the package. */
const DEFAULT_VECTORS = '../shared/vectors';

interface ConformanceOptions {
  readonly vectors?: string;
  readonly isa?: string;
  readonly json?: boolean;
}

export function addConformanceCommand(program: Command, output: Output): void {
  program
    .command('conformance')
    .summary('compare every model with its published cases')
    .description(
      'Recalculates the published cases of every model and prints how many pass and the largest errors, then how many ' +
        'components of the margins are exact, fitted, approximate and unavailable: a case that passes says nothing about ' +
        'a rule that is not public. The folder is --vectors, else MARGINCUBE_VECTORS.',
    )
    .option('--vectors <folder>', 'folder of the published cases')
    .option('--isa <level>', 'instruction level of the kernels: reference, baseline, v3, v4')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: ConformanceOptions) => {
      const vectors = vectorsFolder(options.vectors);
      const engine = createEngine(options.isa);
      const summaries = runConformance(vectors, engine);
      output.print(
        options.json ? JSON.stringify({ isa: engine.isa, models: summaries }, null, 2) : render(summaries),
      );
      process.exitCode = exitCode(summaries, vectors, output);
    });
}

function vectorsFolder(option: string | undefined): string {
  const folder = option ?? process.env.MARGINCUBE_VECTORS;
  const resolved = folder === undefined ? path.resolve(PACKAGE_ROOT, DEFAULT_VECTORS) : path.resolve(folder);
  if (!existsSync(resolved)) {
    throw new InputError(
      `${resolved}: no such folder; name the published cases with --vectors or MARGINCUBE_VECTORS`,
    );
  }
  return resolved;
}

function exitCode(summaries: readonly ConformanceSummary[], vectors: string, output: Output): number {
  if (summaries.every(({ cases }) => cases === 0)) {
    output.warn(`margincube: no published case below ${vectors}`);
    return EXIT.BAD_INPUT;
  }
  return summaries.every(({ cases, passed }) => cases === passed) ? EXIT.DONE : EXIT.FAILED;
}

const COLUMNS: readonly Column<ConformanceSummary>[] = [
  { title: 'model', align: 'left', cell: ({ model }) => model },
  { title: 'cases', align: 'right', cell: ({ cases }) => formatCount(cases) },
  { title: 'passed', align: 'right', cell: ({ passed }) => formatCount(passed) },
  { title: 'numbers', align: 'right', cell: ({ checks }) => formatCount(checks) },
  { title: 'largest abs error', align: 'right', cell: (row) => optional(row.largestAbsoluteError) },
  { title: 'largest rel error', align: 'right', cell: (row) => optional(row.largestRelativeError) },
  { title: 'share of tolerance', align: 'right', cell: (row) => optional(row.largestShareOfTolerance) },
  ...QUALITIES.map((quality): Column<ConformanceSummary> => ({
    title: quality.toLowerCase(),
    align: 'right',
    cell: ({ components }) => formatCount(components[quality]),
  })),
  { title: 'source', align: 'left', cell: ({ source }) => source },
];

function render(summaries: readonly ConformanceSummary[]): string {
  const misses = summaries.flatMap(({ model, failures }) =>
    failures.map(({ name, message }) => `${model} ${name}: ${message}`),
  );
  const table = renderTable(COLUMNS, summaries);
  return misses.length === 0 ? table : [table, '', ...misses].join('\n');
}

function optional(error: number | null): string {
  return error === null ? '-' : formatError(error);
}
