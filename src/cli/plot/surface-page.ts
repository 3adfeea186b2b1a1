import type { Kernels } from '../../kernel/kernels.js';
import type { ExpiryReport } from '../../market/volatility/calibration/calibration-types.js';
import type { CalibratedUnderlying } from '../../market/volatility/calibrate-market.js';
import type { SurfaceSlice } from '../../market/volatility/surface-slice.js';
import { describeArbitrage, refusedOf } from '../calibration-table.js';
import { formatCount, formatDate, formatSignificant, formatTime } from '../format.js';
import { smileChart } from './smile-chart.js';
import { escapeText } from './svg.js';
import { carryChart, termChart } from './term-chart.js';

const DAYS_PER_YEAR = 365;

/** One page with everything in it: no script, nothing that is loaded from elsewhere. */
export function surfacePage(kernels: Kernels, calibrated: readonly CalibratedUnderlying[]): string {
  const timeMs = calibrated[0]?.calibration.surface.asOfMs;
  const title = `Volatility surfaces${timeMs === undefined ? '' : `, ${formatTime(timeMs)}`}`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeText(title)}</h1>`,
    LEGEND,
    ...calibrated.map((underlying) => section(kernels, underlying)),
    '</body></html>\n',
  ].join('\n');
}

function section(kernels: Kernels, calibrated: CalibratedUnderlying): string {
  const { underlying, calibration, surface, arbitrage } = calibrated;
  const name = escapeText(underlying);
  const head = `<h2>${name} <small>index ${formatSignificant(calibration.surface.spot, 7)} US dollars</small></h2>`;
  if (surface === undefined || arbitrage === undefined)
    return `<section>${head}<p class="bad">No expiry could be fitted.</p>${expiryTable(calibration.expiries)}</section>`;
  const states = new Map(calibration.expiries.map(({ expiryMs, status }) => [expiryMs, status]));
  const stateOf = ({ expiryMs, status }: SurfaceSlice): string => states.get(expiryMs) ?? status;
  return [
    `<section>${head}`,
    `<p class="${arbitrage.isFree ? 'good' : 'bad'}">${escapeText(describeArbitrage(arbitrage))}.</p>`,
    '<div class="pair">',
    `<figure><figcaption><b>Term structure</b> at the forward (line, slices with their uncertainty) and one standard deviation below and above (thin)</figcaption>${termChart(kernels, surface, stateOf, `${underlying} term structure of volatility`)}</figure>`,
    `<figure><figcaption><b>Carry</b> of the forwards over the index, with their standard error</figcaption>${carryChart(surface, stateOf, `${underlying} carry of forwards`)}</figure>`,
    '</div>',
    expiryTable(calibration.expiries),
    '<h3>Smiles</h3><div class="grid">',
    ...smiles(calibrated),
    '</div></section>',
  ].join('\n');
}

function smiles({ underlying, calibration, quotes }: CalibratedUnderlying): string[] {
  return calibration.surface.slices.map((slice) => {
    const report = calibration.expiries.find(({ expiryMs }) => expiryMs === slice.expiryMs);
    const own = quotes.find(({ expiry }) => expiry.expiryMs === slice.expiryMs);
    if (report === undefined || own === undefined) return '';
    const date = formatDate(slice.expiryMs);
    const facts = [
      `${formatSignificant(slice.timeToExpiryYears * DAYS_PER_YEAR, 3)} days`,
      `${formatCount(report.quotesUsed)} quotes`,
      `rmse ${points(report.fit?.weightedRmseVolatility)} pt`,
      `${share(report.fit?.insideShare)} inside`,
      `± ${points(slice.confidence)} pt`,
    ].join(' · ');
    return `<figure><figcaption><b>${date}</b> ${badge(report)} <span>${facts}</span></figcaption>${smileChart(slice, own, `${underlying} smile of ${date}`)}</figure>`;
  });
}

function badge({ status, kind }: ExpiryReport): string {
  return `<span class="badge ${status}">${status.toLowerCase()}${kind === undefined ? '' : ` ${kind.replaceAll('_', ' ')}`}</span>`;
}

function expiryTable(expiries: readonly ExpiryReport[]): string {
  const heads = [
    'expiry',
    'days',
    'quotes used',
    'refused',
    'rmse, pt',
    'best SVI, pt',
    'inside bid-ask',
    'best SVI',
    'smallest g',
    'smallest rise of w',
    'uncertainty, pt',
    'state',
    'reasons',
  ];
  const rows = expiries.map((report) => {
    const refused = Object.entries(report.quotesRefused)
      .map(([reason, count]) => `${String(count)} ${reason.toLowerCase().replaceAll('_', ' ')}`)
      .join(', ');
    const cells = [
      formatDate(report.expiryMs),
      formatSignificant(report.timeToExpiryYears * DAYS_PER_YEAR, 3),
      formatCount(report.quotesUsed),
      `<span title="${escapeText(refused)}">${formatCount(refusedOf(report))}</span>`,
      points(report.fit?.weightedRmseVolatility),
      points(report.unconstrained?.weightedRmseVolatility),
      share(report.fit?.insideShare),
      share(report.unconstrained?.insideShare),
      report.worstButterfly === undefined ? '–' : report.worstButterfly.toFixed(3),
      report.worstCalendar === undefined || !Number.isFinite(report.worstCalendar)
        ? '–'
        : report.worstCalendar.toExponential(1),
      points(report.confidence),
      badge(report),
      [...report.refusals, ...(report.isNearExpiry ? ['NEAR_EXPIRY'] : [])]
        .map((reason) => reason.toLowerCase().replaceAll('_', ' '))
        .join(', '),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${heads.map((head) => `<th>${head}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function points(volatility: number | undefined): string {
  return volatility === undefined ? '–' : (volatility * 100).toFixed(2);
}

function share(fraction: number | undefined): string {
  return fraction === undefined ? '–' : `${(fraction * 100).toFixed(1)} %`;
}

const LEGEND = `<p class="legend"><svg viewBox="0 0 16 16"><line class="quote" x1="8" y1="1" x2="8" y2="15"/><circle class="quote" cx="8" cy="8" r="2"/></svg> bid to ask, dot at mid
<svg viewBox="0 0 16 16"><line class="quote missed" x1="8" y1="1" x2="8" y2="15"/><circle class="quote missed" cx="8" cy="8" r="2.6"/></svg> fit outside bid and ask
<svg viewBox="0 0 24 16"><line class="fit" x1="1" y1="8" x2="23" y2="8"/></svg> fit
<svg viewBox="0 0 24 16"><line class="beyond" x1="1" y1="8" x2="23" y2="8"/></svg> beyond the quotes
<svg viewBox="0 0 16 16"><circle class="slice ACCEPTED" cx="8" cy="8" r="4"/></svg> accepted
<svg viewBox="0 0 16 16"><circle class="slice DEGRADED" cx="8" cy="8" r="4"/></svg> degraded
<svg viewBox="0 0 16 16"><circle class="slice STALE" cx="8" cy="8" r="4"/></svg> stale<br>
Volatilities of out-of-the-money quotes by the clock of the calibration (ACT/365 less the averaging of the settlement). Rest the pointer on a mark for its numbers. “pt” is a point of volatility (1 % a year); “best SVI” is the unconstrained fit to the same quotes.</p>`;

const STYLE = `
:root{--ink:#1c2733;--soft:#5d6b7a;--rule:#e3e8ed;--fit:#0b5cad;--quote:#6f7f8f;--bad:#c2410c;--good:#15803d;--warn:#b45309}
body{font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:#fff;margin:24px auto;max-width:1440px;padding:0 20px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 4px;border-bottom:2px solid var(--ink);padding-bottom:4px}h3{font-size:15px;margin:24px 0 8px}
small{font-weight:400;color:var(--soft);font-size:14px}.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
.legend{color:var(--soft);font-size:13px}.legend svg{height:14px;vertical-align:-2px;margin-left:10px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(520px,1fr));gap:16px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:16px}
figure{margin:0;border:1px solid var(--rule);border-radius:6px;padding:10px 12px;break-inside:avoid}
figcaption{font-size:13px;margin-bottom:2px}figcaption span{color:var(--soft)}figure svg{width:100%;height:auto;display:block}
.badge{display:inline-block;border-radius:9px;padding:0 8px;font-size:12px;color:#fff!important;white-space:nowrap}
.badge.ACCEPTED{background:var(--good)}.badge.DEGRADED{background:var(--warn)}.badge.STALE,.badge.UNAVAILABLE{background:var(--bad)}
.wide{overflow-x:auto;margin-top:16px}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;width:100%}
th{font-weight:600;color:var(--soft);vertical-align:bottom}th,td{text-align:right;padding:3px 8px;border-bottom:1px solid var(--rule)}
th:first-child,td:first-child,th:nth-last-child(-n+2),td:nth-last-child(-n+2){text-align:left}td:first-child{white-space:nowrap}
.grid line.grid,line.grid{stroke:var(--rule);stroke-width:1}line.axis{stroke:var(--soft);stroke-width:1}line.zero{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
text{font-family:inherit;fill:var(--soft)}text.tick{font-size:11px}text.title{font-size:12px;fill:var(--ink)}text.note{font-size:11px}
line.forward{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
.fit{fill:none;stroke:var(--fit);stroke-width:1.8}.beyond{fill:none;stroke:var(--fit);stroke-width:1.4;stroke-dasharray:4 4}
.side{fill:none;stroke-width:1}.side.put{stroke:#b45309}.side.call{stroke:#0f766e}
line.quote{stroke:var(--quote);stroke-width:1.2}circle.quote{fill:var(--quote)}line.missed{stroke:var(--bad)}circle.missed{fill:#fff;stroke:var(--bad);stroke-width:1.4}
line.uncertainty{stroke:var(--ink);stroke-width:1.4}circle.slice{stroke:#fff;stroke-width:1}
circle.ACCEPTED{fill:var(--good)}circle.DEGRADED{fill:#d97706}circle.STALE{fill:#b91c1c}
@media print{body{margin:0;max-width:none}figure{border-color:#ccc}}
`;
