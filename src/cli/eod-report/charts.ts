/** The charts of the report: figures in, SVG text out. */
import { formatCount, formatDate } from '../format.js';
import {
  AMBER,
  BLUE,
  categoryAxis,
  drawChart,
  GREEN,
  INK,
  LEGEND,
  PALETTE,
  RED,
  valueAxis,
  WIDE_CHART_WIDTH,
} from '../plot/echart.js';
import { dollars, shortAmount } from './amounts.js';
import type { Bin, ExpiryContribution, Named } from './model-figures.js';
import { UTILISATION_MAX } from './model-figures.js';
import { SPOT_MOVES, VOL_MOVES } from './venue-grid.js';

const HEIGHT = 300;
/** A row of a bar chart of names. */
const ROW_HEIGHT = 26;

/** Accounts by size of margin as bars, the margin they hold as a line. */
export function marginChart(bins: readonly Bin[]): string {
  const first = bins[0]?.from ?? 0;
  const last = bins.at(-1)?.from ?? 0;
  const steps = Array.from({ length: Math.round((last - first) * 2) + 1 }, (_, i) => first + i / 2);
  const at = (from: number): Bin | undefined => bins.find((bin) => bin.from === from);
  return drawChart('Accounts by initial margin, and margin they hold', HEIGHT, {
    grid: { left: 62, right: 62, top: 34, bottom: 46 },
    legend: { ...LEGEND, data: ['accounts', 'initial margin'] },
    xAxis: {
      ...categoryAxis(steps.map((from) => `$${shortAmount(10 ** from)}`)),
      ...title('initial margin from, US dollars', 28),
    },
    yAxis: [
      { ...valueAxis({ format: shortAmount }), ...title('accounts', 44) },
      { ...valueAxis({ format: dollars }), splitLine: { show: false } },
    ],
    series: [
      {
        name: 'accounts',
        type: 'bar',
        barCategoryGap: '15%',
        data: steps.map((from) => at(from)?.accounts ?? 0),
        itemStyle: { color: BLUE },
      },
      {
        ...{ name: 'initial margin', type: 'line', yAxisIndex: 1, smooth: false, symbolSize: 5 },
        data: steps.map((from) => at(from)?.initialUsd ?? 0),
        ...{ itemStyle: { color: AMBER }, lineStyle: { color: AMBER } },
      },
    ],
  });
}

/** Accounts by the share of their equity that maintenance margin takes. */
export function utilisationChart(bins: readonly Bin[]): string {
  const steps = Array.from({ length: Math.round(UTILISATION_MAX * 10) + 1 }, (_, i) => i / 10);
  const colour = (from: number): string => (from >= 1 ? RED : from >= 0.8 ? AMBER : GREEN);
  const names = steps.map((from) => `${String(Math.round(from * 100))}${from >= UTILISATION_MAX ? '+' : ''}`);
  return drawChart('Accounts by maintenance margin over equity', HEIGHT, {
    grid: { left: 62, right: 16, top: 20, bottom: 46 },
    xAxis: { ...categoryAxis(names), ...title('maintenance margin / equity from, %', 28) },
    yAxis: { ...valueAxis({ format: shortAmount }), ...title('accounts', 44) },
    series: [
      {
        ...{ type: 'bar', barCategoryGap: '15%' },
        data: steps.map((from) => ({
          value: bins.find((bin) => Math.abs(bin.from - from) < 1e-9)?.accounts ?? 0,
          itemStyle: { color: colour(from) },
        })),
      },
    ],
  });
}

/** Named amounts as horizontal bars, the largest on top. */
export function namedBars(name: string, rows: readonly Named[], axis: string): string {
  const upward = [...rows].reverse();
  return drawChart(name, 60 + ROW_HEIGHT * Math.max(3, rows.length), {
    grid: { left: 190, right: 60, top: 8, bottom: 40 },
    xAxis: {
      ...valueAxis({ format: dollars }),
      ...title(axis, 26),
      splitNumber: 4,
    },
    yAxis: {
      ...categoryAxis(upward.map((row) => row.name)),
      axisLabel: { color: INK, fontSize: 12, width: 180, overflow: 'truncate' },
    },
    series: [
      {
        ...{ type: 'bar', barCategoryGap: '30%', itemStyle: { color: BLUE } },
        data: upward.map(({ valueUsd }) => valueUsd),
        label: {
          show: true,
          position: 'right',
          color: INK,
          fontSize: 11,
          formatter: ({ value }: { value: number }) => dollars(value),
        },
      },
    ],
  });
}

/** Contributions to initial margin stacked by underlying, one bar per expiry; what never expires first. */
export function contributionChart(rows: readonly ExpiryContribution[]): string {
  const expiries = [...new Set(rows.map(({ expiryMs }) => expiryMs))].sort((a, b) => (a ?? 0) - (b ?? 0));
  const underlyings = [...new Set(rows.map(({ underlying }) => underlying))];
  const value = (underlying: string, expiryMs: number | null): number =>
    rows.find((row) => row.underlying === underlying && row.expiryMs === expiryMs)?.valueUsd ?? 0;
  return drawChart('Contribution to initial margin by expiry and underlying', HEIGHT + 20, {
    grid: { left: 66, right: 16, top: 34, bottom: 74 },
    legend: { ...LEGEND, data: underlyings },
    xAxis: {
      ...categoryAxis(expiries.map((expiryMs) => (expiryMs === null ? 'no expiry' : formatDate(expiryMs)))),
      axisLabel: { rotate: 40, fontSize: 11, color: INK },
    },
    yAxis: valueAxis({ format: dollars }),
    series: underlyings.map((underlying, i) => ({
      ...{ name: underlying, type: 'bar', stack: 'all', barCategoryGap: '25%' },
      itemStyle: { color: PALETTE[i % PALETTE.length] },
      data: expiries.map((expiryMs) => value(underlying, expiryMs)),
    })),
  });
}

/** Light enough at both ends for dark numbers. */
const HEAT = ['#e4745f', '#f6c9bf', '#ffffff', '#c3daf0', '#6ea6da'];

/** Moves of spot to the right, of volatility upward; every cell says its P&L. */
export function gridHeatMap(totals: readonly (readonly number[])[]): string {
  const cells = totals.flatMap((row, v) => row.map((value, s) => [s, v, Math.round(value)]));
  const largest = Math.max(1, ...cells.map(([, , value = 0]) => Math.abs(value)));
  const axis = (moves: readonly number[]): Record<string, unknown> => ({
    ...categoryAxis(moves.map((move) => `${move > 0 ? '+' : ''}${String(Math.round(move * 100))}%`)),
    axisLabel: { interval: 0, color: INK, fontSize: 12 },
  });
  const option = {
    grid: { left: 76, right: 12, top: 8, bottom: 48 },
    xAxis: { ...axis(SPOT_MOVES), ...title('move of every spot price', 28) },
    yAxis: { ...axis(VOL_MOVES), ...title('move of every volatility', 52) },
    visualMap: {
      ...{ show: false, type: 'continuous', min: -largest, max: largest, dimension: 2 },
      inRange: { color: HEAT },
    },
    series: [
      {
        ...{ type: 'heatmap', data: cells, itemStyle: { borderColor: '#fff', borderWidth: 1 } },
        label: {
          ...{ show: true, fontSize: 12, color: INK },
          formatter: ({ value }: { value: number[] }) => shortAmount(value[2] ?? NaN),
        },
      },
    ],
  };
  return drawChart('P&L of all positions by move of spot and volatility', 360, option, WIDE_CHART_WIDTH);
}

export interface SmileLine {
  readonly expiryMs: number;
  /** [ln(strike / forward), volatility in percent], ascending. */
  readonly points: readonly (readonly [number, number])[];
}

/** Names of expiries that one row of the legend has room for, and the height of a row. */
const EXPIRIES_PER_LEGEND_ROW = 6;
const LEGEND_ROW_HEIGHT = 25;

export function smileChart(underlying: string, lines: readonly SmileLine[]): string {
  const legendHeight = LEGEND_ROW_HEIGHT * Math.ceil(lines.length / EXPIRIES_PER_LEGEND_ROW);
  const name = `Volatility smiles of ${underlying}, ${formatCount(lines.length)} expiries`;
  return drawChart(name, HEIGHT + legendHeight, {
    grid: { left: 56, right: 16, top: legendHeight + 12, bottom: 46 },
    legend: { ...LEGEND, itemGap: 16, data: lines.map(({ expiryMs }) => formatDate(expiryMs)) },
    xAxis: {
      ...valueAxis({ format: (k) => k.toFixed(1) }),
      min: -SMILE_RANGE,
      max: SMILE_RANGE,
      ...title('ln(strike / forward)', 26),
    },
    yAxis: {
      ...valueAxis({ format: (value) => `${String(value)}%` }),
      scale: true,
      ...title('volatility, % a year', 40),
    },
    series: lines.map(({ expiryMs, points }, i) => ({
      ...{ name: formatDate(expiryMs), type: 'line', showSymbol: false },
      lineStyle: { width: 1.5, color: ageColour(i, lines.length) },
      itemStyle: { color: ageColour(i, lines.length) },
      data: points,
    })),
  });
}

/** Farther strikes have no quotes that matter. */
export const SMILE_RANGE = 0.6;

/** From amber (near) to blue (far). */
function ageColour(at: number, count: number): string {
  const hue = 35 + (190 * at) / Math.max(1, count - 1);
  return `hsl(${String(Math.round(hue))}, 75%, 42%)`;
}

function title(name: string, gap: number): Record<string, unknown> {
  return { name, nameLocation: 'middle', nameGap: gap, nameTextStyle: { color: INK, fontSize: 12 } };
}
