import { isoDay, type PriceHistory } from '../../backtest/price-history.js';
import type { ReplayDay } from '../../backtest/replay.js';
import type { BacktestResult } from '../commands/backtest.js';
import { drawAxes, escapeText, label, linearScale, niceTicks, path, px, svg } from '../plot/svg.js';
import { renderBacktests } from './table.js';

/** Every day of every replay; the summary can be recomputed from it. Dollars. */
export function backtestDaysCsv(results: readonly BacktestResult[]): string {
  const header =
    'book,model,date,initial_margin_usd,maintenance_margin_usd,value_at_risk_usd,expected_shortfall_usd,pnl_usd';
  const rows = results.flatMap(({ book, model, days }) =>
    days.map((day) =>
      [
        `"${book.replaceAll('"', '""')}"`,
        model,
        isoDay(day.dateMs),
        day.initialMargin,
        day.maintenanceMargin,
        day.valueAtRisk ?? '',
        day.expectedShortfall ?? '',
        day.pnl,
      ].join(','),
    ),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

const STYLE = `
body { font: 14px/1.5 system-ui, sans-serif; color: #1b2330; margin: 2rem auto; max-width: 1100px; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
pre { font-size: 12px; overflow-x: auto; background: #f6f7f9; padding: 1rem; }
svg { width: 100%; height: auto; }
.grid { stroke: #e5e8ec; } .axis { stroke: #8a94a3; } .tick, .title, .legend { font-size: 11px; fill: #4a5565; }
.pnl { fill: #8a94a3; } .breach { fill: #c62828; }
.im, .mm, .var { fill: none; stroke-width: 1.4; } .im { stroke: #1565c0; } .mm { stroke: #ef6c00; } .var { stroke: #2e7d32; stroke-dasharray: 4 3; }
.key-im { fill: #1565c0; } .key-mm { fill: #ef6c00; } .key-var { fill: #2e7d32; }
`;

/** One self-contained page: the tables, then P&L against margin day by day for every replay. */
export function backtestReport(history: PriceHistory, results: readonly BacktestResult[]): string {
  const charts = results.map(
    (result) => `<h2>${escapeText(`${result.book}, ${result.model}`)}</h2>${chart(result)}`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>margincube backtest</title><style>${STYLE}</style></head>
<body><h1>Margins of the past against what happened next</h1>
<pre>${escapeText(renderBacktests(history, results))}</pre>
${charts.join('\n')}
</body></html>
`;
}

const WIDTH = 1_060;
const HEIGHT = 300;
const BOX = { left: 58, right: WIDTH - 12, top: 26, bottom: HEIGHT - 40 };

/** Dots: result of each day; lines: margins and value at risk as losses. Red: a loss above the initial margin. */
function chart({ days, notionalUsd, book, model }: BacktestResult): string {
  const share = (dollars: number): number => dollars / notionalUsd;
  const lowest = days.reduce((least, day) => Math.min(least, share(day.pnl), -share(day.initialMargin)), 0);
  const highest = days.reduce((most, day) => Math.max(most, share(day.pnl)), 0);
  const [firstMs, lastMs] = [days[0]?.dateMs ?? 0, days.at(-1)?.dateMs ?? 1];
  const x = linearScale(firstMs, lastMs, BOX.left, BOX.right);
  const y = linearScale(lowest * 1.05, highest * 1.05, BOX.bottom, BOX.top);
  const curve = (valueOf: (day: ReplayDay) => number | undefined, kind: string): string =>
    path(
      days.flatMap((day) => {
        const value = valueOf(day);
        return value === undefined ? [] : [[x(day.dateMs), y(-share(value))] as const];
      }),
      kind,
    );
  const dots = days.map((day) => {
    const kind = -day.pnl > day.initialMargin ? 'breach' : 'pnl';
    return `<circle class="${kind}" cx="${px(x(day.dateMs))}" cy="${px(y(share(day.pnl)))}" r="${kind === 'breach' ? '3' : '1.1'}"/>`;
  });
  const ticks = dateTicks(firstMs, lastMs);
  const content = [
    drawAxes({
      box: BOX,
      x,
      y,
      xTicks: ticks.map(({ ms }) => ms),
      yTicks: niceTicks(lowest * 1.05, highest * 1.05, 6),
      xText: (at) => ticks.find(({ ms }) => ms === at)?.text ?? '',
      yText: (value) => `${Math.round(100 * value).toString()} %`,
      xTitle: 'day of the margin (UTC)',
      yTitle: 'share of notional',
    }),
    ...dots,
    curve(({ initialMargin }) => initialMargin, 'im'),
    curve(({ maintenanceMargin }) => maintenanceMargin, 'mm'),
    curve(({ valueAtRisk }) => valueAtRisk, 'var'),
    ...LEGEND.map(([kind, text], at) => label(BOX.left + 4 + at * 190, 14, `legend ${kind}`, text, 'start')),
  ].join('');
  return svg(WIDTH, HEIGHT, `P&L against margin: ${book}, ${model}`, content);
}

const LEGEND = [
  ['key-im', '— minus initial margin'],
  ['key-mm', '— minus maintenance margin'],
  ['key-var', '- - minus value at risk 99 %'],
  ['', '· result of the day'],
  ['breach', '● loss above initial margin'],
] as const;

/** Days of a short record, above which months would crowd the axis. */
const MONTHS_UP_TO_DAYS = 400;

const DAY_MS = 86_400_000;

/** Starts of years, of months where the record is short. */
function dateTicks(firstMs: number, lastMs: number): { readonly ms: number; readonly text: string }[] {
  const isShort = lastMs - firstMs <= MONTHS_UP_TO_DAYS * DAY_MS;
  const ticks: { ms: number; text: string }[] = [];
  const first = new Date(firstMs);
  for (let step = 1; ; step += 1) {
    const year = first.getUTCFullYear();
    const ms = isShort ? Date.UTC(year, first.getUTCMonth() + step, 1) : Date.UTC(year + step, 0, 1);
    if (ms > lastMs) return ticks;
    ticks.push({ ms, text: isoDay(ms).slice(0, isShort ? 7 : 4) });
  }
}
