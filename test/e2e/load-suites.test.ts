/**
 * The suites `load`, `soak` and `overload` of the benchmarks against a served command: with TLS 1.3 and a token every call ends with OK, and
 * beyond capacity every call is answered, or refused with nothing calculated for it. The suites compare what their clients saw with the
 * server's metrics and fail where one call is missing; times are nobody's concern here.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isH2loadInstalled } from '../../bench/lib/h2load.js';
import type { BenchFile } from '../../bench/lib/result.js';
import { REPOSITORY } from '../support/folders.js';
import { IS_FULL, reportFullSize, sizeOf } from '../support/full-size.js';

const SOAK_MINUTES = sizeOf({ smoke: 0.05, full: 20 });
const TIMEOUT_MS = 3_600_000;

const hasH2load = isH2loadInstalled();
if (!hasH2load)
  process.stderr.write('SKIPPED suites load and soak: h2load is not installed (Debian: nghttp2-client)\n');

const results = mkdtempSync(path.join(os.tmpdir(), 'margincube-suites-'));
const node = async (...args: string[]): Promise<string> => {
  const env = {
    ...process.env,
    MARGINCUBE_BENCH: IS_FULL ? 'full' : 'smoke',
    MARGINCUBE_BENCH_RESULTS: results,
    MARGINCUBE_SOAK_MINUTES: String(SOAK_MINUTES),
  };
  return (await promisify(execFile)(process.execPath, args, { cwd: REPOSITORY, env })).stdout;
};

/** Runs it, and gives what it measured by id. */
async function suite(name: string): Promise<ReadonlyMap<string, number>> {
  reportFullSize(await node('--expose-gc', 'build/bench/bench/run.js', name));
  const file = JSON.parse(readFileSync(path.join(results, `${name}.json`), 'utf8')) as BenchFile;
  return new Map(file.results.map(({ id, value }) => [id, value]));
}

beforeAll(async () => {
  await node('scripts/bench-build.mjs');
});

afterAll(() => {
  rmSync(results, { recursive: true });
});

describe('the suite', () => {
  it.skipIf(!hasH2load)(
    'load has every call answered, with and without TLS and a token',
    async () => {
      const measured = await suite('load');
      const rows = [
        'capacity',
        ...['50', '80'].flatMap((share) => [`${share}-sent`, `${share}-p50`, `${share}-p99`]),
      ];
      expect([...measured.keys()]).toEqual(
        ['loopback', 'tls-token'].flatMap((transport) => rows.map((row) => `${transport}-${row}`)),
      );
      for (const [id, value] of measured) expect(value, id).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it.skipIf(!hasH2load)(
    'soak has every call answered, and says what the memory did',
    async () => {
      const measured = await suite('soak');
      expect(measured.get('minutes')).toBe(SOAK_MINUTES);
      expect(measured.get('calls')).toBeGreaterThan(0);
      for (const id of ['resident-slope', 'heap-slope', 'heap-floor-slope'])
        expect(measured.get(id), id).toEqual(expect.any(Number));
      for (const id of ['resident-last', 'heap-last', 'heap-floor-last'])
        expect(measured.get(id), id).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'overload has every call answered or refused, and nothing calculated for the refused',
    async () => {
      const measured = await suite('overload');
      expect(measured.get('overload-accepted')).toBeGreaterThan(0);
      expect(measured.get('overload-refused')).toBeGreaterThan(0);
      expect(measured.get('lanes-batch')).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});
