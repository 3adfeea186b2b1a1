/**
 * Writes table and plot of `bench/results/eod-grid.json` into `docs/end-of-day-benchmarks.md` (between its markers) and
 * `docs/end-of-day-benchmarks.svg`. The charts are those of the compiled command (`npm run build` first).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { categoryAxis, drawChart, LEGEND, PALETTE, valueAxis } from '../dist/cli/plot/echart.js';

const START = '<!-- grid -->';
const END = '<!-- end of grid -->';
const STAGES = ['read', 'cube', 'arrange', 'aggregate', 'tail', 'engine', 'write'];

const root = new URL('../', import.meta.url);
const page = new URL('docs/end-of-day-benchmarks.md', root);
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
      name: `${number(scenarios, 6)} scenarios, ${workers} worker${workers === 1 ? '' : 's'}`,
      ...{ type: 'line', symbolSize: 7, itemStyle: { color: PALETTE[at] } },
      lineStyle: { color: PALETTE[at], type: workers === 1 ? 'solid' : 'dashed' },
      data: accounts.map((count) => values.get(`${count}x${scenarios}-${workers}`) ?? null),
    })),
  );
  const centred = { nameLocation: 'middle', nameGap: 34 };
  return drawChart('Wall time of end-of-day runs by accounts, scenarios and workers', 380, {
    grid: { left: 66, right: 24, top: 74, bottom: 52 },
    legend: LEGEND,
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

const [before, rest] = readFileSync(page, 'utf8').split(START);
const after = rest?.split(END)[1];
if (after === undefined) throw new Error(`docs/end-of-day-benchmarks.md lacks ${START} or ${END}`);
const origin = `_${machine}; kernels ${isa}, commit ${commit}_`;
const plot = '![Wall time of end-of-day runs](end-of-day-benchmarks.svg)';
const content = [origin, '', ...table(), '', plot, '', ...costs()].join('\n');
writeFileSync(page, `${before}${START}\n\n${content}\n\n${END}${after}`);
writeFileSync(new URL('docs/end-of-day-benchmarks.svg', root), `${chart()}\n`);
