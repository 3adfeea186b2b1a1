import type { Cell } from '../cell.js';
import { isUnreadable } from '../cell.js';
import { PriceEvidence } from '../price-evidence.js';
import { ExpiryChain } from './expiry-chain.js';
import type { FutureRow, RawFutureRow } from './future-row.js';
import { checkFutureRow } from './future-row.js';
import type { RawOptionRow, Refusal } from './option-row.js';
import { checkOptionRow, isQuote, isRefusal, refusal } from './option-row.js';

/** What one underlying has to show. */
export class UnderlyingChain {
  /** Published index price, where the source has one beside the rows. */
  indexPrice: number | undefined;
  /** Index prices of the rows. */
  readonly index = new PriceEvidence();
  readonly expiries = new Map<number, ExpiryChain>();
  readonly futures: FutureRow[] = [];

  constructor(readonly name: string) {}

  /** The published index, else the median of the rows; NaN when there is neither. */
  resolveIndex(): number {
    return this.indexPrice ?? this.index.median();
  }

  indexConfidence(): number {
    return this.index.confidence(this.resolveIndex(), this.indexPrice === undefined ? [] : [this.indexPrice]);
  }
}

/** Takes the rows of one snapshot in any order, refuses what is wrong by itself and sorts the rest by underlying and expiry. */
export class ChainCollector {
  private readonly chains = new Map<string, UnderlyingChain>();
  private readonly names = new Set<string>();

  /** `timeSpreadMaxMs`: how far the time of a row may lie from `timeMs`. */
  constructor(
    readonly timeMs: number,
    private readonly timeSpreadMaxMs: number,
  ) {}

  /** In alphabetical order. */
  get underlyings(): readonly UnderlyingChain[] {
    return [...this.chains.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  underlying(name: string): UnderlyingChain {
    const known = this.chains.get(name);
    if (known) return known;
    const created = new UnderlyingChain(name);
    this.chains.set(name, created);
    return created;
  }

  addOption(raw: RawOptionRow): void {
    const timeRefusal = this.checkTime(raw.timeMs);
    const chain = this.expiryChain(raw);
    if (timeRefusal) {
      chain?.witnessMissing(raw.terms.strike);
      raw.fate.refuse(timeRefusal.reason, timeRefusal.detail);
      return;
    }
    this.witnessIndex(raw);
    const outcome = this.checkFirst(raw.name) ?? checkOptionRow(raw, this.timeMs);
    chain?.witness(raw, !isRefusal(outcome));
    if (isRefusal(outcome)) raw.fate.refuse(outcome.reason, outcome.detail);
    else {
      this.names.add(raw.name);
      chain?.add(outcome);
    }
  }

  addFuture(raw: RawFutureRow): void {
    const outcome =
      this.checkTime(raw.timeMs) ?? this.checkFirst(raw.name) ?? checkFutureRow(raw, this.timeMs);
    if ('reason' in outcome) raw.fate.refuse(outcome.reason, outcome.detail);
    else {
      this.names.add(raw.name);
      this.underlying(raw.terms.underlying).futures.push(outcome);
    }
  }

  /** The chain of a row's expiry; none for an expired one, which has no market. */
  private expiryChain({ terms: { underlying, expiryMs } }: RawOptionRow): ExpiryChain | undefined {
    if (expiryMs <= this.timeMs) return undefined;
    const { expiries } = this.underlying(underlying);
    const known = expiries.get(expiryMs);
    if (known) return known;
    const created = new ExpiryChain(underlying, expiryMs, this.timeMs);
    expiries.set(expiryMs, created);
    return created;
  }

  private witnessIndex({ terms, indexPrice }: RawOptionRow): void {
    if (indexPrice === undefined) return;
    const { index } = this.underlying(terms.underlying);
    if (isQuote(indexPrice)) index.add(indexPrice);
    else index.addMissing();
  }

  private checkTime(timeMs: Cell): Refusal | undefined {
    if (isUnreadable(timeMs)) return refusal('UNREADABLE_TIME', `time is ${timeMs.unreadable}`);
    if (timeMs === null) return refusal('UNREADABLE_TIME', 'time is absent');
    if (Math.abs(timeMs - this.timeMs) <= this.timeSpreadMaxMs) return undefined;
    return refusal('TIME_MISMATCH', `Row of ${timeMs} ms in a snapshot of ${this.timeMs} ms`);
  }

  private checkFirst(name: string): Refusal | undefined {
    return this.names.has(name) ? refusal('DUPLICATE_INSTRUMENT', 'An earlier row has the name') : undefined;
  }
}
