/** The journal in a directory: conformance, one process at a time, damage that is found. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { open } from 'lmdb';
import { expect, it } from 'vitest';
import { unwrapJournal } from '../../src/journal/failed.js';
import type { Journal } from '../../src/journal/journal.js';
import { LMDB_VERSIONS, installedLmdbVersion } from '../../src/journal/lmdb-version.js';
import { openDirectoryJournal } from '../../src/journal/open-directory.js';
import type { OpenOptions } from '../../src/journal/open-framed.js';
import { processEnvironment } from '../../src/journal/open-memory.js';
import { REPOSITORY } from '../support/folders.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { describeDurableJournal, describeJournal, record, textsOf } from './conformance.js';

const root = temporaryFolder('journal');
let made = 0;

function newDirectory(): string {
  return path.join(root, String(++made));
}

async function openAt(directory: string, options: OpenOptions = {}, clock = () => 1_000): Promise<Journal> {
  return unwrapJournal(await openDirectoryJournal(directory, processEnvironment(clock), options));
}

function adapter(): Promise<{
  open: (clock: () => number) => Promise<Journal>;
  reopen: (clock: () => number) => Promise<Journal>;
}> {
  const directory = newDirectory();
  const openIt = (clock: () => number): Promise<Journal> => openAt(directory, {}, clock);
  return Promise.resolve({ open: openIt, reopen: openIt });
}

describeJournal('directory', adapter);
describeDurableJournal('directory', adapter);

/** A journal of six entries with snapshots after the second and the fourth, closed. */
async function closedJournal(): Promise<string> {
  const directory = newDirectory();
  const journal = await openAt(directory);
  const writer = unwrapJournal(await journal.fence(1));
  for (let index = 1; index <= 6; index++) unwrapJournal(await writer.append([record(`e${index}`, index)]));
  unwrapJournal(await writer.snapshot(2, Buffer.from('two')));
  unwrapJournal(await writer.snapshot(4, Buffer.from('four')));
  await journal.close();
  return directory;
}

async function reasonOfOpening(directory: string, options: OpenOptions = {}): Promise<string> {
  const outcome = await openDirectoryJournal(
    directory,
    processEnvironment(() => 1_000),
    options,
  );
  if (!outcome.ok) return outcome.failure.reason;
  await outcome.value.close();
  return 'ok';
}

function snapshotFiles(directory: string): string[] {
  const folder = path.join(directory, 'snapshots');
  return readdirSync(folder)
    .sort()
    .map((name) => path.join(folder, name));
}

/** Changes what LMDB holds, as damage on the disk would. */
async function tamper(
  directory: string,
  change: (frames: {
    get(key: number): Buffer | undefined;
    put(key: number, value: Buffer): Promise<boolean>;
    remove(key: number): Promise<boolean>;
  }) => Promise<unknown>,
): Promise<void> {
  const root = open<Buffer, string>({
    path: path.join(directory, 'log'),
    noSubdir: false,
    encoding: 'binary',
  });
  await change(root.openDB<Buffer, number>({ name: 'frames', encoding: 'binary' }));
  await root.close();
}

it('opens for one process at a time, and again after it was killed', async () => {
  const directory = newDirectory();
  const journal = await openAt(directory);
  expect(await reasonOfOpening(directory)).toBe('LOCKED');
  await journal.close();
  const script = `
    import { openDirectoryJournal } from ${JSON.stringify(path.join(REPOSITORY, 'dist/journal/open-directory.js'))};
    import { processEnvironment } from ${JSON.stringify(path.join(REPOSITORY, 'dist/journal/open-memory.js'))};
    const outcome = await openDirectoryJournal(${JSON.stringify(directory)}, processEnvironment(Date.now));
    process.stdout.write(outcome.ok ? 'open' : outcome.failure.reason, () => process.kill(process.pid, 'SIGKILL'));
  `;
  const child = () =>
    spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(child()).toMatchObject({ stdout: 'open', signal: 'SIGKILL' });
  const held = await openAt(directory);
  expect(child()).toMatchObject({ stdout: 'LOCKED' });
  await held.close();
});

it('falls back to the snapshot before a damaged one', async () => {
  const directory = await closedJournal();
  const latest = snapshotFiles(directory)[1]!;
  writeFileSync(latest, readFileSync(latest).subarray(0, 60));
  const journal = await openAt(directory);
  expect(unwrapJournal(await journal.latestSnapshot())?.sequence).toBe(2);
  expect(await textsOf(journal)).toEqual(['e1', 'e2', 'e3', 'e4', 'e5', 'e6']);
  await journal.close();
});

it('removes an unfinished snapshot', async () => {
  const directory = await closedJournal();
  writeFileSync(path.join(directory, 'snapshots', '0000000000000006.snapshot.unfinished'), 'half');
  await (await openAt(directory)).close();
  expect(snapshotFiles(directory).map((file) => path.basename(file))).toEqual([
    '0000000000000002.snapshot',
    '0000000000000004.snapshot',
  ]);
});

it('does not open when an entry since the snapshot is changed, missing or out of place', async () => {
  const changed = await closedJournal();
  await tamper(changed, async (frames) => {
    const bytes = Buffer.from(frames.get(5)!);
    bytes[bytes.length - 1]! ^= 1;
    await frames.put(5, bytes);
  });
  expect(await reasonOfOpening(changed)).toBe('DAMAGED');
  const missing = await closedJournal();
  await tamper(missing, (frames) => frames.remove(5));
  expect(await reasonOfOpening(missing)).toBe('DAMAGED');
  const moved = await closedJournal();
  await tamper(moved, (frames) => frames.put(5, frames.get(6)!));
  expect(await reasonOfOpening(moved)).toBe('DAMAGED');
});

it('does not open when the log ends before its snapshot', async () => {
  const directory = await closedJournal();
  await tamper(directory, (frames) => Promise.all([4, 5, 6].map((key) => frames.remove(key))));
  expect(await reasonOfOpening(directory)).toBe('DAMAGED');
});

it('starts from a snapshot alone only when told to, and asks sources for what is lost', async () => {
  const directory = await closedJournal();
  rmSync(path.join(directory, 'log'), { recursive: true });
  expect(await reasonOfOpening(directory)).toBe('DAMAGED');
  rmSync(path.join(directory, 'log'), { recursive: true });
  const alone = newDirectory();
  mkdirSync(path.join(alone, 'snapshots'), { recursive: true });
  const latest = snapshotFiles(directory)[1]!;
  cpSync(latest, path.join(alone, 'snapshots', path.basename(latest)));
  const journal = await openAt(alone, { restartFromSnapshot: true });
  expect([journal.firstSequence, journal.lastSequence, journal.generation]).toEqual([5, 4, 1]);
  const writer = unwrapJournal(await journal.fence(2));
  expect(writer.lastSourceSequence('alice', 'venue')).toBe(4);
  unwrapJournal(await writer.append([record('e5', 5)]));
  expect(await textsOf(journal, 5)).toEqual(['e5']);
  await journal.close();
});

it('refuses a format that it does not know', async () => {
  const directory = await closedJournal();
  const log = open<Buffer, string>({
    path: path.join(directory, 'log'),
    noSubdir: false,
    encoding: 'binary',
  });
  await log
    .openDB<Buffer, string>({ name: 'meta', encoding: 'binary' })
    .put('meta', Buffer.from('{"format":2,"generation":1,"firstSequence":1}'));
  await log.close();
  expect(await reasonOfOpening(directory)).toBe('INCOMPATIBLE');
});

it('runs on the LMDB version that was tested, and the manifest pins it', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(REPOSITORY, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(LMDB_VERSIONS).toContain(installedLmdbVersion());
  expect(LMDB_VERSIONS).toContain(dependencies.lmdb);
});
