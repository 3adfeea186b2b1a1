import type { Kernels } from '../../kernel/kernels.js';
import { allocateAnswers, surfaceForward, surfaceRecords } from '../../market/volatility/surface.js';
import type { Surface } from '../../market/volatility/surface.js';
import type { SurfaceSlice } from '../../market/volatility/surface-slice.js';
import { formatDate, formatSignificant } from '../format.js';
import type { Box } from './svg.js';
import {
  drawAxes,
  label,
  line,
  linearScale,
  logScale,
  niceTicks,
  path,
  px,
  svg,
  withTooltip,
} from './svg.js';

const WIDTH = 700;
const HEIGHT = 280;
const BOX: Box = { left: 52, right: WIDTH - 16, top: 14, bottom: HEIGHT - 40 };
const DAYS_PER_YEAR = 365;
const CURVE_POINTS = 200;

/** Days that are marked where they lie within the chart. */
const DAY_TICKS: readonly (readonly [days: number, text: string])[] = [
  [0.25, '6 h'],
  [0.5, '12 h'],
  [1, '1 d'],
  [2, '2 d'],
  [4, '4 d'],
  [7, '1 w'],
  [14, '2 w'],
  [30, '1 m'],
  [60, '2 m'],
  [91, '3 m'],
  [182, '6 m'],
  [365, '1 y'],
  [730, '2 y'],
];

/** What the report says about a slice, which is more than the surface keeps. */
export type StateOf = (slice: SurfaceSlice) => string;

interface Curve {
  readonly days: readonly number[];
  readonly values: readonly number[];
}

/** Volatility at the forward over time, interpolated as the surface does, with the slices and their uncertainty. */
export function termChart(kernels: Kernels, surface: Surface, stateOf: StateOf, name: string): string {
  const { slices } = surfaceRecords(surface);
  const times = curveDays(slices);
  const atTheMoney = volatilities(kernels, surface, times);
  const sides = [-1, 1].map((deviations) => ({
    deviations,
    curve: volatilities(kernels, surface, times, oneDeviation(atTheMoney, deviations)),
  }));
  const points = slices.map((slice) => {
    const [volatility = NaN] = volatilities(kernels, surface, [
      slice.timeToExpiryYears * DAYS_PER_YEAR,
    ]).values;
    return { slice, days: slice.timeToExpiryYears * DAYS_PER_YEAR, volatility };
  });
  const shown = [
    ...atTheMoney.values,
    ...sides.flatMap(({ curve }) => curve.values),
    ...points.flatMap(({ volatility, slice }) => [
      volatility - slice.confidence,
      volatility + slice.confidence,
    ]),
  ];
  const low = Math.max(0, Math.min(...shown) * 0.95);
  const high = Math.min(Math.max(...shown), 2 * Math.max(...atTheMoney.values)) * 1.04;
  const first = times[0] ?? 1;
  const last = times.at(-1) ?? 1;
  const x = logScale(first, last, BOX.left, BOX.right);
  const y = linearScale(low, high, BOX.bottom, BOX.top);
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  const draw = ({ days, values }: Curve, kind: string): string =>
    path(
      days.map((day, i) => [x(day), y(clamp(values[i] ?? NaN))] as const),
      kind,
    );
  const ticks = DAY_TICKS.filter(([days]) => days >= first && days <= last);
  const textOf = new Map(ticks);
  return svg(
    WIDTH,
    HEIGHT,
    name,
    [
      drawAxes({
        box: BOX,
        x,
        y,
        xTicks: ticks.map(([days]) => days),
        yTicks: niceTicks(low, high, 6),
        xText: (days) => textOf.get(days) ?? '',
        yText: percent,
        xTitle: 'time to expiry (log scale)',
        yTitle: 'implied volatility, % a year',
      }),
      ...sides.map(({ curve, deviations }) => draw(curve, deviations < 0 ? 'side put' : 'side call')),
      draw(atTheMoney, 'fit'),
      ...points.map(({ slice, days, volatility }) => {
        const { confidence } = slice;
        const status = stateOf(slice);
        const tip = `${formatDate(slice.expiryMs)}: ${percent(volatility)} % ± ${percent(confidence)} points, ${slice.kind}, ${status}`;
        const top = y(clamp(volatility + confidence));
        const bottom = y(clamp(volatility - confidence));
        const shape = `${line(x(days), top, x(days), bottom, 'uncertainty')}<circle class="slice ${status}" cx="${px(x(days))}" cy="${px(y(volatility))}" r="3.5"/>`;
        return withTooltip(shape, tip);
      }),
    ].join(''),
  );
}

/** Forward over index as an annual rate. */
export function carryChart(surface: Surface, stateOf: StateOf, name: string): string {
  const { slices, spot } = surfaceRecords(surface);
  const points = slices.map((slice) => ({
    slice,
    days: slice.timeToExpiryYears * DAYS_PER_YEAR,
    carry: Math.log(slice.forward / spot) / slice.timeToExpiryYears,
    error: slice.forwardStandardError / slice.forward / slice.timeToExpiryYears,
  }));
  const days = points.map((point) => point.days);
  const carries = points.flatMap(({ carry }) => [carry, 0]);
  const margin = 0.1 * (Math.max(...carries) - Math.min(...carries) || 0.01);
  const [low, high] = [Math.min(...carries) - margin, Math.max(...carries) + margin];
  const [first, last] = [Math.min(...days) * 0.9, Math.max(...days) * 1.05];
  const x = logScale(first, last, BOX.left, BOX.right);
  const y = linearScale(low, high, BOX.bottom, BOX.top);
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  const ticks = DAY_TICKS.filter(([day]) => day >= first && day <= last);
  const textOf = new Map(ticks);
  return svg(
    WIDTH,
    HEIGHT,
    name,
    [
      drawAxes({
        box: BOX,
        x,
        y,
        xTicks: ticks.map(([day]) => day),
        yTicks: niceTicks(low, high, 6),
        xText: (day) => textOf.get(day) ?? '',
        yText: percent,
        xTitle: 'time to expiry (log scale)',
        yTitle: 'ln(forward / index), % a year',
      }),
      line(BOX.left, y(0), BOX.right, y(0), 'zero'),
      path(
        points.map((point) => [x(point.days), y(point.carry)] as const),
        'fit',
      ),
      ...points.map(({ slice, days: day, carry, error }) =>
        withTooltip(
          `${line(x(day), y(clamp(carry - error)), x(day), y(clamp(carry + error)), 'uncertainty')}<circle class="slice ${stateOf(slice)}" cx="${px(x(day))}" cy="${px(y(carry))}" r="3.5"/>`,
          `${formatDate(slice.expiryMs)}: forward ${formatSignificant(slice.forward, 7)} ± ${formatSignificant(slice.forwardStandardError, 2)}, ${percent(carry)} % a year`,
        ),
      ),
      slices.length === 1 ? label(x(first), BOX.top + 9, 'note', 'one expiry') : '',
    ].join(''),
  );
}

function curveDays(slices: readonly SurfaceSlice[]): number[] {
  const days = slices.map(({ timeToExpiryYears }) => timeToExpiryYears * DAYS_PER_YEAR);
  const first = Math.min(...days) * 0.9;
  const last = Math.max(...days) * 1.05;
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i) => first * (last / first) ** (i / CURVE_POINTS));
}

/** k of so many standard deviations at each time of a curve. */
function oneDeviation({ days, values }: Curve, deviations: number): readonly number[] {
  return days.map((day, i) => deviations * (values[i] ?? NaN) * Math.sqrt(day / DAYS_PER_YEAR));
}

function volatilities(
  kernels: Kernels,
  surface: Surface,
  days: readonly number[],
  logMoneyness: readonly number[] = [],
): Curve {
  const answers = allocateAnswers(days.length);
  const years = Float64Array.from(days, (day) => day / DAYS_PER_YEAR);
  kernels.surfaceQuery(
    surface.columns,
    {
      count: days.length,
      strike: years.map((time, i) => surfaceForward(surface, time) * Math.exp(logMoneyness[i] ?? 0)),
      timeToExpiryYears: years,
    },
    answers,
  );
  return { days, values: [...answers.volatility] };
}

function percent(fraction: number): string {
  return formatSignificant(fraction * 100, 4);
}
