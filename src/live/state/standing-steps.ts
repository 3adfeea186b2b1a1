import type { StateChange } from './enforcement.js';

/** `JournalRecord.kind` of every change of an account's margin state. */
export const STATE_RECORD_KIND = 'margin-state';

export function encodeStateChange(change: StateChange): Uint8Array {
  return Buffer.from(JSON.stringify(change), 'utf8');
}

/** Of bytes that `encodeStateChange` gave. */
export function decodeStateChange(payload: Uint8Array): StateChange {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  return JSON.parse(bytes.toString('utf8')) as StateChange;
}

/**
 * Where accounts stand on the ladder: the last change of every account that is not OK. A function of the changes alone, so that a
 * restart finds each step with the time at which it began and the id of its call.
 */
export class StandingSteps implements Iterable<StateChange> {
  readonly #last = new Map<string, StateChange>();

  constructor(changes: Iterable<StateChange> = []) {
    for (const change of changes) this.apply(change);
  }

  apply(change: StateChange): void {
    if (change.health === 'OK') this.#last.delete(change.accountId);
    else this.#last.set(change.accountId, change);
  }

  [Symbol.iterator](): IterableIterator<StateChange> {
    return this.#last.values();
  }
}
