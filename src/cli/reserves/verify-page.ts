/** The page with which an account holder verifies a proof: one file, no server, the same lines as `margincube reserves verify`. */
import { readFileSync } from 'node:fs';

/** The compiled verifier in the order of its parts; it imports nothing else, so that it can stand in a page as it is. */
const VERIFIER = ['proof-fields.js', 'verify-inclusion.js'].map(
  (name) => new URL(`../../reserves/${name}`, import.meta.url),
);

export function verifyPage(): string {
  const verifier = VERIFIER.map((part) => readFileSync(part, 'utf8'))
    .join('')
    .replaceAll(/^(import [^;]*;|\/\/# sourceMappingURL=.*)$/gm, '')
    .replaceAll(/^export /gm, '')
    .replaceAll('</script', '<\\/script');
  return PAGE.replace('/* verifier */', () => verifier);
}

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>Verify a proof of liabilities</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1c2024; background: #fff }
  h1 { font-size: 1.5rem; margin-bottom: .25rem }
  label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
  small { font-weight: 400; color: #5b6670 }
  input, textarea { font: 14px/1.4 ui-monospace, monospace; width: 100%; box-sizing: border-box; padding: .5rem; border: 1px solid #9aa5b1; border-radius: 4px }
  input[type=file] { border-style: dashed }
  button { font: inherit; font-weight: 600; margin: 1.25rem 0; padding: .5rem 1.5rem; border: 0; border-radius: 4px; background: #1c4e80; color: #fff; cursor: pointer }
  table { border-collapse: collapse; width: 100%; table-layout: fixed }
  th, td { text-align: left; vertical-align: top; padding: .35rem .5rem; border-bottom: 1px solid #d9dee3; overflow-wrap: anywhere }
  th:nth-child(1) { width: 9rem } th:nth-child(2) { width: 5rem }
  td:nth-child(3) { font: 13px/1.4 ui-monospace, monospace }
  .passed { color: #11694a; font-weight: 600 } .failed { color: #b3261e; font-weight: 600 }
  #verdict { font-size: 1.15rem; padding: .75rem 1rem; border-radius: 4px }
  #verdict.passed { background: #e3f4ec } #verdict.failed { background: #fbe9e7 }
  @media (prefers-color-scheme: dark) {
    body { color: #e6e9ec; background: #15181b } small { color: #9aa5b1 } th, td { border-color: #343a40 }
    input, textarea { background: #1e2327; color: inherit; border-color: #56616b }
    .passed { color: #6fd3a8 } .failed { color: #ff8a80 } #verdict.passed { background: #143326 } #verdict.failed { background: #3a1b19 }
  }
</style></head><body>
<h1>Verify a proof of liabilities</h1>
<p>Everything happens in this page; nothing is sent anywhere. It works without a network.</p>
<label for="file">Proof <small>the file that the venue gave you</small></label>
<input id="file" type="file" accept=".json,application/json">
<textarea id="proof" rows="6" placeholder="or paste its JSON here" aria-label="JSON of the proof"></textarea>
<label for="account">Your account <small>as the venue calls you</small></label><input id="account" autocomplete="off">
<label for="balances">Your balances <small>smallest units, one per line: BTC 150000000</small></label>
<textarea id="balances" rows="3"></textarea>
<label for="key">Public key of the venue <small>64 hex digits, from a place that you trust</small></label>
<input id="key" autocomplete="off" spellcheck="false">
<label for="previous">Attestation before this one <small>optional: shows that the chain was not cut</small></label>
<input id="previous" type="file" accept=".json,application/json">
<button id="verify">Verify</button>
<p id="verdict" role="status" hidden></p>
<table id="checks" hidden><thead><tr><th>check</th><th>result</th><th>detail</th></tr></thead><tbody></tbody></table>
<script type="module">
/* verifier */
const at = (id) => document.getElementById(id);
const textOf = async (id) => (at(id).files[0] === undefined ? undefined : at(id).files[0].text());
const statement = (text) => Object.fromEntries(text.trim().split(/\\n+/).map((line) => line.trim().split(/[\\s:=]+/)));
// A link may carry what it is about: #proof=<JSON>&account=<name>&balances=<text>&key=<hex>; a fragment never leaves the browser.
for (const [id, value] of new URLSearchParams(location.hash.slice(1)))
  if (['proof', 'account', 'balances', 'key'].includes(id)) at(id).value = value;
at('file').addEventListener('change', async () => { at('proof').value = (await textOf('file')) ?? ''; });
at('verify').addEventListener('click', async () => {
  let checks;
  try {
    const known = {};
    if (at('account').value.trim() !== '') known.accountId = at('account').value.trim();
    if (at('balances').value.trim() !== '') known.balances = statement(at('balances').value);
    if (at('key').value.trim() !== '') known.publicKeyHex = at('key').value.trim();
    const previous = await textOf('previous');
    if (previous !== undefined) { const json = JSON.parse(previous); known.previous = json.attestation === undefined ? { attestation: json } : json; }
    checks = await verifyInclusion(JSON.parse(at('proof').value), known);
  } catch (error) {
    checks = [{ name: 'input', passed: false, detail: String(error) }];
  }
  const failed = checks.filter(({ passed }) => !passed).map(({ name }) => name);
  const verdict = at('verdict');
  verdict.hidden = at('checks').hidden = false;
  verdict.className = failed.length === 0 ? 'passed' : 'failed';
  verdict.textContent = failed.length === 0
    ? 'The proof stands: these balances are in the liabilities that the venue signed.'
    : 'The proof does not stand. Failed: ' + failed.join(', ') + '.';
  at('checks').tBodies[0].replaceChildren(...checks.map(({ name, passed, detail }) => {
    const row = document.createElement('tr');
    for (const text of [name, passed ? 'passed' : 'failed', detail]) { const cell = document.createElement('td'); cell.textContent = text; row.append(cell); }
    row.cells[1].className = passed ? 'passed' : 'failed';
    return row;
  }));
});
if (at('proof').value !== '') at('verify').click();
</script></body></html>
`;
