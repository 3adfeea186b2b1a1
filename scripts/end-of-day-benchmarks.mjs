/**
 * Writes table and plot of `bench/results/eod-grid.json` into `docs/end-of-day-benchmarks.md` and
 * `docs/end-of-day-benchmarks.svg`. The charts are those of the compiled command (`npm run build` first).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { categoryAxis, drawChart, LEGEND, PALETTE, valueAxis } from '../dist/cli/plot/echart.js';

const STAGES = ['read', 'open', 'cube', 'arrange', 'aggregate', 'tail', 'engine', 'write', 'wait'];

const root = new URL('../', import.meta.url);
const { machine, isa, commit, results } = JSON.parse(
  readFileSync(new URL('bench/results/eod-grid.json', root), 'utf8'),
);
const values = new Map(results.map(({ id, value }) => [id, value]));
const points = results.flatMap(({ id }) => {
  const [, accounts, scenarios, workers] = /^(\d+)x(\d+)-(\d+)$/.exec(id) ?? [];
  return accounts === undefined
    ? []
    : [{ id, accounts: Number(accounts), scenarios: Number(scenarios), workers: Number(workers) }];
});

const number = (value, digits = 3) =>
  value === undefined ? '-' : Number(value.toPrecision(digits)).toLocaleString('en-US');
const unique = (key) => [...new Set(points.map((point) => point[key]))].sort((a, b) => a - b);

function table() {
  const rows = points.map(({ id, accounts, scenarios, workers }) => {
    const of = (what) => values.get(`${id}-${what}`);
    const shares = STAGES.map((stage) => (of(stage) === undefined ? '-' : of(stage).toFixed(0)));
    return [
      ...[number(accounts, 6), number(scenarios, 6), workers],
      ...[number(values.get(id)), number(of('cpu')), number(of('memory')), number(of('rate'))],
      ...[workers === 1 ? '-' : number(of('efficiency'), 2), ...shares],
    ];
  });
  const head = ['accounts', 'scenarios', 'workers', 'wall, s', 'processor, s', 'memory, MiB', 'portfolios/s'];
  const columns = [...head, 'efficiency, %', ...STAGES.map((stage) => `${stage}, %`)];
  return [columns, columns.map(() => '---:'), ...rows].map((row) => `| ${row.join(' | ')} |`);
}

function costs() {
  const rows = results.filter(({ id }) => id.startsWith('cost-'));
  return [
    '| cost | value |',
    '| --- | --- |',
    ...rows.map(({ id, value, unit }) => `| ${id.slice('cost-'.length)} | ${number(value)} ${unit} |`),
  ];
}

function chart() {
  const accounts = unique('accounts');
  const series = unique('scenarios').flatMap((scenarios, at) =>
    unique('workers').map((workers) => ({
      name: workers === 1 ? `${number(scenarios, 6)} scenarios` : `${scenarios} by ${workers} workers`,
      ...{ type: 'line', symbolSize: 7, itemStyle: { color: PALETTE[at] } },
      lineStyle: { color: PALETTE[at], type: workers === 1 ? 'solid' : 'dashed' },
      data: accounts.map((count) => values.get(`${count}x${scenarios}-${workers}`) ?? null),
    })),
  );
  const centred = { nameLocation: 'middle', nameGap: 34 };
  return drawChart('Wall time of end-of-day runs by accounts, scenarios and workers', 380, {
    grid: { left: 66, right: 24, top: 40, bottom: 52 },
    legend: {
      ...LEGEND,
      itemGap: 30,
      data: unique('scenarios').map((count) => `${number(count, 6)} scenarios`),
    },
    xAxis: {
      ...categoryAxis(
        accounts.map((count) => number(count, 6)),
        'accounts of 50 positions',
      ),
      ...centred,
    },
    yAxis: {
      ...valueAxis({ name: 'whole command, seconds', format: String }),
      type: 'log',
      ...centred,
      nameGap: 44,
    },
    series,
  });
}

const origin = `_${machine}; kernels ${isa}, commit ${commit}_`;
const plot = '![Wall time of end-of-day runs](end-of-day-benchmarks.svg)\n\nDashed: more than one worker.';
const page = `# What an end-of-day run costs

The whole command (\`margincube eod\`: files read, tables written) over books of 50 positions in 1,000 BTC options of a recorded
chain, Parquet in and out, contributions of the ten largest positions of each account included. 33 scenarios are the grid of
\`derive-pm2\`, which the ordinary engine margins book by book; 1,000 and 10,000 are drawn and margined as expected shortfall at 99 %
(\`es\`). \`npm run bench -- eod-grid\` measures the table again; against scipy on the same books see \`npm run bench -- eod\` in the
[README](../README.md).

- _wall_: start of the process to its end. _processor_: of all threads, those that read and write included.
- _efficiency_: wall of one worker over wall times workers. A run of one worker uses more than one core already (_processor_ over _wall_):
  reading, writing and compiling go on beside it, so that on two cores a second worker gains what these leave. The stages of the
  threads alone gain what \`scaling-2-on-core\` of the \`eod\` suite says.
- The last columns are shares of time: \`read\` and \`write\` by the clock, the others of threads on a core: \`open\` market, model and scenarios
  of each thread, \`cube\` pricing, \`arrange\` books laid out and valued, \`aggregate\` sums in single precision, \`tail\` revaluation in double
  precision and contributions, \`engine\` the ordinary engine and the rows of the tables. \`wait\` is the time in which threads had no core.

${[origin, '', ...table(), '', plot, '', ...costs()].join('\n')}

The costs predict the processor time of a run of one worker over drawn scenarios: start + accounts x account + accounts x positions x
scenarios x position-scenario + scenarios x scenario. They are fitted to the rows above by least squares; \`error\` is the largest
deviation of a row from its prediction.
`;
writeFileSync(new URL('docs/end-of-day-benchmarks.md', root), page);
writeFileSync(new URL('docs/end-of-day-benchmarks.svg', root), `${chart()}\n`);
