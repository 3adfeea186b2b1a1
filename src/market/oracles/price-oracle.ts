/** One price from several sources, with its confidence, its status and what was refused on the way. */
import type { Outcome } from '../../domain/outcome.js';
import { expected, success } from '../../domain/outcome.js';
import type { BreakerLimits, BreakerState } from './deviation-breaker.js';
import { deviationBreaker } from './deviation-breaker.js';
import { checkOracleConfig } from './oracle-config.js';
import type { OraclePlan, PriceOracleConfig } from './oracle-config.js';
import type { OracleQuote, QuoteRefusal, Reading, RefusalCounts } from './oracle-quote.js';
import { checkOracleState } from './oracle-state.js';
import type { AggregateState, PriceOracleState } from './oracle-state.js';
import type { PriceStatus, StatusLimits } from './price-status.js';
import { priceStatus } from './price-status.js';
import { EMPTY_TRACKERS, PriceTrackers } from './price-trackers.js';
import { isSignatureValid } from './quote-signature.js';
import { readQuote } from './read-quote.js';
import { SourceAggregate } from './source-aggregate.js';
import { SourceBook } from './source-book.js';
import { widenByAge } from './staleness.js';

export interface OraclePrice {
  /** Null until there were enough sources once; then the last price they gave together. */
  readonly value: number | null;
  /** Quartile distance in units of the price, widened by the age of the value. */
  readonly confidence: number | null;
  readonly status: PriceStatus;
  readonly breaker: BreakerState;
  /** Latest stamp among the quotes behind the value. */
  readonly asOfMs: number | null;
  /** Rate-limited price for initial margins. */
  readonly stablePrice: number | null;
  /** Slow average of the prices before this one. */
  readonly averagePrice: number | null;
  /** Sources that could vote at the time asked for. */
  readonly publishers: number;
  readonly quarantined: number;
  /** The value comes from fewer publishers than required, by the rule of a venue's index. */
  readonly isBelowMinPublishers: boolean;
  readonly rejections: RefusalCounts;
}

export type QuoteOutcome =
  { readonly accepted: true } | { readonly accepted: false; readonly reason: QuoteRefusal };

const ACCEPTED: QuoteOutcome = { accepted: true };

export function createPriceOracle(config: PriceOracleConfig): Outcome<PriceOracle> {
  const plan = checkOracleConfig(config);
  return plan.ok ? success(new PriceOracle(plan.value)) : plan;
}

/** The oracle that left `state` behind: it answers every later call with the same bits. */
export function restorePriceOracle(config: PriceOracleConfig, state: PriceOracleState): Outcome<PriceOracle> {
  const plan = checkOracleConfig(config);
  if (!plan.ok) return plan;
  const checked = checkOracleState(state, plan.value);
  return checked.ok ? success(new PriceOracle(plan.value, checked.value)) : checked;
}

/**
 * `accept` takes quotes, `price` answers at any time. A price is calculated when a quote arrives; afterwards time only widens
 * its confidence and worsens its status. Nothing is read from a clock: times are arguments, and one that goes back counts as the
 * latest seen.
 */
export class PriceOracle {
  private readonly rows: ReadonlyMap<string, number>;
  private readonly book: SourceBook;
  private readonly sources: SourceAggregate;
  private readonly trackers: PriceTrackers;
  private readonly statusLimits: StatusLimits;
  private readonly breakerLimits: BreakerLimits;
  private aggregate: AggregateState | null;
  private rejections: RefusalCounts;
  private nowMs: number;

  /** See `createPriceOracle` and `restorePriceOracle`. */
  constructor(
    private readonly plan: OraclePlan,
    state?: PriceOracleState,
  ) {
    const { parameters, sources } = plan;
    const names = sources.map(({ name }) => name);
    this.rows = new Map(names.map((name, row) => [name, row]));
    this.book = new SourceBook(names, parameters.quoteAgeSecondsMax * 1_000, parameters);
    if (state !== undefined) this.book.restore(state.sources);
    this.sources = new SourceAggregate(plan);
    this.trackers = new PriceTrackers(parameters, state ?? EMPTY_TRACKERS);
    this.statusLimits = parameters;
    this.breakerLimits = parameters;
    this.aggregate = state?.aggregate ?? null;
    this.rejections = state?.rejections ?? {};
    this.nowMs = state?.nowMs ?? 0;
  }

  /** Takes one quote at `nowMs`, milliseconds since 1970. A refusal is counted; of a quote it changes nothing else. */
  accept(quote: OracleQuote, nowMs: number): QuoteOutcome {
    if (!Number.isSafeInteger(nowMs)) return this.refuse('INVALID_CLOCK');
    this.nowMs = Math.max(this.nowMs, nowMs);
    const row = this.rows.get(quote.source);
    if (row === undefined) return this.refuse('UNKNOWN_SOURCE');
    const reading = readQuote(quote, this.plan.sources[row]!.exponent);
    if (typeof reading === 'string') return this.refuse(reading);
    // The signature comes last: a replay is refused before it costs a verification.
    const refusal = this.checkPlace(quote, row) ?? this.checkSignature(quote, row);
    if (refusal !== undefined) return this.refuse(refusal);
    return this.take(row, reading, quote);
  }

  /** Where the quote stands among those of its source, and against the clock. */
  private checkPlace({ timeMs, sequence }: OracleQuote, row: number): QuoteRefusal | undefined {
    const { aheadSecondsMax, quoteAgeSecondsMax } = this.plan.parameters;
    if (!Number.isSafeInteger(timeMs) || timeMs < 0) return 'INVALID_TIME';
    if (!Number.isSafeInteger(sequence) || sequence < 0) return 'INVALID_SEQUENCE';
    if (timeMs > this.nowMs + aheadSecondsMax * 1_000) return 'FROM_THE_FUTURE';
    if (sequence <= this.book.lastSequence[row]!) return 'SEQUENCE_REPLAYED';
    if (timeMs < this.book.lastTimeMs[row]!) return 'OUT_OF_ORDER';
    return this.nowMs - timeMs > quoteAgeSecondsMax * 1_000 ? 'TOO_OLD' : undefined;
  }

  private checkSignature(quote: OracleQuote, row: number): QuoteRefusal | undefined {
    const key = this.plan.keys[row];
    if (key === undefined) return undefined;
    if (quote.signature === undefined) return 'SIGNATURE_MISSING';
    return isSignatureValid(this.plan.name, quote, key) ? undefined : 'SIGNATURE_INVALID';
  }

  private take(row: number, reading: Reading, { timeMs, sequence }: OracleQuote): QuoteOutcome {
    const isGood = this.book.take(row, reading, timeMs, sequence, this.nowMs);
    this.recalculate();
    return isGood ? ACCEPTED : this.refuse('JUMP_QUARANTINED');
  }

  private recalculate(): void {
    const { nowMs, plan, sources, aggregate } = this;
    const publishers = sources.calculate(this.book, nowMs);
    const required = plan.rule === 'CAPPED_INDEX' ? 1 : plan.parameters.minPublishers;
    if (publishers < required) return;
    const { price, confidence, timeMs } = sources;
    const { average, breakerAverage } = this.trackers.follow(aggregate, price, confidence, nowMs);
    this.aggregate = { price, confidence, timeMs, calculatedAtMs: nowMs, average, breakerAverage };
  }

  /** The price at `nowMs`; a time before the latest quote counts as that. Throws a RangeError for a time that is none. */
  price(nowMs: number): OraclePrice {
    if (!Number.isSafeInteger(nowMs)) throw new RangeError(expected('whole milliseconds', 'nowMs', nowMs));
    const atMs = Math.max(this.nowMs, nowMs);
    const { aggregate, plan, book, rejections } = this;
    const publishers = book.liveCount(atMs);
    const hasEnoughPublishers = publishers >= plan.parameters.minPublishers;
    if (aggregate === null)
      return { ...NO_PRICE, publishers, quarantined: book.quarantinedCount, rejections };
    const { price, average, timeMs, breakerAverage } = aggregate;
    const confidence = widenByAge(
      aggregate.confidence,
      price,
      plan.parameters.annualVolatility,
      (atMs - aggregate.calculatedAtMs) / 1_000,
    );
    const ageSeconds = (atMs - timeMs) / 1_000;
    return {
      value: price,
      confidence,
      status: priceStatus({ price, average, confidence, ageSeconds, hasEnoughPublishers }, this.statusLimits),
      breaker: deviationBreaker(price, breakerAverage, this.breakerLimits),
      asOfMs: timeMs,
      stablePrice: this.trackers.stablePrice,
      averagePrice: average,
      publishers,
      quarantined: book.quarantinedCount,
      isBelowMinPublishers: plan.rule === 'CAPPED_INDEX' && !hasEnoughPublishers,
      rejections,
    };
  }

  /** Plain JSON; see `restorePriceOracle`. */
  state(): PriceOracleState {
    return {
      version: 1,
      oracle: this.plan.name,
      nowMs: this.nowMs,
      sources: this.book.state(),
      aggregate: this.aggregate,
      ...this.trackers.state(),
      rejections: this.rejections,
    };
  }

  private refuse(reason: QuoteRefusal): QuoteOutcome {
    this.rejections = { ...this.rejections, [reason]: (this.rejections[reason] ?? 0) + 1 };
    return { accepted: false, reason };
  }
}

/** There never was a price: nothing is guessed, and nothing is permitted on it. */
const NO_PRICE: OraclePrice = {
  value: null,
  confidence: null,
  status: 'InsufficientDataPoints',
  breaker: 'NORMAL',
  asOfMs: null,
  stablePrice: null,
  averagePrice: null,
  publishers: 0,
  quarantined: 0,
  isBelowMinPublishers: false,
  rejections: {},
};
