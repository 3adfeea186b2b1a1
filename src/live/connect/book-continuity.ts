import type { JsonRecord } from '../../market/venues/deribit/json-rpc.js';

/** `TAKE` the message; `SKIP` it until a snapshot comes; `GAP`: something is missing, and a snapshot must be asked for. */
export type Continuity = 'TAKE' | 'SKIP' | 'GAP';

/** Whether the changes of order books follow each other: each names the change before it. */
export class BookContinuity {
  /** Last change per channel; undefined while a snapshot is awaited. */
  readonly #last = new Map<string, number | undefined>();

  judge(channel: string, { type, change_id: id, prev_change_id: previous }: JsonRecord): Continuity {
    if (type === 'snapshot') {
      this.#last.set(channel, Number(id));
      return 'TAKE';
    }
    const last = this.#last.get(channel);
    if (last !== undefined && previous === last) {
      this.#last.set(channel, Number(id));
      return 'TAKE';
    }
    const isAwaited = this.#last.has(channel) && last === undefined;
    this.#last.set(channel, undefined);
    return isAwaited ? 'SKIP' : 'GAP';
  }
}
