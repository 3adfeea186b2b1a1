import type { Kernels } from '../../kernel/kernels.js';
import type { ExpiryReport } from '../../market/volatility/calibration/calibration-types.js';
import type { CalibratedUnderlying } from '../../market/volatility/calibrate-market.js';
import type { SurfaceSlice } from '../../market/volatility/surface-slice.js';
import { describeArbitrage, refusedOf } from '../calibration-table.js';
import { formatCount, formatDate, formatSignificant, formatTime } from '../format.js';
import { htmlPage } from './page.js';
import { smileChart } from './smile-chart.js';
import { escapeText } from './svg.js';
import { carryChart, termChart } from './term-chart.js';

const DAYS_PER_YEAR = 365;

/** The surfaces of a market with the quotes they were fitted to. */
export function surfacePage(kernels: Kernels, calibrated: readonly CalibratedUnderlying[]): string {
  const timeMs = calibrated[0]?.calibration.surface.asOfMs;
  const title = `Volatility surfaces${timeMs === undefined ? '' : `, ${formatTime(timeMs)}`}`;
  return htmlPage(title, STYLE, [LEGEND, ...calibrated.map((underlying) => section(kernels, underlying))]);
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
.legend{color:var(--soft);font-size:13px}.legend svg{height:14px;vertical-align:-2px;margin-left:10px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(520px,1fr));gap:16px}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:16px}
.badge{display:inline-block;border-radius:9px;padding:0 8px;font-size:12px;color:#fff!important;white-space:nowrap}
.badge.ACCEPTED{background:var(--good)}.badge.DEGRADED{background:var(--warn)}.badge.STALE,.badge.UNAVAILABLE{background:var(--bad)}
th:first-child,td:first-child,th:nth-last-child(-n+2),td:nth-last-child(-n+2){text-align:left}td:first-child{white-space:nowrap}
.grid line.grid,line.grid{stroke:var(--rule);stroke-width:1}line.axis{stroke:var(--soft);stroke-width:1}line.zero{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
text{font-family:inherit;fill:var(--soft)}text.tick{font-size:11px}text.title{font-size:12px;fill:var(--ink)}text.note{font-size:11px}
line.forward{stroke:var(--soft);stroke-width:1;stroke-dasharray:3 3}
.fit{fill:none;stroke:var(--fit);stroke-width:1.8}.beyond{fill:none;stroke:var(--fit);stroke-width:1.4;stroke-dasharray:4 4}
.side{fill:none;stroke-width:1}.side.put{stroke:#b45309}.side.call{stroke:#0f766e}
line.quote{stroke:var(--quote);stroke-width:1.2}circle.quote{fill:var(--quote)}line.missed{stroke:var(--bad)}circle.missed{fill:#fff;stroke:var(--bad);stroke-width:1.4}
line.uncertainty{stroke:var(--ink);stroke-width:1.4}circle.slice{stroke:#fff;stroke-width:1}
circle.ACCEPTED{fill:var(--good)}circle.DEGRADED{fill:#d97706}circle.STALE{fill:#b91c1c}
`;
