/** All that an oracle remembers, as plain JSON: writing it out and reading it back changes no later bit. */
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { ConfidenceEma } from './confidence-ema.js';
import type { RefusalCounts } from './oracle-quote.js';
import { QUOTE_REFUSALS } from './oracle-quote.js';
import type { OraclePlan } from './oracle-config.js';
import type { SampleTimeEma } from './sample-time-ema.js';
import type { StablePriceState } from './stable-price.js';

export interface StampedReading {
  readonly price: number;
  readonly confidence: number;
  /** The source's stamp. */
  readonly timeMs: number;
  /** When it arrived here. */
  readonly receivedAtMs: number;
}

export interface SourceState {
  readonly name: string;
  /** Sequence and time of the last authentic quote, -1 before the first. */
  readonly sequence: number;
  readonly timeMs: number;
  /** What votes; null before the first. */
  readonly good: StampedReading | null;
  /** A jump that waits for the other sources; while it does, the source does not vote. */
  readonly quarantined: StampedReading | null;
}

/** What the sources said together, the last time there were enough of them. */
export interface AggregateState {
  readonly price: number;
  readonly confidence: number;
  /** Latest stamp among the quotes that voted. */
  readonly timeMs: number;
  /** When it was calculated: age widens the confidence from here on. */
  readonly calculatedAtMs: number;
  /** Slow average and the breaker's average at that time. */
  readonly average: number;
  readonly breakerAverage: number;
}

export interface PriceOracleState {
  readonly version: 1;
  readonly oracle: string;
  /** Latest time the oracle has seen: a clock that goes back is ignored. */
  readonly nowMs: number;
  /** In the order of the names. */
  readonly sources: readonly SourceState[];
  readonly aggregate: AggregateState | null;
  readonly averageEma: ConfidenceEma;
  readonly averageUpdatedAtMs: number;
  readonly breakerEma: SampleTimeEma;
  readonly stable: StablePriceState | null;
  readonly rejections: RefusalCounts;
}

/** Refuses a state of another oracle, and one with a number that no oracle leaves behind. */
export function checkOracleState(state: PriceOracleState, plan: OraclePlan): Outcome<PriceOracleState> {
  const version: number = state.version;
  if (version !== 1) return failure('UNSUPPORTED', 'version', `Expected 1 but received ${version}`);
  if (state.oracle !== plan.name)
    return failure(
      'INVALID_VALUE',
      'oracle',
      `Expected the state of ${plan.name} but received ${state.oracle}`,
    );
  const names = state.sources.map(({ name }) => name);
  if (names.join('\n') !== plan.sources.map(({ name }) => name).join('\n'))
    return failure('INVALID_VALUE', 'sources', `Expected the sources of ${plan.name} in the order of names`);
  for (const [reason, count] of Object.entries(state.rejections))
    if (!(QUOTE_REFUSALS as readonly string[]).includes(reason) || !Number.isSafeInteger(count))
      return failure('INVALID_VALUE', `rejections.${reason}`, `Expected a count of a known reason`);
  const wrong = findWrongNumber(state, 'state');
  if (wrong !== undefined) return failure('INVALID_VALUE', wrong, `Expected a finite number`);
  return success(state);
}

/** Path of the first number below `value` that is not finite. */
function findWrongNumber(value: unknown, where: string): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : where;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const wrong = findWrongNumber(inner, `${where}.${key}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
