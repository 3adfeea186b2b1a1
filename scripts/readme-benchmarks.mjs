/** The tables of bench/results, for the place between `<!-- benchmarks -->` and `<!-- end of benchmarks -->` of the README. */
import { readFileSync } from 'node:fs';

const SUITES = [
  'cube',
  'aggregate',
  'kernels',
  'tail',
  'eod',
  'implied-vol',
  'surface',
  'surface-query',
  'oracles',
  'scenarios',
  'house',
  'pool',
  'rpc',
  'load',
  'overload',
  'soak',
  'what-if',
  'tick',
  'journal',
  'aggregation',
  'recalibration',
  'reserves',
];
const START = '<!-- benchmarks -->';
const END = '<!-- end of benchmarks -->';

const root = new URL('../', import.meta.url);

function significant(value) {
  const rounded = Number(value.toPrecision(4));
  return rounded >= 1000 ? rounded.toLocaleString('en-US') : String(rounded);
}

const optional = (value, format) => (value === null || value === undefined ? '-' : format(value));

function table(suite) {
  let content;
  try {
    content = JSON.parse(readFileSync(new URL(`bench/results/${suite}.json`, root), 'utf8'));
  } catch {
    return [];
  }
  const { machine, isa, commit, results } = content;
  const rows = results.map(
    ({ id, value, unit, baseline, baselineValue, ratio, target }) =>
      `| ${id} | ${significant(value)} ${unit} | ${baseline ?? '-'} | ${optional(baselineValue, significant)} | ${optional(ratio, (number) => number.toPrecision(3))} | ${target ?? '-'} |`,
  );
  return [
    `_${suite}: ${machine}; kernels ${isa}, commit ${commit}_`,
    '',
    '| id | value | baseline | baseline value | ratio | target |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ];
}

/** The README with the tables as the results are now; throws where it lacks their place. */
export function withBenchmarkTables(text) {
  const [before, rest] = text.split(START);
  const after = rest?.split(END)[1];
  if (rest === undefined || after === undefined) throw new Error(`README.md lacks ${START} or ${END}`);
  return `${before}${START}\n\n${SUITES.flatMap(table).join('\n')}\n${END}${after}`;
}
