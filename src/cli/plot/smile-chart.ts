import type { ImpliedQuotes } from '../../market/volatility/calibration/implied-quotes.js';
import type { SurfaceSlice } from '../../market/volatility/surface-slice.js';
import { totalVariance } from '../../market/volatility/svi.js';
import { formatSignificant } from '../format.js';
import type { Box, Scale } from './svg.js';
import {
  drawAxes,
  label,
  line,
  linearScale,
  logScale,
  niceTicks,
  path,
  px,
  spaced,
  svg,
  withTooltip,
} from './svg.js';

const WIDTH = 460;
const HEIGHT = 280;
const BOX: Box = { left: 52, right: WIDTH - 10, top: 14, bottom: HEIGHT - 40 };
const CURVE_POINTS = 160;
/** Share of the quoted range that is shown beyond it on either side. */
const MARGIN = 0.12;
/** k shown on either side of the forward when nothing was quoted. */
const UNQUOTED_HALF_RANGE = 0.2;

interface Quote {
  readonly k: number;
  readonly bid: number;
  readonly mid: number;
  readonly ask: number;
}

/** Bid to ask of every quote in use as a bar, the fitted smile as a line; volatilities by the calibration's clock. */
export function smileChart(slice: SurfaceSlice, quotes: ImpliedQuotes, name: string): string {
  const marks = quotesOf(quotes);
  const { forward } = slice;
  const [low, high] = shownRange(slice);
  const strikeAt = (k: number): number => forward * Math.exp(k);
  const volatilityAt = (k: number): number =>
    Math.sqrt(totalVariance(slice.parameters, k) / quotes.pricingYears);
  const curve = Array.from({ length: CURVE_POINTS + 1 }, (_, i) => low + ((high - low) * i) / CURVE_POINTS);
  const heights = [
    ...curve.map(volatilityAt),
    ...marks.flatMap(({ bid, ask }) => [bid, ask].filter(Number.isFinite)),
  ];
  const [floor, top] = padded(Math.min(...heights), Math.max(...heights));
  const x = logScale(strikeAt(low), strikeAt(high), BOX.left, BOX.right);
  const y = linearScale(floor, top, BOX.bottom, BOX.top);
  const draw = (points: readonly number[], kind: string): string =>
    path(
      points.map((k) => [x(strikeAt(k)), y(volatilityAt(k))] as const),
      kind,
    );
  const { quotedLogMoneynessMin: from, quotedLogMoneynessMax: to } = slice;
  const content = [
    drawAxes({
      box: BOX,
      x,
      y,
      xTicks: spaced(niceTicks(strikeAt(low), strikeAt(high), 9), x, 52),
      yTicks: niceTicks(floor, top, 5),
      xText: (strike) => formatSignificant(strike, 5),
      yText: percent,
      xTitle: 'strike, US dollars (log scale)',
      yTitle: 'implied volatility, % a year',
    }),
    line(x(forward), BOX.top, x(forward), BOX.bottom, 'forward'),
    label(x(forward) + 4, BOX.top + 9, 'note', `forward ${formatSignificant(forward, 6)}`, 'start'),
    ...marks.map((quote) => bar(quote, x(strikeAt(quote.k)), y, volatilityAt(quote.k), strikeAt(quote.k))),
    draw(
      curve.filter((k) => k <= from),
      'beyond',
    ),
    draw(
      curve.filter((k) => k >= from && k <= to),
      'fit',
    ),
    draw(
      curve.filter((k) => k >= to),
      'beyond',
    ),
  ].join('');
  return svg(WIDTH, HEIGHT, name, content);
}

function quotesOf({
  count,
  logMoneyness,
  bidVolatility,
  midVolatility,
  askVolatility,
}: ImpliedQuotes): Quote[] {
  return Array.from({ length: count }, (_, i) => ({
    k: logMoneyness[i] ?? NaN,
    bid: bidVolatility[i] ?? NaN,
    mid: midVolatility[i] ?? NaN,
    ask: askVolatility[i] ?? NaN,
  }));
}

function shownRange({
  quotedLogMoneynessMin: from,
  quotedLogMoneynessMax: to,
}: SurfaceSlice): [number, number] {
  if (!(to > from)) return [-UNQUOTED_HALF_RANGE, UNQUOTED_HALF_RANGE];
  const margin = MARGIN * (to - from);
  return [from - margin, to + margin];
}

function padded(low: number, high: number): [number, number] {
  const margin = 0.06 * (high - low || high || 1);
  return [Math.max(0, low - margin), high + margin];
}

/** A quote whose bar the smile misses is drawn in another colour and with a ring. */
function bar({ bid, mid, ask }: Quote, at: number, y: Scale, fitted: number, strike: number): string {
  const isInside = fitted >= bid && fitted <= ask;
  const kind = isInside ? 'quote' : 'quote missed';
  const tip = `strike ${formatSignificant(strike, 7)}: bid ${percent(bid)}, mid ${percent(mid)}, ask ${percent(ask)}, fit ${percent(fitted)}${isInside ? '' : ', outside'}`;
  const shape = [
    line(at, y(bid), at, y(ask), kind),
    line(at - 2.5, y(bid), at + 2.5, y(bid), kind),
    line(at - 2.5, y(ask), at + 2.5, y(ask), kind),
    `<circle class="${kind}" cx="${px(at)}" cy="${px(y(mid))}" r="${isInside ? '1.6' : '2.4'}"/>`,
  ].join('');
  return withTooltip(shape, tip);
}

function percent(fraction: number): string {
  return formatSignificant(fraction * 100, 4);
}
