/**
 * One seeded life of accounts: a book on a journal on a disk, clients that send and repeat events, a subscriber, crashes, clocks
 * that jump. Everything that takes time or chance is chosen by the seed; what must hold is checked all the time.
 */
import type { AccountChange, AccountEvent } from '../../src/domain/account-event.js';
import { unwrapJournal } from '../../src/journal/failed.js';
import type { Journal } from '../../src/journal/journal.js';
import { openFramedJournal } from '../../src/journal/open-framed.js';
import { AccountBook } from '../../src/live/book/account-book.js';
import type { Acknowledgement } from '../../src/live/book/account-book.js';
import { encodeSnapshot } from '../../src/live/book/book-snapshot.js';
import { bookAt, recoverBook } from '../../src/live/recovery/replay-book.js';
import { SnapshotKeeper } from '../../src/live/recovery/snapshot-keeper.js';
import { INSTRUMENTS, NOW_MS, WORLD, emptyPortfolio } from '../live/support.js';
import { seededIntegers } from '../support/seeded.js';
import { Scheduler } from './scheduler.js';
import { SimulatedDisk } from './simulated-disk.js';
import type { DiskFaults } from './simulated-disk.js';

const ACCOUNTS = ['a', 'b', 'c', 'd'];
const STEPS = 160;
const SNAPSHOT_EVERY = 12;

export interface Simulated {
  readonly acknowledged: number;
  readonly crashes: number;
  readonly snapshots: number;
  /** Recoveries that were compared with one from an older snapshot. */
  readonly replays: number;
}

/** An invariant that did not hold. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

export async function simulate(
  seed: number,
  faults: DiskFaults = { acknowledgesEarly: false },
): Promise<Simulated> {
  const simulation = new Simulation(seed, faults);
  await simulation.run();
  return simulation.tally;
}

class Simulation {
  readonly #random: (limit: number) => number;
  readonly #scheduler: Scheduler;
  readonly #disk: SimulatedDisk;
  #clockMs = NOW_MS;
  #journal!: Journal;
  #book!: AccountBook;
  #keeper!: SnapshotKeeper;
  /** Everything a client was told: event, account and its sequence number. */
  readonly #promised: (Acknowledgement & { readonly event: AccountEvent })[] = [];
  /** Last number of each account's source, as the source counts. */
  readonly #sourceSequence = new Map<string, number>();
  /** What the sources sent and heard nothing of, in order. */
  readonly #unanswered = new Map<string, AccountEvent>();
  /** Where the subscriber is, per account. */
  readonly #seen = new Map<string, number>();
  #life = 0;
  #events = 0;
  readonly tally = { acknowledged: 0, crashes: 0, snapshots: 0, replays: 0 };

  constructor(seed: number, faults: DiskFaults) {
    this.#random = seededIntegers(seed);
    this.#scheduler = new Scheduler(this.#random);
    this.#disk = new SimulatedDisk(this.#scheduler, faults);
  }

  async run(): Promise<void> {
    await this.#start();
    for (let step = 0; step < STEPS; step++) {
      const choice = this.#random(100);
      if (choice < 40) this.#send();
      else if (choice < 44) this.#repeat();
      else if (choice < 48) this.#clockMs = NOW_MS + this.#random(20_000) - 10_000;
      else if (choice < 53) this.#takeSnapshot();
      else if (choice < 56) await this.#crash();
      else await this.#scheduler.step();
      await this.#scheduler.settle();
    }
    await this.#crash();
  }

  /** A process comes up on what the disk has. */
  async #start(): Promise<void> {
    this.#life++;
    const environment = { clock: () => this.#clockMs, pause: () => Promise.resolve() };
    this.#journal = unwrapJournal(await this.#alone(openFramedJournal(this.#disk.mount(), environment)));
    const fencing = this.#journal.fence(this.#journal.generation + 1);
    const writer = unwrapJournal(await this.#alone(fencing));
    this.#book = new AccountBook({ ...WORLD, now: () => this.#clockMs }, writer);
    const from = unwrapJournal(await recoverBook(this.#journal, this.#book));
    this.#keeper = new SnapshotKeeper(this.#journal, writer, from, {
      everyEntries: SNAPSHOT_EVERY,
      keepMs: 0,
      keepEntries: Infinity,
      now: () => 0,
      pause: environment.pause,
    });
    this.#check();
    this.#subscribe();
    for (const accountId of ACCOUNTS) {
      if (this.#book.get(accountId) !== undefined) continue;
      await this.#alone(this.#book.replace({ portfolio: emptyPortfolio(accountId), idempotencyKey: '' }));
    }
  }

  /** Waits for something while nothing else is chosen. */
  async #alone<T>(work: Promise<T>): Promise<T> {
    let working: Promise<T> | undefined = work;
    const end = (): void => {
      working = undefined;
    };
    work.then(end, end);
    await this.#scheduler.settle();
    const isWorking = (): boolean => working !== undefined;
    while (isWorking()) await this.#scheduler.step();
    return work;
  }

  /** What must hold whenever a process has recovered. */
  #check(): void {
    for (const { event, accountSeq } of this.#promised) {
      const seq = this.#book.get(event.accountId)?.seq ?? 0;
      if (seq < accountSeq)
        throw new Violation(
          `${event.eventId} was acknowledged as ${accountSeq} of ${event.accountId}, which is at ${seq}`,
        );
    }
    for (const [accountId, seen] of this.#seen) {
      const seq = this.#book.get(accountId)?.seq ?? 0;
      if (seq < seen) throw new Violation(`a subscriber saw ${accountId} at ${seen}, which is at ${seq}`);
    }
  }

  /** From the subscriber's token on: first what it missed, then every change, in order, once durable. */
  #subscribe(): void {
    const life = this.#life;
    const deliver = (accountId: string, seq: number, isFirst: boolean): void => {
      const seen = this.#seen.get(accountId) ?? 0;
      if (!isFirst && seq !== seen + 1)
        throw new Violation(`a subscriber saw ${accountId} at ${seen} and then at ${seq}`);
      this.#seen.set(accountId, seq);
    };
    for (const { accountId, seq } of this.#book.accounts()) deliver(accountId, seq, true);
    this.#book.onChange(({ accountId, seq }) => {
      void this.#book.durable().then(() => {
        if (life === this.#life)
          this.#guard(() => {
            deliver(accountId, seq, seq === 1);
          });
      });
    });
  }

  #violation: unknown;
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#violation ??= error;
    }
  }

  #send(): void {
    const accountId = this.#pick(ACCOUNTS);
    const next = (this.#sourceSequence.get(accountId) ?? 0) + 1;
    const event: AccountEvent = {
      eventId: `event-${++this.#events}`,
      accountId,
      source: 'engine',
      sourceSequence: next,
      timeMs: NOW_MS - 10_000 + this.#events,
      change: this.#change(accountId),
    };
    this.#sourceSequence.set(accountId, next);
    this.#unanswered.set(event.eventId, event);
    this.#record(event);
  }

  /** A client that heard nothing, or did not believe it, sends again: it must not happen twice. */
  #repeat(): void {
    if (this.#promised.length === 0) return;
    const { event } = this.#pick(this.#promised);
    const before = this.#book.get(event.accountId)?.seq;
    this.#record(event, true);
    if (this.#book.get(event.accountId)?.seq !== before)
      throw new Violation(`${event.eventId} happened again when it was repeated`);
  }

  #record(event: AccountEvent, mustBeKnown = false): void {
    const life = this.#life;
    void this.#book.record([event]).then(([acknowledgement]) => {
      if (life !== this.#life || acknowledgement === undefined) return;
      this.#guard(() => {
        this.#heard(event, acknowledgement, mustBeKnown);
      });
    });
  }

  #heard(event: AccountEvent, acknowledgement: Acknowledgement, mustBeKnown: boolean): void {
    const { status, failure } = acknowledgement;
    if (status === 'REFUSED') throw new Violation(`${event.eventId} was refused: ${failure?.message ?? ''}`);
    if (mustBeKnown && status !== 'DUPLICATE')
      throw new Violation(`${event.eventId} was acknowledged and is ${status} when repeated`);
    if (!this.#unanswered.delete(event.eventId)) return;
    this.#promised.push({ ...acknowledgement, event });
    this.tally.acknowledged++;
  }

  #change(accountId: string): AccountChange {
    const amount = { asset: 'USDC', units: String(1 + this.#random(1_000_000)), decimals: 6 };
    const kind = this.#random(5);
    if (kind === 0) return { kind: 'DEPOSIT', amount };
    if (kind === 1)
      return { kind: 'TRANSFER', toAccountId: this.#pick(ACCOUNTS.filter((id) => id !== accountId)), amount };
    const fill = {
      tradeId: `trade-${this.#events}`,
      orderId: '',
      instrument: this.#pick(INSTRUMENTS).name,
      side: this.#random(2) === 0 ? ('BUY' as const) : ('SELL' as const),
      quantity: 1 + this.#random(50),
      price: 90_000 + this.#random(10_000),
    };
    return { kind: 'FILL', fill };
  }

  #takeSnapshot(): void {
    const life = this.#life;
    void this.#keeper.takeIfDue().then((outcome) => {
      if (life === this.#life && outcome.ok && outcome.value) this.tally.snapshots++;
    });
  }

  async #crash(): Promise<void> {
    if (this.#violation instanceof Error) throw this.#violation;
    this.#scheduler.forget();
    await this.#disk.crash(this.#random);
    await this.#compareReplays();
    this.tally.crashes++;
    await this.#start();
    // Sources send again what nobody answered.
    for (const event of this.#unanswered.values()) this.#record(event);
  }

  /** From the latest snapshot or from the one before: the same bytes. */
  async #compareReplays(): Promise<void> {
    const environment = { clock: () => this.#clockMs, pause: () => Promise.resolve() };
    const journal = unwrapJournal(await this.#alone(openFramedJournal(this.#disk.mount(), environment)));
    const latest = unwrapJournal(await bookAt(journal));
    const older = {
      read: (from: number) => journal.read(from),
      latestSnapshot: (atOrBefore = Infinity) =>
        journal.latestSnapshot(Math.min(atOrBefore, latest.snapshotSequence - 1)),
    };
    // A crash may have torn an older snapshot; it is the latest that must be there.
    const before = await older.latestSnapshot();
    if (!before.ok || (before.value?.sequence ?? 0) < journal.firstSequence - 1) return;
    const { state } = unwrapJournal(await bookAt(older));
    if (!Buffer.from(encodeSnapshot(state)).equals(encodeSnapshot(latest.state)))
      throw new Violation('a replay from an older snapshot gives another state');
    this.tally.replays++;
  }

  #pick<T>(list: readonly T[]): T {
    const chosen = list[this.#random(list.length)];
    if (chosen === undefined) throw new Error('there is nothing to choose from');
    return chosen;
  }
}
