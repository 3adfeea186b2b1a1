import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { EVENT_IDS_REMEMBERED_MAX } from '../../limits.js';

/** What makes one event of an account different from all others. */
export interface EventKey {
  readonly eventId: string;
  readonly source: string;
  /** 0 where the source has none. */
  readonly sourceSequence: number;
  readonly timeMs: number;
}

/** An event that is new, or the sequence number that the account had after its first coming. */
export type Novelty = { readonly isNew: true } | { readonly isNew: false; readonly accountSeq: number };

interface SourceState {
  /** Last sequence number that was accepted. */
  last: number;
  /** Highest sequence number among the events whose ids have been forgotten. */
  forgotten: number;
}

interface Remembered {
  readonly accountSeq: number;
  readonly source: string;
  readonly sourceSequence: number;
  readonly timeMs: number;
}

/**
 * The events that an account has accepted, so that a repeat changes nothing. Ids are kept for the newest
 * `EVENT_IDS_REMEMBERED_MAX`; older repeats are known by their source's sequence number, and where a source has none an event
 * from a time whose ids are forgotten is refused: it is never applied twice.
 */
export class EventMemory {
  #ids = new Map<string, Remembered>();
  readonly #sources = new Map<string, SourceState>();
  /** Newest time among forgotten events of sources without sequence numbers. */
  #forgottenTimeMs = -Infinity;

  /** Whether the event is new; fails for a gap, a sequence number used twice, or an event too old to tell. */
  judge(key: EventKey): Outcome<Novelty> {
    const { eventId, source, sourceSequence, timeMs } = key;
    const known = this.#ids.get(idOf(key));
    if (known !== undefined) return success({ isNew: false, accountSeq: known.accountSeq });
    if (sourceSequence === 0) {
      if (timeMs > this.#forgottenTimeMs) return success({ isNew: true });
      const after = `a time after ${new Date(this.#forgottenTimeMs).toISOString()}, up to which ids are forgotten,`;
      return failure('SEQUENCE_CONFLICT', 'time', expected(after, 'time', new Date(timeMs).toISOString()));
    }
    const state = this.#sources.get(source);
    if (state === undefined || sourceSequence === state.last + 1) return success({ isNew: true });
    if (sourceSequence <= state.forgotten) return success({ isNew: false, accountSeq: 0 });
    const wanted =
      sourceSequence > state.last
        ? `${String(state.last + 1)}, the next of ${source},`
        : `the id that first came with it, not ${eventId},`;
    return failure('SEQUENCE_CONFLICT', 'sourceSequence', expected(wanted, 'sourceSequence', sourceSequence));
  }

  /** Remembers an accepted event. */
  add(key: EventKey, accountSeq: number): void {
    const { source, sourceSequence, timeMs } = key;
    this.#ids.set(idOf(key), { accountSeq, source, sourceSequence, timeMs });
    if (sourceSequence > 0) {
      const state = this.#sources.get(source);
      if (state === undefined) this.#sources.set(source, { last: sourceSequence, forgotten: 0 });
      else state.last = sourceSequence;
    }
    if (this.#ids.size > EVENT_IDS_REMEMBERED_MAX) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#ids;
    if (oldest === undefined) return;
    const [id, { source, sourceSequence, timeMs }] = oldest;
    this.#ids.delete(id);
    const state = this.#sources.get(source);
    if (sourceSequence > 0 && state !== undefined) state.forgotten = sourceSequence;
    else this.#forgottenTimeMs = Math.max(this.#forgottenTimeMs, timeMs);
  }

  /** Another memory of the same events, which goes its own way. */
  copy(): EventMemory {
    const memory = new EventMemory();
    memory.#ids = new Map(this.#ids);
    for (const [source, state] of this.#sources) memory.#sources.set(source, { ...state });
    memory.#forgottenTimeMs = this.#forgottenTimeMs;
    return memory;
  }

  /** As plain data, in the order of remembering. */
  toJson(): EventMemoryJson {
    return {
      ids: [...this.#ids].map(([id, { accountSeq, source, sourceSequence, timeMs }]) => [
        id.slice(source.length + 1),
        source,
        accountSeq,
        sourceSequence,
        timeMs,
      ]),
      sources: [...this.#sources].map(([source, { last, forgotten }]) => [source, last, forgotten]),
      forgottenTimeMs: this.#forgottenTimeMs === -Infinity ? null : this.#forgottenTimeMs,
    };
  }

  static fromJson({ ids, sources, forgottenTimeMs }: EventMemoryJson): EventMemory {
    const memory = new EventMemory();
    for (const [eventId, source, accountSeq, sourceSequence, timeMs] of ids)
      memory.#ids.set(idOf({ source, eventId }), { accountSeq, source, sourceSequence, timeMs });
    for (const [source, last, forgotten] of sources) memory.#sources.set(source, { last, forgotten });
    memory.#forgottenTimeMs = forgottenTimeMs ?? -Infinity;
    return memory;
  }
}

export interface EventMemoryJson {
  /** Event id, source, account sequence, source sequence, time. */
  readonly ids: readonly (readonly [string, string, number, number, number])[];
  /** Source, last sequence, highest forgotten sequence. */
  readonly sources: readonly (readonly [string, number, number])[];
  readonly forgottenTimeMs: number | null;
}

/** Ids are unique at their source only; no name has a NUL, so no two pairs are one. */
function idOf({ source, eventId }: Pick<EventKey, 'source' | 'eventId'>): string {
  return `${source}\u0000${eventId}`;
}
