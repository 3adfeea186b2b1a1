/**
 * A process to be killed: opens the journal of a directory, checks everything in it against what must be there, then appends
 * until it dies. Lines on standard output:
 *
 *   R <json>   recovered: first and last sequence, hash of the state after a replay; or why it did not open
 *   A <n>      entry n was acknowledged as durable
 *   F <json>   the journal stopped acknowledging: its failure, and what reading still gives
 *
 * The payload of an entry follows from its sequence number alone, so that every process knows what every other one wrote.
 *
 * Arguments: directory, seed, acknowledgements after which to stop (0: never).
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { openDirectoryJournal } from '../../../dist/journal/open-directory.js';
import { processEnvironment } from '../../../dist/journal/open-memory.js';

const [directory, seed, stopAfter] = process.argv.slice(2);
const ACCOUNTS = 37;
const SNAPSHOT_EVERY = 400;
let randomState = Number(seed) * 2654435761 + 1;

function random(limit) {
  randomState = (Math.imul(randomState ^ (randomState >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
  return (randomState >>> 0) % limit;
}

function say(letter, value) {
  writeSync(1, `${letter} ${typeof value === 'string' ? value : JSON.stringify(value)}\n`);
}

function recordOf(sequence) {
  const account = sequence % ACCOUNTS;
  const bytes = (sequence * 7919) % 1500;
  return {
    kind: 'crash-test',
    accountId: `account-${account}`,
    source: 'writer',
    sourceSequence: Math.floor(sequence / ACCOUNTS) + 1,
    payload: Buffer.alloc(bytes, `${sequence};`),
  };
}

/** A state that depends on every byte and on the order. */
function after(state, entry) {
  return createHash('sha256').update(state).update(String(entry.sequence)).update(entry.payload).digest();
}

function check(condition, what) {
  if (!condition) throw new Error(what);
}

async function replay(journal) {
  const snapshot = valueOf(await journal.latestSnapshot());
  let state = snapshot?.state ?? Buffer.alloc(32);
  let last = snapshot?.sequence ?? 0;
  for await (const entries of journal.read(last + 1)) {
    for (const entry of entries) {
      const expected = recordOf(entry.sequence);
      check(entry.sequence === last + 1, `entry ${entry.sequence} follows ${last}`);
      check(entry.payload.equals(expected.payload), `payload of entry ${entry.sequence}`);
      check(entry.accountId === expected.accountId, `account of entry ${entry.sequence}`);
      check(entry.sourceSequence === expected.sourceSequence, `source sequence of entry ${entry.sequence}`);
      state = after(state, entry);
      last = entry.sequence;
    }
  }
  check(last === journal.lastSequence, `the replay ends at ${last}, the journal at ${journal.lastSequence}`);
  return state;
}

function valueOf(outcome) {
  if (outcome.ok) return outcome.value;
  throw Object.assign(new Error(outcome.failure.message), { failure: outcome.failure });
}

/** The state after a sequence that was written by anybody, from scratch. */
let scratch = { sequence: 0, state: Buffer.alloc(32) };
function stateAt(sequence) {
  check(sequence >= scratch.sequence, 'states are asked for in order');
  while (scratch.sequence < sequence) {
    const next = scratch.sequence + 1;
    scratch = { sequence: next, state: after(scratch.state, { ...recordOf(next), sequence: next }) };
  }
  return scratch.state;
}

async function main() {
  const journal = valueOf(await openDirectoryJournal(directory, processEnvironment(Date.now)));
  const state = await replay(journal);
  check(state.equals(stateAt(journal.lastSequence)), 'the replayed state is not the state of all entries');
  const writer = valueOf(await journal.fence(journal.generation + 1));
  say('R', { first: journal.firstSequence, last: journal.lastSequence, state: state.toString('hex') });

  let next = journal.lastSequence + 1;
  let acknowledged = 0;
  let lastSnapshot = journal.lastSequence;
  let upkeep = Promise.resolve();
  const open = new Set();
  while (journal.stopped === undefined && (Number(stopAfter) === 0 || acknowledged < Number(stopAfter))) {
    const records = Array.from({ length: 1 + random(9) }, () => recordOf(next++));
    const append = writer.append(records).then((outcome) => {
      open.delete(append);
      if (!outcome.ok) return;
      acknowledged++;
      say('A', String(outcome.value.lastSequence));
    });
    open.add(append);
    if (open.size > random(40)) await Promise.race(open);
    if (journal.lastSequence >= lastSnapshot + SNAPSHOT_EVERY) {
      lastSnapshot = journal.lastSequence;
      const sequence = lastSnapshot;
      const bytes = stateAt(sequence);
      upkeep = upkeep.then(async () => {
        const before = valueOf(await journal.latestSnapshot())?.sequence ?? 0;
        const kept = await writer.snapshot(sequence, bytes);
        // Two snapshots always remain.
        if (kept.ok && before > 0) await writer.truncate(before + 1);
      });
    }
  }
  await Promise.all(open);
  await upkeep.catch(() => undefined);
  if (journal.stopped !== undefined) {
    const late = await writer.append([recordOf(journal.lastSequence + 1)]);
    const read = await replay(journal);
    say('F', { failure: journal.stopped, late, last: journal.lastSequence, state: read.toString('hex') });
  }
  closeSync(openSync(path.join(directory, '.power-cut'), 'w'));
}

try {
  await main();
} catch (error) {
  say('R', { error: error.message, reason: error.failure?.reason });
}
process.exit(0);
