import { escapeText } from './svg.js';

/** One page with everything in it: no script, nothing that is loaded from elsewhere. */
export function htmlPage(title: string, style: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeText(title)}</title><style>${BASE_STYLE}${style}</style></head><body>`,
    `<h1>${escapeText(title)}</h1>`,
    ...body,
    '</body></html>\n',
  ].join('\n');
}

const BASE_STYLE = `
:root{--ink:#1c2733;--soft:#5d6b7a;--rule:#e3e8ed;--fit:#0b5cad;--quote:#6f7f8f;--bad:#c2410c;--good:#15803d;--warn:#b45309}
body{font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:#fff;margin:24px auto;max-width:1440px;padding:0 20px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:19px;margin:36px 0 4px;border-bottom:2px solid var(--ink);padding-bottom:4px}h3{font-size:15px;margin:24px 0 8px}
small{font-weight:400;color:var(--soft);font-size:14px}.good{color:var(--good)}.bad{color:var(--bad);font-weight:600}
figure{margin:0;border:1px solid var(--rule);border-radius:6px;padding:10px 12px;break-inside:avoid}
figcaption{font-size:13px;margin-bottom:2px}figcaption span{color:var(--soft)}figure svg{width:100%;height:auto;display:block}
.wide{overflow-x:auto;margin-top:16px}table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;width:100%}
th{font-weight:600;color:var(--soft);vertical-align:bottom}th,td{text-align:right;padding:3px 8px;border-bottom:1px solid var(--rule)}
@media print{body{margin:0;max-width:none}figure{border-color:#ccc}}
`;
