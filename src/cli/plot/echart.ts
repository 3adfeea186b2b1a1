/** Charts of ECharts drawn to SVG text without a browser, in one style. */
import { createHash } from 'node:crypto';
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeText } from './svg.js';

use([BarChart, HeatmapChart, LineChart, GridComponent, LegendComponent, VisualMapComponent, SVGRenderer]);

export const INK = '#1c2733';
const SOFT = '#5d6b7a';
const RULE = '#e3e8ed';
export const BLUE = '#0b5cad';
export const AMBER = '#d97706';
export const RED = '#b91c1c';
export const GREEN = '#15803d';
/** Series that mean nothing by their colour. */
export const PALETTE = [BLUE, '#0f766e', '#7c3aed', AMBER, '#be185d', '#4d7c0f', '#0891b2', '#a16207', SOFT];

/** Without quotes: ECharts writes it into an attribute as it is. */
const FONT = 'system-ui, -apple-system, Roboto, sans-serif';
const CHART_WIDTH = 640;
/** Of a chart that has the page for itself. */
export const WIDE_CHART_WIDTH = 1_240;

/**
 * The chart as an `<svg>` element that scales with its place.
 *
 * @param name read out by screen readers
 */
export function drawChart(
  name: string,
  height: number,
  option: EChartsCoreOption,
  width = CHART_WIDTH,
): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({
      animation: false,
      color: PALETTE,
      textStyle: { fontFamily: FONT },
      ...option,
    });
    return standAlone(chart.renderToSVGString(), name);
  } finally {
    // Without it a process that draws many charts keeps them all.
    chart.dispose();
  }
}

/**
 * Without the hover rules that only a live chart needs, and with ids that follow from the content: ECharts numbers its charts, so
 * that the same chart drawn twice would differ.
 */
function standAlone(drawn: string, name: string): string {
  const plain = drawn.replace(/<style[^>]*>[\s\S]*?<\/style>/g, '').replaceAll(/ class="zr\d+-[^"]*"/g, '');
  const unnumbered = plain.replaceAll(/\bzr\d+-/g, 'zr-');
  const id = createHash('sha256').update(unnumbered).digest('hex').slice(0, ID_DIGITS);
  return unnumbered
    .replaceAll(/\bzr-/g, `zr${id}-`)
    .replace('<svg ', `<svg role="img" aria-label="${escapeText(name)}" `);
}

const ID_DIGITS = 12;

export interface AxisOptions {
  readonly name?: string;
  readonly format?: (value: number) => string;
}

/** An axis of numbers: grid lines, no line of its own. */
export function valueAxis({ name, format }: AxisOptions): Record<string, unknown> {
  return {
    type: 'value',
    ...named(name),
    axisLabel: { color: SOFT, fontSize: 11, ...(format === undefined ? {} : { formatter: format }) },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: RULE } },
  };
}

/** An axis of names. */
export function categoryAxis(names: readonly string[], name?: string): Record<string, unknown> {
  return {
    type: 'category',
    data: names,
    ...named(name),
    axisLabel: { color: SOFT, fontSize: 11, hideOverlap: true },
    axisLine: { lineStyle: { color: SOFT } },
    axisTick: { show: false },
  };
}

function named(name: string | undefined): Record<string, unknown> {
  if (name === undefined) return {};
  return { name, nameLocation: 'middle', nameTextStyle: { color: INK, fontSize: 12 } };
}

export const LEGEND = {
  top: 0,
  icon: 'roundRect',
  itemWidth: 14,
  itemHeight: 9,
  textStyle: { color: INK, fontSize: 12 },
};
