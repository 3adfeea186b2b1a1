import { EPOCHS_PER_WHOLE_RECORD, RECORD_WAIT_MAX_MS } from '../../limits.js';
import type { Market } from '../../market/snapshot/market.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import type { EventLog } from '../book/durable-queue.js';
import { DurableQueue } from '../book/durable-queue.js';
import type { ChangeLog } from '../state/change-log.js';
import { encodeStateChange, STATE_RECORD_KIND } from '../state/standing-steps.js';
import { EPOCH_RECORD_KIND, encodeChanges, encodeWhole } from './epoch-record.js';
import type { MarginRules, RecordedModel } from './epoch-record.js';

export interface RecorderWorld {
  /** Model of accounts that name none. */
  readonly defaultModel: string;
  /** Undefined for a model that does not exist. */
  readonly modelNamed: (name: string) => ResolvedModel | undefined;
  /** Resolves after that time or, at the latest, when the process may end. */
  readonly delay: (ms: number) => Promise<void>;
  /** Called once, when nothing is recorded any more. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes beside the events of accounts what their margins rest on: every epoch, the parameters in use, and every change of state.
 * With these `marginHistory` answers what a margin was.
 */
export class HistoryRecorder {
  readonly #queue: DurableQueue;
  readonly #models: Record<string, RecordedModel> = {};
  #last: Market | undefined;
  #sinceWhole = 0;
  #changesPlace = 0;
  #hasFailed = false;

  constructor(
    log: EventLog,
    private readonly world: RecorderWorld,
  ) {
    this.#queue = new DurableQueue(log);
  }

  /**
   * Records an epoch. Resolves when it is durable, so that nobody is told a margin that could not be found again; a disk that is slow or
   * gone delays no margin for longer than `RECORD_WAIT_MAX_MS`.
   */
  async epoch(market: Market): Promise<void> {
    const changes =
      this.#last?.table === market.table && this.#sinceWhole < EPOCHS_PER_WHOLE_RECORD
        ? encodeChanges(this.#last, market)
        : undefined;
    this.#sinceWhole = changes === undefined ? 1 : this.#sinceWhole + 1;
    this.#last = market;
    this.#push(EPOCH_RECORD_KIND, '', changes ?? encodeWhole(market, this.#rules()));
    await Promise.race([this.#settled(), this.world.delay(RECORD_WAIT_MAX_MS)]);
  }

  /** An account is margined by this model; its parameters are recorded with the present epoch unless they are already. */
  usesModel(name: string): void {
    // Asked at every change of an account: a model is found once.
    if (this.#models[name] === undefined) this.modelChanged(name);
  }

  /** Other parameters are in force under this name from the present epoch on. */
  modelChanged(name: string): void {
    const model = this.world.modelNamed(name);
    if (model === undefined) return;
    const { version, parameterHash, parameters } = model;
    this.#models[name] = { version, parameterHash, parameters };
    this.renew();
  }

  /** Records the present epoch whole: readers that begin here need nothing before it. */
  renew(): void {
    if (this.#last === undefined) return;
    this.#sinceWhole = EPOCHS_PER_WHOLE_RECORD;
    void this.epoch(this.#last);
  }

  /** Records the changes of state since the last call. */
  states(changes: ChangeLog): void {
    for (; this.#changesPlace < changes.end; this.#changesPlace += 1) {
      const change = changes.at(this.#changesPlace);
      if (change !== undefined) this.#push(STATE_RECORD_KIND, change.accountId, encodeStateChange(change));
    }
  }

  #rules(): MarginRules {
    return { defaultModel: this.world.defaultModel, models: this.#models };
  }

  #push(kind: string, accountId: string, payload: Uint8Array): void {
    if (!this.#hasFailed) this.#queue.push({ kind, accountId, source: '', sourceSequence: 0, payload });
  }

  async #settled(): Promise<void> {
    try {
      await this.#queue.durable();
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.world.onError(error);
    }
  }
}
