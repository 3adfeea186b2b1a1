/**
 * `node scripts/node24.mjs ARGUMENTS...`: runs `node ARGUMENTS...` with Node 24, the release that production should use;
 * the Node that starts this script is the floor. The binary comes from npm into a temporary folder: as a dependency it would
 * shadow the system's Node in every npm script.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const MAJOR = 24;

const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const packageName = `node-linux-${arch}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'node24-'));
try {
  execFileSync('npm', ['install', '--no-save', '--prefix', folder, `${packageName}@${MAJOR}`], {
    stdio: 'inherit',
  });
  const bin = path.join(folder, 'node_modules', packageName, 'bin');
  const node = path.join(bin, 'node');
  console.log(`Node ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}`);
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` };
  const { status } = spawnSync(node, process.argv.slice(2), { stdio: 'inherit', env });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
