/** The few pieces of SVG that the charts are made of. Text is escaped here, once. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Position on the page of a number. */
export type Scale = (value: number) => number;

export function linearScale(from: number, to: number, start: number, end: number): Scale {
  const span = to - from || 1;
  return (value) => start + ((value - from) / span) * (end - start);
}

export function logScale(from: number, to: number, start: number, end: number): Scale {
  const linear = linearScale(Math.log(from), Math.log(to), start, end);
  return (value) => linear(Math.log(value));
}

/** Round numbers within [from, to], about `count` of them. */
export function niceTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / count;
  if (!(rough > 0 && Number.isFinite(rough))) return [];
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * size).find((candidate) => candidate >= rough);
  if (step === undefined) return [];
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to * (1 + 1e-12); i += 1) ticks.push(i * step);
  return ticks;
}

/** Those ticks that leave `gap` pixels between neighbours. */
export function spaced(ticks: readonly number[], scale: Scale, gap: number): number[] {
  const kept: number[] = [];
  for (const tick of ticks) {
    const last = kept.at(-1);
    if (last === undefined || Math.abs(scale(tick) - scale(last)) >= gap) kept.push(tick);
  }
  return kept;
}

export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A tenth of a pixel is finer than any screen. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function line(x1: number, y1: number, x2: number, y2: number, kind: string): string {
  return `<line class="${kind}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

export function label(x: number, y: number, kind: string, text: string, anchor = 'middle'): string {
  return `<text class="${kind}" x="${px(x)}" y="${px(y)}" text-anchor="${anchor}">${escapeText(text)}</text>`;
}

export function path(points: readonly (readonly [number, number])[], kind: string): string {
  if (points.length === 0) return '';
  const steps = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${px(x)} ${px(y)}`).join('');
  return `<path class="${kind}" d="${steps}"/>`;
}

/** Shown by a browser when the pointer rests on the shape. */
export function withTooltip(shape: string, text: string): string {
  return `<g>${shape}<title>${escapeText(text)}</title></g>`;
}

export interface Axes {
  readonly box: Box;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  readonly xText: (value: number) => string;
  readonly yText: (value: number) => string;
  readonly xTitle: string;
  readonly yTitle: string;
}

/** Grid lines, numbers and titles with units. */
export function drawAxes({ box, x, y, xTicks, yTicks, xText, yText, xTitle, yTitle }: Axes): string {
  const middle = (box.top + box.bottom) / 2;
  return [
    ...yTicks.map((tick) => line(box.left, y(tick), box.right, y(tick), 'grid')),
    ...xTicks.map((tick) => line(x(tick), box.top, x(tick), box.bottom, 'grid')),
    ...yTicks.map((tick) => label(box.left - 6, y(tick) + 3.5, 'tick', yText(tick), 'end')),
    ...xTicks.map((tick) => label(x(tick), box.bottom + 14, 'tick', xText(tick))),
    line(box.left, box.bottom, box.right, box.bottom, 'axis'),
    line(box.left, box.top, box.left, box.bottom, 'axis'),
    label((box.left + box.right) / 2, box.bottom + 30, 'title', xTitle),
    `<text class="title" transform="translate(${px(box.left - 38)} ${px(middle)}) rotate(-90)" text-anchor="middle">${escapeText(yTitle)}</text>`,
  ].join('');
}

/** `name` is read out by screen readers. */
export function svg(width: number, height: number, name: string, content: string): string {
  return `<svg viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-label="${escapeText(name)}">${content}</svg>`;
}
