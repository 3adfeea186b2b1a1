/** One build at a time in this folder, however many processes ask for one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const lock = path.resolve(import.meta.dirname, '../node_modules/.margincube-build-lock');
const owner = path.join(lock, 'pid');
// A package that is installed elsewhere has its dependencies beside it and no such folder of its own.
mkdirSync(path.dirname(lock), { recursive: true });

const POLL_MS = 200;
/** A full build takes half a minute on two cores; whoever waits this long is told. */
const WAIT_MAX_MS = 600_000;
/** A lock without an owner is one whose process died between two calls. */
const OWNERLESS_MS = 5_000;

/** Runs `task` while no other process builds; the lock of a process that is gone is taken over. */
export async function withBuildLock(task) {
  await acquire();
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await task();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function acquire() {
  const startedMs = Date.now();
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(owner, String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const waitedMs = Date.now() - startedMs;
    if (waitedMs > WAIT_MAX_MS) throw new Error(`Another build holds ${lock}; delete it if none is running`);
    if (isAbandoned(waitedMs)) rmSync(lock, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isAbandoned(waitedMs) {
  let pid;
  try {
    pid = Number(readFileSync(owner, 'utf8'));
  } catch {
    return waitedMs > OWNERLESS_MS;
  }
  if (!(pid > 0)) return waitedMs > OWNERLESS_MS;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}
