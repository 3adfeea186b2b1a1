/** A real browser: Debian's Chromium without a window. Tests that need one fail in CI where it is absent, and are skipped elsewhere. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const CHROMIUM = '/usr/bin/chromium';

/** No window, no traffic of its own. */
export const HEADLESS: readonly string[] = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env.CI === 'true')
    throw new Error(`${CHROMIUM}: not installed, and CI must not skip its tests`);
  process.stderr.write(`SKIPPED for want of ${CHROMIUM}\n`);
  return false;
}

/** The document of a page after its scripts have run, as HTML. */
export function renderedDocument(url: string): string {
  return runChromium(['--dump-dom', url]);
}

function runChromium(args: readonly string[]): string {
  const profile = mkdtempSync(path.join(os.tmpdir(), 'margincube-browser-'));
  try {
    const { status, stdout, stderr, error } = spawnSync(
      CHROMIUM,
      [...HEADLESS, '--virtual-time-budget=20000', `--user-data-dir=${profile}`, ...args],
      { encoding: 'utf8', timeout: 60_000, maxBuffer: 64 * 1024 * 1024 },
    );
    if (error) throw error;
    if (status !== 0) throw new Error(`chromium ended with ${String(status)}: ${stderr}`);
    return stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}
