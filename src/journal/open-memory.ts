import { setImmediate } from 'node:timers/promises';
import type { Journal, JournalEnvironment } from './journal.js';
import { unwrapJournal } from './failed.js';
import { MemoryStorage } from './memory-storage.js';
import { openFramedJournal } from './open-framed.js';

/** The environment of a running process, given its clock. */
export function processEnvironment(clock: () => number): JournalEnvironment {
  return { clock, pause: () => setImmediate() };
}

/** A journal that lasts as long as its process: everything is acknowledged, nothing survives. */
export async function openMemoryJournal(environment: JournalEnvironment): Promise<Journal> {
  return unwrapJournal(await openFramedJournal(new MemoryStorage(), environment));
}
