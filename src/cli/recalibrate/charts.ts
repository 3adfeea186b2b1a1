import { isoDay } from '../../backtest/price-history.js';
import type { ReplayDay } from '../../backtest/replay.js';
import type { RangeDay } from '../../recalibration/proposals/followed-range.js';
import type { ReplayMinute, ReplayResult } from '../../replay/replay-tally.js';
import { AMBER, BLUE, categoryAxis, drawChart, GREEN, LEGEND, valueAxis } from '../plot/echart.js';
import type { PolicyDays, RangePolicy } from './policies.js';

/** One file each: ranges over the days, margins of one book against its losses, and the crash. */
export interface Drawing {
  readonly file: string;
  readonly svg: string;
}

const WIDTH = 960;
const HEIGHT = 320;
/** By policy: fixed, followed, with tools. */
const COLOURS = [BLUE, AMBER, GREEN];
const LOSS = '#8a94a3';
const GRID = { left: 64, right: 24, top: 34, bottom: 34 };

const percent = (share: number): string => `${String(Math.round(1_000 * share) / 10)} %`;

export function drawRanges(policies: readonly RangePolicy[], days: readonly RangeDay[]): Drawing {
  const lines = policies.map(({ name, rangeOn }) => ({ name, values: days.map(rangeOn) }));
  return { file: 'ranges.svg', svg: drawDays('Range of the grid by policy', days, lines, []) };
}

/** Margins of one book as lines, its losses as bars. */
export function drawMargins(results: readonly PolicyDays[]): Drawing {
  const [first] = results;
  const own = results.filter(({ book }) => book === first?.book);
  const share = (days: readonly ReplayDay[], of: (day: ReplayDay) => number): number[] =>
    days.map((day) => of(day) / (first?.notionalUsd ?? NaN));
  const lines = own.map(({ policy, days }) => ({
    name: policy,
    values: share(days, ({ initialMargin }) => initialMargin),
  }));
  const days = first?.days ?? [];
  const losses = share(days, ({ pnl }) => Math.max(0, -pnl));
  const title = `Initial margin of ${first?.book ?? ''} by policy, and its losses`;
  return { file: 'margins.svg', svg: drawDays(title, days, lines, losses) };
}

function drawDays(
  title: string,
  days: readonly { readonly dateMs: number }[],
  lines: readonly { readonly name: string; readonly values: readonly number[] }[],
  losses: readonly number[],
): string {
  const names = [...lines.map(({ name }) => name), ...(losses.length > 0 ? ['loss of the day'] : [])];
  return drawChart(
    title,
    HEIGHT,
    {
      backgroundColor: '#fff',
      legend: { ...LEGEND, itemGap: 28, data: names },
      grid: GRID,
      xAxis: categoryAxis(days.map(({ dateMs }) => isoDay(dateMs))),
      yAxis: valueAxis({ format: percent }),
      series: [
        ...lines.map(({ name, values }, at) => ({
          ...{ name, type: 'line', step: 'end', showSymbol: false, data: values },
          ...{ lineStyle: { width: 1.8, color: COLOURS[at] }, itemStyle: { color: COLOURS[at] } },
        })),
        ...(losses.length > 0
          ? [{ name: 'loss of the day', type: 'bar', data: losses, itemStyle: { color: LOSS } }]
          : []),
      ],
    },
    WIDTH,
  );
}

/** Spot, accounts called and what has been liquidated, step by step through the crash. */
export function drawCrash(replays: readonly ReplayResult[]): Drawing[] {
  if (replays.length === 0) return [];
  return [
    {
      file: 'called.svg',
      svg: drawSteps('Accounts called or further down', replays, ({ called }) => called),
    },
    {
      file: 'liquidated.svg',
      svg: drawSteps('Liquidated so far, US dollars', replays, (step) => step.liquidatedNotionalUsd),
    },
  ];
}

const POINTS_MAX = 600;

function drawSteps(
  title: string,
  replays: readonly ReplayResult[],
  of: (step: ReplayMinute) => number,
): string {
  const every = Math.ceil((replays[0]?.minutes.length ?? 1) / POINTS_MAX);
  const steps = (replays[0]?.minutes ?? []).filter((_, at) => at % every === 0);
  return drawChart(
    title,
    HEIGHT,
    {
      backgroundColor: '#fff',
      legend: { ...LEGEND, itemGap: 28, data: replays.map(({ parameters }) => parameters) },
      grid: GRID,
      xAxis: categoryAxis(steps.map(({ timeMs }) => hourOf(timeMs))),
      yAxis: valueAxis({ format: (value) => value.toLocaleString('en-US') }),
      series: replays.map(({ parameters, minutes }, at) => ({
        ...{ name: parameters, type: 'line', step: 'end', showSymbol: false },
        ...{ lineStyle: { width: 1.8, color: COLOURS[at] }, itemStyle: { color: COLOURS[at] } },
        data: minutes.filter((_, step) => step % every === 0).map(of),
      })),
    },
    WIDTH,
  );
}

function hourOf(timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  return `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}
