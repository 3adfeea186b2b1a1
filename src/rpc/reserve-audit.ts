import { createPrivateKey } from 'node:crypto';
import type { AttestorOptions } from '../reserves/attestor-task.js';
import type { ChainHead } from '../reserves/chain-file.js';
import { readChainHead } from '../reserves/chain-file.js';
import { Attestor } from '../reserves/attestor.js';
import type { Kernels } from '../kernel/kernels.js';
import type { AuditedBook } from '../live/reserves/live-audit.js';
import { LiveAudit } from '../live/reserves/live-audit.js';
import { PrivateTier } from '../reserves/privacy/private-tier.js';
import type { Logger } from '../observability/log.js';
import type { EpochRegistry } from './epochs.js';
import { PrivateTierSchedule } from './private-tier-schedule.js';

/** What a server needs to attest what it owes. */
export interface ReserveAuditSettings extends Omit<AttestorOptions, 'head'> {
  /** From one header to the next, milliseconds. */
  readonly everyMs: number;
  /** The compiled thread; that of this package by default. */
  readonly workerEntry?: URL;
  /** One of the assets, attested in the private tier too. */
  readonly privateTier?: PrivateTierSettings;
}

export interface PrivateTierSettings {
  readonly asset: string;
  /** From one tree to the next, milliseconds. */
  readonly everyMs: number;
  /** The compiled thread; that of this package by default. */
  readonly workerEntry?: URL;
}

interface Parts {
  readonly book: AuditedBook;
  readonly epochs: EpochRegistry;
  readonly kernels: Kernels;
  readonly logger: Logger;
  /** Where the chain ended before this start. */
  readonly head: ChainHead | undefined;
}

/** Where the chain of these settings ended before this start; throws where its file cannot be read as one. */
export function chainHeadOf(settings: ReserveAuditSettings | undefined): ChainHead | undefined {
  if (settings?.chainFile === undefined) return undefined;
  const head = readChainHead(settings.chainFile, createPrivateKey(settings.signingKeyPem));
  if (head.ok) return head.value;
  throw new ChainRefusedError(head.failure.message);
}

/** A chain of attestations that cannot be continued. */
export class ChainRefusedError extends Error {
  override readonly name = 'ChainRefusedError';
}

/** Makes a header every few seconds, one at a time, until it is closed; a header that cannot be made is logged, and none is made up. */
export class ReserveAudit {
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  private constructor(
    readonly attestor: Attestor,
    private readonly schedule: PrivateTierSchedule | undefined,
    private readonly audit: LiveAudit,
    private readonly settings: ReserveAuditSettings,
    private readonly parts: Parts,
  ) {}

  static async open(settings: ReserveAuditSettings, parts: Parts): Promise<ReserveAudit> {
    const { everyMs: _, workerEntry, privateTier, ...options } = settings;
    const head = parts.head === undefined ? {} : { head: parts.head };
    const attestor = await Attestor.open({ ...options, ...head }, workerEntry);
    const audit = new LiveAudit(parts.book, attestor, settings.assets, parts.kernels, {
      unstressed: ({ reason, message }) => {
        parts.logger.warn({ reason }, `attestation without solvency under stress: ${message}`);
      },
    });
    const reserveAudit = new ReserveAudit(
      attestor,
      scheduleOf(settings, privateTier, parts.logger),
      audit,
      settings,
      parts,
    );
    reserveAudit.#tick();
    return reserveAudit;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    clearTimeout(this.#timer);
    await this.schedule?.close();
    await this.attestor.close();
  }

  /** The private tier, where the server keeps one. */
  get privateTier(): PrivateTier | undefined {
    return this.schedule?.tier;
  }

  #tick(): void {
    this.#running = this.#attestOnce().finally(() => {
      this.#timer = setTimeout(() => {
        this.#tick();
      }, this.settings.everyMs);
    });
  }

  async #attestOnce(): Promise<void> {
    const { epochs, logger } = this.parts;
    const pinned = epochs.pin(0);
    if (pinned === undefined) return;
    try {
      const nowMs = Date.now();
      const made = await this.audit.attest(pinned.market, nowMs);
      if (made.ok) {
        logger.debug({ sequence: made.value.header.sequence }, 'attested');
        this.schedule?.onAttestation(made.value, this.attestor.equity, nowMs);
      } else
        logger.error(
          { reason: made.failure.reason, field: made.failure.field },
          `no attestation: ${made.failure.message}`,
        );
    } catch (error) {
      logger.error({ error }, 'no attestation');
    } finally {
      pinned.release();
    }
  }
}

function scheduleOf(
  { assets, venueSecret, signingKeyPem }: ReserveAuditSettings,
  settings: PrivateTierSettings | undefined,
  logger: Logger,
): PrivateTierSchedule | undefined {
  if (settings === undefined) return undefined;
  const index = assets.findIndex(({ asset }) => asset === settings.asset);
  const asset = assets[index];
  if (asset === undefined)
    throw new RangeError(`Expected an attested asset but received "${settings.asset}"`);
  const tier = new PrivateTier({ asset, venueSecret, signingKeyPem }, settings.workerEntry);
  return new PrivateTierSchedule(tier, index, settings.everyMs, logger);
}
