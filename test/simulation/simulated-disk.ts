/**
 * A disk of the simulation: writes become durable when the scheduler says so, one after the other, and a crash keeps some of
 * those that were on their way. A snapshot on its way may be kept in part.
 */
import type { JournalStorage, StoredFrame } from '../../src/journal/storage.js';
import { MemoryStorage } from '../../src/journal/memory-storage.js';
import type { Scheduler } from './scheduler.js';

interface Write {
  readonly perform: () => Promise<unknown>;
  /** What a crash in the middle of the write leaves; absent: nothing. */
  readonly tear?: () => Promise<unknown>;
  readonly isSnapshot: boolean;
}

export interface DiskFaults {
  /** The planted bug: writes are acknowledged before they are durable. */
  readonly acknowledgesEarly: boolean;
}

/** What survives every crash. */
export class SimulatedDisk {
  readonly durable = new MemoryStorage();
  #underWay: Write[] = [];
  #mount = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly faults: DiskFaults,
  ) {}

  /** The storage of one life of the process. After a crash its writes never complete. */
  mount(): JournalStorage {
    const life = ++this.#mount;
    const { durable } = this;
    const write = async (one: Write): Promise<void> => {
      this.#underWay.push(one);
      const synced = this.scheduler.later(async () => {
        if (life !== this.#mount) return;
        // Commits are in order: what was written before is durable too. A snapshot is a file of its own and overtakes.
        const until = this.#underWay.indexOf(one);
        const due = this.#underWay.filter(
          (other, at) => other === one || (at < until && !one.isSnapshot && !other.isSnapshot),
        );
        this.#underWay = this.#underWay.filter((other) => !due.includes(other));
        for (const { perform } of due) await perform();
      });
      if (!this.faults.acknowledgesEarly) await synced;
    };
    return {
      meta: () => durable.meta(),
      frameAtOrBefore: (sequence): StoredFrame | undefined => durable.frameAtOrBefore(sequence),
      frameAfter: (sequence): StoredFrame | undefined => durable.frameAfter(sequence),
      snapshots: () => durable.snapshots(),
      snapshot: (sequence) => durable.snapshot(sequence),
      putMeta: (bytes) => write({ perform: () => durable.putMeta(bytes), isSnapshot: false }),
      putFrame: (first, bytes) => write({ perform: () => durable.putFrame(first, bytes), isSnapshot: false }),
      putSnapshot: (sequence, parts) =>
        write({
          perform: () => durable.putSnapshot(sequence, parts),
          tear: () => durable.putSnapshot(sequence, parts.slice(0, -1)),
          isSnapshot: true,
        }),
      removeSnapshot: (sequence) =>
        write({ perform: () => durable.removeSnapshot(sequence), isSnapshot: true }),
      removeFramesBefore: async (sequence, limit) => {
        let removed = 0;
        await write({
          perform: async () => {
            removed = await durable.removeFramesBefore(sequence, limit);
          },
          isSnapshot: false,
        });
        return removed;
      },
      close: () => Promise.resolve(),
    };
  }

  /** Power fails: some of the commits on their way survive, in order; snapshots survive whole, in part or not. */
  async crash(random: (limit: number) => number): Promise<void> {
    this.#mount++;
    const commits = this.#underWay.filter(({ isSnapshot }) => !isSnapshot);
    const survivors = commits.slice(0, random(commits.length + 1));
    for (const { perform } of survivors) await perform();
    for (const { perform, tear } of this.#underWay.filter(({ isSnapshot }) => isSnapshot)) {
      const fate = random(3);
      if (fate === 0) await perform();
      if (fate === 1) await tear?.();
    }
    this.#underWay = [];
  }
}
