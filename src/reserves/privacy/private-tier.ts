import { Piscina } from 'piscina';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { PRIVATE_PROOFS_WAITING_MAX } from '../../limits.js';
import type { AttestedAsset } from '../attested-asset.js';
import type { AttestationJson } from '../attestor-task.js';
import type { PrivateProofJson } from './private-json.js';
import type { PrivateTierAnswer, PrivateTierOptions, PrivateTierTask } from './private-tier-task.js';

/** The built worker entry, beside this file once compiled. */
export const PRIVATE_TIER_WORKER = new URL('./private-tier-worker.js', import.meta.url);

/** A proof with the attestation that its statement names. */
export type StatedProofJson = PrivateProofJson & { readonly attestation: AttestationJson };

/** The newest tree of the private tier over one asset, kept on a thread of its own. */
export class PrivateTier {
  readonly #thread: Piscina<PrivateTierTask, PrivateTierAnswer>;
  #attestation: AttestationJson | undefined;

  constructor(
    private readonly options: PrivateTierOptions,
    entry: URL = PRIVATE_TIER_WORKER,
  ) {
    this.#thread = new Piscina({
      filename: entry.href,
      minThreads: 1,
      maxThreads: 1,
      idleTimeout: Infinity,
      maxQueue: PRIVATE_PROOFS_WAITING_MAX,
      concurrentTasksPerWorker: 1,
    });
  }

  get asset(): AttestedAsset {
    return this.options.asset;
  }

  /** Commits to what every account is owed in an attestation; the tree before serves until this one stands. */
  async build(
    attestation: AttestationJson,
    liabilities: readonly (readonly [accountId: string, units: bigint])[],
  ): Promise<Outcome<undefined>> {
    const epoch = BigInt(attestation.header.sequence);
    const headerHash = Buffer.from(attestation.headerHash, 'base64');
    const { options } = this;
    const answer = await this.#thread.run({ kind: 'build', options, epoch, headerHash, liabilities });
    if (!answer.ok) return answer;
    this.#attestation = attestation;
    return success(undefined);
  }

  /** The proof of an account in the newest tree. The first proofs of a tree take seconds, later ones share what was proven. */
  async prove(accountId: string): Promise<Outcome<StatedProofJson>> {
    const answer = await this.#thread.run({ kind: 'prove', accountId });
    if (!answer.ok) return answer;
    return success({ ...answer.value!, attestation: this.#attestation! });
  }

  async close(): Promise<void> {
    await this.#thread.destroy();
  }
}
