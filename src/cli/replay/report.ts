import type { ReplayMinute, ReplayResult } from '../../replay/replay-tally.js';
import { AMBER, BLUE, drawChart, LEGEND, valueAxis } from '../plot/echart.js';
import { htmlPage } from '../plot/page.js';
import { escapeText } from '../plot/svg.js';
import { renderReplays } from './table.js';

const STYLE = `
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(520px,1fr));gap:16px;margin-top:16px}
pre{font-size:12px;overflow-x:auto;background:#f6f7f9;padding:12px 16px;border-radius:6px}`;

interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly of: (minute: ReplayMinute) => number;
}

/** One page: the tables, then what happened over time under every set of parameters. */
export function replayReport(results: readonly ReplayResult[]): string {
  const [first] = results;
  const charts: Chart[] = [
    ...(first?.underlyings ?? []).map((underlying, u): Chart => ({
      title: `${underlying}, with the impact of liquidations`,
      unit: 'US dollars',
      of: ({ spotUsd }) => spotUsd[u] ?? NaN,
    })),
    { title: 'Lost by the venue', unit: 'US dollars', of: ({ venueLossUsd }) => venueLossUsd },
    { title: 'Insurance fund', unit: 'US dollars', of: ({ fundUsd }) => fundUsd },
    { title: 'Lost by deleveraged winners', unit: 'US dollars', of: ({ deleveragedUsd }) => deleveragedUsd },
    {
      title: 'Liquidated so far',
      unit: 'US dollars',
      of: ({ liquidatedNotionalUsd }) => liquidatedNotionalUsd,
    },
    { title: 'Accounts called or further down', unit: 'accounts', of: ({ called }) => called },
    { title: 'Accounts in liquidation', unit: 'accounts', of: ({ liquidated }) => liquidated },
  ];
  const [from, to] = [first?.minutes[0], first?.minutes.at(-1)];
  const period = [from, to].map((minute) =>
    new Date(minute?.timeMs ?? 0).toISOString().slice(0, 16).replace('T', ' '),
  );
  return htmlPage('What the venue would have lost', STYLE, [
    `<p>${escapeText(`${period.join(' to ')} UTC, ${String(first?.accounts.length ?? 0)} accounts, under ${results.map(({ parameters }) => parameters).join(' and ')}`)}</p>`,
    `<pre>${escapeText(renderReplays(results))}</pre>`,
    `<div class="charts">${charts.map((chart) => figure(chart, results)).join('\n')}</div>`,
  ]);
}

const HEIGHT = 260;
const POINTS_MAX = 720;
const COLOURS = [BLUE, AMBER];

function figure({ title, unit, of }: Chart, results: readonly ReplayResult[]): string {
  const drawn = drawChart(title, HEIGHT, {
    legend: { ...LEGEND, itemGap: 32, data: results.map(({ parameters }) => parameters) },
    grid: { left: 74, right: 16, top: 30, bottom: 34 },
    xAxis: {
      type: 'time',
      axisLabel: { color: '#5d6b7a', fontSize: 11, hideOverlap: true, formatter: hourOf },
      axisTick: { show: false },
    },
    yAxis: { ...valueAxis({ format: (value) => shortNumber(value) }), scale: true },
    series: results.map(({ parameters, minutes }, at) => ({
      name: parameters,
      type: 'line',
      showSymbol: false,
      step: 'end',
      // The second lies on the first where nothing differs.
      lineStyle: { width: at === 0 ? 2.4 : 1.4, type: at === 0 ? 'solid' : 'dashed', color: COLOURS[at] },
      itemStyle: { color: COLOURS[at] },
      data: thinned(minutes).map((minute) => [minute.timeMs, of(minute)]),
    })),
  });
  return `<figure><figcaption>${escapeText(title)} <span>${escapeText(unit)}</span></figcaption>${drawn}</figure>`;
}

/** UTC, whatever the machine's zone. */
function hourOf(timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}

function shortNumber(value: number): string {
  return Math.abs(value) >= 1e6
    ? `${(value / 1e6).toLocaleString('en-US')}M`
    : Math.abs(value) >= 1e4
      ? `${(value / 1e3).toLocaleString('en-US')}k`
      : value.toLocaleString('en-US');
}

/** Every so many, the last always. */
function thinned(minutes: readonly ReplayMinute[]): ReplayMinute[] {
  const every = Math.ceil(minutes.length / POINTS_MAX);
  return minutes.filter((_, at) => at % every === 0 || at === minutes.length - 1);
}

/** Every step of every set; `total_units` is what everybody has, 0 at every step. */
export function replayCsv(results: readonly ReplayResult[]): string {
  const names = results[0]?.underlyings ?? [];
  const header = [
    'parameters,time',
    ...names.map((name) => `spot_${name}_usd`),
    'called,liquidated,liquidated_notional_usd,fund_usd,venue_loss_usd,deleveraged_usd,total_units',
  ].join(',');
  const rows = results.flatMap(({ parameters, minutes }) =>
    minutes.map((minute) =>
      [
        parameters,
        new Date(minute.timeMs).toISOString(),
        ...minute.spotUsd,
        minute.called,
        minute.liquidated,
        minute.liquidatedNotionalUsd,
        minute.fundUsd,
        minute.venueLossUsd,
        minute.deleveragedUsd,
        minute.totalUnits,
      ].join(','),
    ),
  );
  return `${[header, ...rows].join('\n')}\n`;
}
