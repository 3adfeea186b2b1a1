/** Pieces of HTML of the report. Text of files is escaped here, once. */
import { escapeText } from '../plot/svg.js';

export interface HtmlColumn<Row> {
  readonly title: string;
  /** `text` is to the left and may break into lines. */
  readonly align: 'left' | 'right' | 'text';
  /** Plain text. */
  readonly cell: (row: Row) => string;
  /** Class of the cell, e.g. `bad`. */
  readonly kind?: (row: Row) => string;
}

export function table<Row>(columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): string {
  const heads = columns.map(({ title, align }) => `<th class="${align}">${escapeText(title)}</th>`);
  const lines = rows.map((row) => {
    const cells = columns.map(
      ({ align, cell, kind }) => `<td class="${align} ${kind?.(row) ?? ''}">${escapeText(cell(row))}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${heads.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
}

/** A chart with its title; `note` says what to read from it. A wide one has the page for itself. */
export function figure(title: string, note: string, chart: string, isWide = false): string {
  return `<figure${isWide ? ' class="whole"' : ''}><figcaption><b>${escapeText(title)}</b> <span>${escapeText(note)}</span></figcaption><div class="chart">${chart}</div></figure>`;
}

export interface Card {
  readonly name: string;
  readonly value: string;
  /** Small print behind the value. */
  readonly note?: string;
  readonly kind?: 'bad' | 'good';
}

export function cards(list: readonly Card[]): string {
  const items = list.map(
    ({ name, value, note, kind }) =>
      `<div class="card"><span>${escapeText(name)}</span><b class="${kind ?? ''}">${escapeText(value)}</b>${note === undefined ? '' : ` <small>${escapeText(note)}</small>`}</div>`,
  );
  return `<div class="cards">${items.join('')}</div>`;
}

export function paragraph(text: string, kind = ''): string {
  return `<p class="${kind}">${escapeText(text)}</p>`;
}

export const REPORT_STYLE = `
h2 small{margin-left:8px}p{margin:6px 0}.soft{color:var(--soft);font-size:13px}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:10px;margin:14px 0}
.card{border:1px solid var(--rule);border-radius:6px;padding:8px 12px}.card span{display:block;color:var(--soft);font-size:12px}.card b{font-size:20px;font-weight:600;font-variant-numeric:tabular-nums}
.charts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(480px,100%),1fr));gap:16px;margin:16px 0;align-items:start}
.chart{overflow-x:auto}figure .chart svg{min-width:440px}figure.whole .chart svg{min-width:900px}.stack{display:grid;gap:16px}.charts>*,.stack>*{min-width:0}
th.left,td.left,th.text,td.text{text-align:left}td.left,td.right,th.right{white-space:nowrap}td.text{min-width:11em;overflow-wrap:break-word}td.hash{overflow-wrap:anywhere}td.below{color:var(--bad);font-weight:600}td.near{color:var(--warn)}
td.hash{font-family:ui-monospace,monospace;font-size:12px}
tbody tr:nth-child(even){background:#f8fafb}
@media print{body{font-size:11px}h2{break-after:avoid}.charts{grid-template-columns:1fr 1fr}figure .chart svg,figure.whole .chart svg{min-width:0}tr{break-inside:avoid}.wide,.chart{overflow:visible}}
`;
