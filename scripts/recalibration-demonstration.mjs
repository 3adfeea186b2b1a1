/**
 * Runs the two crashes of docs/recalibration.md and puts their plots beside it:
 *
 *     node scripts/recalibration-demonstration.mjs DATA [OUT]
 *
 * DATA holds `prices/BTC-USD.csv.gz`, `deribit-panel/*.parquet` and `deribit-chains/`. Tables go to stdout.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const [data, out = path.join(root, 'docs', 'recalibration')] = process.argv.slice(2);
if (data === undefined) {
  console.error('Expected the folder of the recorded data');
  process.exit(2);
}

const prices = ['--prices', `BTC=${path.join(data, 'prices', 'BTC-USD.csv.gz')}`, '--confidence', '0.99'];
const march = ['--from', '2019-10-01T00:00:00Z', '--to', '2020-12-31T00:00:00Z'];
march.push('--crash-from', '2020-03-11T00:00:00Z', '--crash-to', '2020-03-14T00:00:00Z');
march.push('--step', '60', '--depth', '0.01');
const february = [
  '--chains',
  path.join(data, 'deribit-panel', 'deribit_daily_panel_20251230_20260531.parquet'),
];
february.push('--crash', path.join(data, 'deribit-chains'));
february.push('--crash-from', '2026-02-04T00:00:00Z', '--crash-to', '2026-02-07T00:00:00Z');

const results = mkdtempSync(path.join(os.tmpdir(), 'recalibration-'));
try {
  for (const [name, options] of [
    ['march-2020', march],
    ['february-2026', february],
  ]) {
    const folder = path.join(results, name);
    const args = ['recalibrate', ...prices, ...options, '--out', folder];
    const command = path.join(root, 'dist', 'cli', 'margincube.js');
    console.log(`${name}\n`);
    execFileSync(process.execPath, [command, ...args], { stdio: 'inherit' });
    console.log();
    mkdirSync(path.join(out, name), { recursive: true });
    for (const plot of ['ranges', 'margins', 'called', 'liquidated'])
      cpSync(path.join(folder, `${plot}.svg`), path.join(out, name, `${plot}.svg`));
  }
} finally {
  rmSync(results, { recursive: true });
}
