/** A finished run that was changed afterwards is found out, whatever was changed. */
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runHashOf, selfHashOf, type RunManifest } from '../../src/batch/manifest.js';
import type * as Steps from '../../src/batch/steps.js';
import { summaryFileOf, summaryText } from '../../src/batch/summary.js';
import { inFolder, openSteps, removeFiles, request } from '../support/eod-venue.js';

let steps: typeof Steps;

beforeAll(async () => {
  steps = await openSteps();
  await steps.runToEnd(request('whole'), false);
}, 300_000);

afterAll(removeFiles);

type Manifest = { -readonly [Key in keyof RunManifest]: RunManifest[Key] };

const read = (file: string): string => readFileSync(inFolder(`changed/${file}`), 'utf8');
const readManifest = (): Manifest => JSON.parse(read('manifest.json')) as Manifest;

/** With a hash of itself that is right: whoever changes numbers can count. */
function writeManifest(manifest: Manifest): void {
  const selfHash = selfHashOf(manifest);
  writeFileSync(inFolder('changed/manifest.json'), JSON.stringify({ ...manifest, selfHash }));
}

function changeManifest(change: (manifest: Manifest) => Partial<Manifest>): void {
  const manifest = readManifest();
  writeManifest({ ...manifest, ...change(manifest) });
}

async function differences(): Promise<readonly string[]> {
  const connection = await steps.openDuck(1, inFolder('spill'));
  return (await steps.verifyRun(connection, inFolder('changed'))).differences;
}

describe('a finished run', () => {
  it.each<[what: string, change: () => void, found: RegExp | undefined]>([
    ['nothing', () => undefined, undefined],
    [
      'a count in the manifest, by hand',
      () => {
        writeFileSync(
          inFolder('changed/manifest.json'),
          read('manifest.json').replace(/"positionCount": \d+/, '"positionCount": 1'),
        );
      },
      /manifest\.json: expected selfHash/,
    ],
    [
      'the epoch',
      () => {
        changeManifest(({ identity }) => ({ identity: { ...identity, epoch: 7 } }));
      },
      /manifest\.json: expected runHash/,
    ],
    [
      'the epoch and the run hash',
      () => {
        changeManifest(({ identity }) => {
          const other = { ...identity, epoch: 7 };
          return { identity: other, runHash: runHashOf(other) };
        });
      },
      /summary\.json: expected the sums of the tables/,
    ],
    [
      'the number of accounts',
      () => {
        changeManifest(({ accountCount }) => ({ accountCount: accountCount + 1 }));
      },
      /manifest\.json: expected accountCount 400 but received 401/,
    ],
    [
      'the number of failures',
      () => {
        changeManifest(() => ({ failureCount: 2 }));
      },
      /manifest\.json: expected failureCount 0 but received 2/,
    ],
    [
      'a table that is not stated',
      () => {
        changeManifest(({ tables: { contributions: _, ...tables } }) => ({ tables }));
      },
      /manifest\.json: expected tables accounts, components, contributions, failures but/,
    ],
    [
      'a total of the summary',
      () => {
        writeFileSync(
          inFolder('changed/summary.json'),
          read('summary.json').replace(/"equity": /, '"equity": 1'),
        );
      },
      /summary\.json: expected fileHash/,
    ],
    [
      'a total of the summary, and its hash',
      () => {
        const summary = JSON.parse(read('summary.json')) as { models: { equity: number }[] };
        for (const model of summary.models) model.equity += 1;
        writeFileSync(inFolder('changed/summary.json'), summaryText(summary));
        changeManifest(() => ({ summary: summaryFileOf(summaryText(summary)) }));
      },
      /summary\.json: expected the sums of the tables/,
    ],
    [
      'a summary that is not there',
      () => {
        rmSync(inFolder('changed/summary.json'));
      },
      /summary\.json: expected the summary but there is none/,
    ],
    [
      'a table that is not there',
      () => {
        rmSync(inFolder('changed/failures.parquet'));
      },
      /failures\.parquet: expected the table but there is none/,
    ],
    [
      'a byte of a table',
      () => {
        const file = inFolder('changed/components.parquet');
        const bytes = readFileSync(file);
        bytes.writeUInt8(bytes.readUInt8(1_000) ^ 1, 1_000);
        writeFileSync(file, bytes);
      },
      /components\.parquet: /,
    ],
  ])('with other contents is found out: %s', { timeout: 60_000 }, async (_, change, found) => {
    rmSync(inFolder('changed'), { recursive: true, force: true });
    cpSync(inFolder('whole'), inFolder('changed'), { recursive: true });
    change();
    const text = (await differences()).join('\n');
    if (found === undefined) expect(text).toBe('');
    else expect(text).toMatch(found);
  });
});
