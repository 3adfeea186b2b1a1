import { Piscina } from 'piscina';
import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import { ATTESTATIONS_KEPT_MAX } from '../limits.js';
import type { MarksOfAttestation } from './attest.js';
import type {
  AttestationJson,
  AttestorAnswer,
  AttestorOptions,
  AttestorTask,
  ProofJson,
} from './attestor-task.js';

/** The built worker entry, beside this file once compiled. */
export const ATTESTOR_WORKER = new URL('./attestor-worker.js', import.meta.url);

/** Requests for proofs that wait while a header is made. */
const TASKS_WAITING_MAX = 10_000;

/** A chain of attestations over accounts that change, kept and hashed on a thread of its own. */
export class Attestor {
  readonly #thread: Piscina<AttestorTask, AttestorAnswer>;
  readonly #kept: AttestationJson[] = [];
  #equity = new Map<string, readonly bigint[]>();

  private constructor(entry: URL) {
    this.#thread = new Piscina({
      filename: entry.href,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Infinity,
      maxQueue: TASKS_WAITING_MAX,
      concurrentTasksPerWorker: 1,
      atomics: 'sync',
    });
  }

  static async open(options: AttestorOptions, entry: URL = ATTESTOR_WORKER): Promise<Attestor> {
    const attestor = new Attestor(entry);
    const opened = await attestor.#thread.run({ kind: 'open', options });
    if (opened.ok) {
      if (options.head !== undefined) attestor.#kept.push(options.head.attestation);
      return attestor;
    }
    await attestor.close();
    throw new Error(opened.failure.message);
  }

  /** Units per asset of every account in the newest attestation. */
  get equity(): ReadonlyMap<string, readonly bigint[]> {
    return this.#equity;
  }

  /** Newest last, the oldest of them dropped beyond a bound. */
  get attestations(): readonly AttestationJson[] {
    return this.#kept;
  }

  get newest(): AttestationJson | undefined {
    return this.#kept.at(-1);
  }

  /**
   * The next attestation, over the equity of every account in units per asset, and what the two largest debtors would owe under
   * each stress, where that is known.
   */
  async attest(
    timeMs: number,
    marks: MarksOfAttestation,
    equity: Map<string, readonly bigint[]>,
    coverTwoByStress?: readonly (readonly bigint[])[],
  ): Promise<Outcome<AttestationJson>> {
    const changed = [...equity].filter(([id, units]) => !isSame(this.#equity.get(id), units));
    const closed = [...this.#equity.keys()].filter((id) => !equity.has(id));
    // Until the thread has answered nobody knows what it has taken in: all of it is then sent again, or closed.
    for (const [id] of changed) this.#equity.set(id, UNKNOWN);
    const answer = await this.#thread.run({
      ...{ kind: 'attest', timeMs, marks, changed, closed },
      ...(coverTwoByStress === undefined ? {} : { coverTwoByStress }),
    });
    if (!answer.ok) return answer;
    const attestation = answer.value as AttestationJson;
    this.#equity = new Map(equity);
    this.#kept.push(attestation);
    if (this.#kept.length > ATTESTATIONS_KEPT_MAX) this.#kept.shift();
    return success(attestation);
  }

  /** The proof of an account under the newest attestation at the time of the answer, with that attestation. */
  async prove(accountId: string): Promise<Outcome<ProofJson>> {
    const answer = await this.#thread.run({ kind: 'prove', accountId });
    return answer.ok ? success(answer.value as ProofJson) : answer;
  }

  async close(): Promise<void> {
    await this.#thread.destroy();
  }
}

/** The same as no equity. */
const UNKNOWN: readonly bigint[] = [];

function isSame(a: readonly bigint[] | undefined, b: readonly bigint[]): boolean {
  return a?.length === b.length && b.every((units, i) => units === a[i]);
}
