import { STATE_CHANGES_KEPT_MAX } from '../../limits.js';
import type { StateChange } from './enforcement.js';

/**
 * The last changes of state in the order in which they happened, every one of them. Readers keep a place of their own; whoever
 * falls behind what is kept starts again from the present state, which leaves no gap either.
 */
export class ChangeLog {
  readonly #ring: StateChange[] = [];
  #next = 0;
  readonly #sequences = new Map<number, number>();

  /**
   * @param start What the sequence numbers of every partition count from: later than any that an earlier log reached, so that a reader of
   * that log is not taken for one of this.
   */
  constructor(
    private readonly capacity = STATE_CHANGES_KEPT_MAX,
    readonly start = 0,
  ) {}

  /** Place of the next change. */
  get end(): number {
    return this.#next;
  }

  /** Place of the oldest change that is kept. */
  get begin(): number {
    return Math.max(0, this.#next - this.capacity);
  }

  /** Sequence number of the last change of a partition; the start before the first. */
  sequenceOf(partition: number): number {
    return this.#sequences.get(partition) ?? this.start;
  }

  append(change: Omit<StateChange, 'sequence'>): StateChange {
    const sequence = this.sequenceOf(change.partition) + 1;
    const numbered = { ...change, sequence };
    this.#sequences.set(change.partition, sequence);
    this.#ring[this.#next % this.capacity] = numbered;
    this.#next += 1;
    return numbered;
  }

  /** Undefined for a place that is no longer, or not yet, kept. */
  at(place: number): StateChange | undefined {
    return place >= this.begin && place < this.#next ? this.#ring[place % this.capacity] : undefined;
  }

  /**
   * The place after the change with this number of the partition: where a reader that has seen it goes on. Undefined when a
   * later change of the partition is no longer kept, or the number is of another log.
   */
  placeAfter(partition: number, sequence: number): number | undefined {
    const last = this.sequenceOf(partition);
    if (sequence > last || sequence < this.start) return undefined;
    if (sequence === last) return this.#next;
    for (let place = this.begin; place < this.#next; place += 1) {
      const change = this.at(place);
      if (change?.partition !== partition) continue;
      return change.sequence <= sequence + 1 ? this.#after(partition, sequence, place) : undefined;
    }
    return undefined;
  }

  #after(partition: number, sequence: number, from: number): number {
    for (let place = from; place < this.#next; place += 1) {
      const change = this.at(place);
      if (change?.partition === partition && change.sequence > sequence) return place;
    }
    return this.#next;
  }
}
