import type { AttestationJson } from '../reserves/attestor-task.js';
import type { PrivateTier } from '../reserves/privacy/private-tier.js';
import type { Logger } from '../observability/log.js';

/** Builds a tree of the private tier over an attestation every so often, beside the headers that go on meanwhile. */
export class PrivateTierSchedule {
  #dueMs = 0;
  #building: Promise<void> | undefined;

  constructor(
    readonly tier: PrivateTier,
    /** Place of the tier's asset among those of the attestation. */
    private readonly assetIndex: number,
    private readonly everyMs: number,
    private readonly logger: Logger,
  ) {}

  /** Takes an attestation and the units per asset behind it; starts a tree when one is due and none is being built. */
  onAttestation(
    attestation: AttestationJson,
    equity: ReadonlyMap<string, readonly bigint[]>,
    nowMs: number,
  ): void {
    if (nowMs < this.#dueMs || this.#building !== undefined) return;
    this.#dueMs = nowMs + this.everyMs;
    const liabilities = Array.from(equity, ([id, units]) => [id, units[this.assetIndex] ?? 0n] as const);
    this.#building = this.#build(attestation, liabilities).finally(() => {
      this.#building = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#building;
    await this.tier.close();
  }

  async #build(
    attestation: AttestationJson,
    liabilities: readonly (readonly [accountId: string, units: bigint])[],
  ): Promise<void> {
    const { sequence } = attestation.header;
    try {
      const built = await this.tier.build(attestation, liabilities);
      if (built.ok) this.logger.info({ sequence, accounts: liabilities.length }, 'private tree built');
      else this.logger.error({ reason: built.failure.reason }, `no private tree: ${built.failure.message}`);
    } catch (error) {
      this.logger.error({ error }, 'no private tree');
    }
  }
}
