import type { Failure, Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { valueMarket } from '../../engine/valuation.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { Market } from '../../market/snapshot/market.js';
import { floorDivide, tenTo } from '../../market/marks/decimal.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import type { Attestor } from '../../reserves/attestor.js';
import type { AttestationJson } from '../../reserves/attestor-task.js';
import type { AccountView } from '../book/account.js';
import { LEDGER_DECIMALS } from '../book/ledger.js';
import type { PriceOf } from './equity-by-asset.js';
import { equityByAsset, pricesOf } from './equity-by-asset.js';
import { openInterestHash } from './open-interest.js';
import { StressedDebts } from './stressed-debts.js';
import { stressMarket } from './stressed-market.js';

/** The accounts of a book, as an audit reads them. */
export interface AuditedBook {
  sortedIds(): readonly string[];
  get(accountId: string): AccountView | undefined;
}

/** Where an audit says what it could not do. */
export interface AuditRemarks {
  /** The attestation has no figures under stress. */
  unstressed(cause: Failure): void;
}

/** Accounts that are valued before the event loop may do something else: about a millisecond. */
const ACCOUNTS_PER_TURN = 100;

/** What has been valued so far. */
interface Seen {
  /** Sequence numbers of the accounts as they were valued. */
  readonly seqs: Map<string, number>;
  /** In units of the attested assets. */
  readonly equity: Map<string, readonly bigint[]>;
  readonly debts: StressedDebts;
}

/** Attests what a live book owes, at the marks of one epoch. */
export class LiveAudit {
  constructor(
    private readonly book: AuditedBook,
    private readonly attestor: Attestor,
    private readonly assets: readonly AttestedAsset[],
    private readonly kernels: Kernels,
    private readonly remarks: AuditRemarks,
  ) {}

  /** The next attestation. The market must stay pinned until it is there. */
  async attest(market: Market, timeMs: number): Promise<Outcome<AttestationJson>> {
    const valuation = valueMarket(this.kernels, market);
    const stressed = stressMarket(this.kernels, market, valuation);
    if (!stressed.ok) return stressed;
    const debts = new StressedDebts(stressed.value, this.assets);
    const equity = await this.equity(pricesOf(market, valuation), debts);
    if (!equity.ok) return equity;
    const coverTwo = debts.coverTwoByStress();
    if (!coverTwo.ok) this.remarks.unstressed(coverTwo.failure);
    const openInterest = openInterestHash(this.accounts());
    const marks = {
      epoch: BigInt(market.epoch),
      pricesHash: Buffer.from(market.hash, 'hex'),
      surfaceHash: Buffer.from(market.hash, 'hex'),
      parametersHash: stressed.value.parametersHash,
      ...(openInterest === undefined ? {} : { openInterestHash: openInterest }),
    };
    return this.attestor.attest(timeMs, marks, equity.value, coverTwo.ok ? coverTwo.value : undefined);
  }

  /**
   * Equity of all accounts at one moment: valued in turns, and what changed meanwhile valued again at the end without a pause, so
   * that a transfer is never seen on one side only.
   */
  private async equity(
    priceOf: PriceOf,
    debts: StressedDebts,
  ): Promise<Outcome<Map<string, readonly bigint[]>>> {
    const seen: Seen = { seqs: new Map(), equity: new Map(), debts };
    let count = 0;
    for (const accountId of this.book.sortedIds()) {
      const fault = this.value(accountId, priceOf, seen);
      if (!fault.ok) return fault;
      if (++count % ACCOUNTS_PER_TURN === 0) await new Promise(setImmediate);
    }
    for (const account of this.accounts()) {
      if (seen.seqs.get(account.accountId) === account.seq) continue;
      const fault = this.value(account.accountId, priceOf, seen);
      if (!fault.ok) return fault;
    }
    return success(seen.equity);
  }

  private value(accountId: string, priceOf: PriceOf, seen: Seen): Outcome<undefined> {
    const account = this.book.get(accountId);
    if (account === undefined) return success(undefined);
    const byAsset = equityByAsset(account, priceOf);
    if (!byAsset.ok) return byAsset;
    const unattested = [...byAsset.value.keys()].find(
      (name) => !this.assets.some(({ asset }) => asset === name),
    );
    if (unattested !== undefined)
      return failure(
        'INVALID_VALUE',
        `accounts[${accountId}]`,
        `Expected only ${this.assets.map(({ asset }) => asset).join(', ')} but the account holds ${unattested}`,
      );
    seen.seqs.set(accountId, account.seq);
    seen.debts.put(account, byAsset.value);
    seen.equity.set(
      accountId,
      this.assets.map(({ asset, decimals }) => attestedUnits(byAsset.value.get(asset) ?? 0n, decimals)),
    );
    return success(undefined);
  }

  private *accounts(): Generator<AccountView> {
    for (const accountId of this.book.sortedIds()) {
      const account = this.book.get(accountId);
      if (account !== undefined) yield account;
    }
  }
}

/** Ledger units in units of the attested asset, rounded down. */
function attestedUnits(ledgerUnits: bigint, decimals: number): bigint {
  return decimals >= LEDGER_DECIMALS
    ? ledgerUnits * tenTo(decimals - LEDGER_DECIMALS)
    : floorDivide(ledgerUnits, tenTo(LEDGER_DECIMALS - decimals));
}
