import { expected, failure, success, type Outcome } from '../../domain/outcome.js';

/** One number under governance: what it is, and how far and how fast it may go (market-and-risk.md 7). */
export interface ParameterRecord {
  /** Path below the parameters of its model, e.g. `underlyings.BTC.dailyVolatility`. */
  readonly id: string;
  readonly value: number;
  /** Least and greatest value it may ever have; `lo` is the legal floor where there is one. */
  readonly lo: number;
  readonly hi: number;
  /** Greatest relative change of one move, > 0. */
  readonly maxRelativeChange: number;
  /** Least time between two moves, seconds, >= 0. */
  readonly minDelaySeconds: number;
  /** Relative changes below it are noise and are not made, in [0, maxRelativeChange). */
  readonly deadband: number;
  /** Where the value comes from, in words. */
  readonly source: string;
  /** Identities that approved the value, every one once. */
  readonly approvedBy: readonly string[];
  /** Since when it is in force, seconds since 1970. */
  readonly effectiveAtSeconds: number;
}

/** The limits of a move; everything but the value. */
export type MoveLimits = Pick<
  ParameterRecord,
  'lo' | 'hi' | 'maxRelativeChange' | 'minDelaySeconds' | 'deadband'
>;

/** Refuses a record that contradicts itself; failures name the field below `id`. */
export function checkRecord(record: ParameterRecord): Outcome<ParameterRecord> {
  const { id, value, lo, hi, maxRelativeChange, minDelaySeconds, deadband, approvedBy } = record;
  const refuse = (field: string, what: string, received: unknown): ReturnType<typeof failure> =>
    failure('INVALID_PARAMETER', `${id}.${field}`, expected(what, `${id}.${field}`, received));
  if (!Number.isFinite(lo)) return refuse('lo', 'a finite number', lo);
  if (!(hi >= lo && hi < Infinity)) return refuse('hi', `a finite number >= lo, ${String(lo)},`, hi);
  if (!(value >= lo && value <= hi))
    return refuse('value', `a number in [${String(lo)}, ${String(hi)}]`, value);
  if (!(maxRelativeChange > 0 && maxRelativeChange < Infinity))
    return refuse('maxRelativeChange', 'a finite number > 0', maxRelativeChange);
  if (!(minDelaySeconds >= 0 && minDelaySeconds < Infinity))
    return refuse('minDelaySeconds', 'a finite number >= 0', minDelaySeconds);
  if (!(deadband >= 0 && deadband < maxRelativeChange))
    return refuse('deadband', `a number in [0, ${String(maxRelativeChange)})`, deadband);
  if (new Set(approvedBy).size < approvedBy.length)
    return refuse('approvedBy', 'every identity once', approvedBy.join(', '));
  return success(record);
}

/** What became of a proposed value. */
export type MoveReason = 'applied' | 'clamped' | 'deadband' | 'tooSoon';

export interface Move {
  readonly value: number;
  readonly reason: MoveReason;
}

/** What a move starts from. */
export interface MoveStart {
  readonly value: number;
  /** When the last move was, seconds since 1970. */
  readonly lastMoveSeconds: number;
}

/**
 * The value that a proposal may become now. In this order: too soon after the last move keeps the old value; the limits hold;
 * a change below the dead band is none; a larger one than the greatest is cut to it. NaN and a clock that went back are failures.
 */
export function boundedMove(
  { value: old, lastMoveSeconds }: MoveStart,
  proposed: number,
  nowSeconds: number,
  limits: MoveLimits,
): Outcome<Move> {
  const { lo, hi, maxRelativeChange, minDelaySeconds, deadband } = limits;
  if (!Number.isFinite(proposed))
    return failure('INVALID_VALUE', 'proposed', expected('a finite number', 'proposed', proposed));
  if (!(lo <= hi))
    return failure('INVALID_PARAMETER', 'lo', expected(`a number <= hi, ${String(hi)},`, 'lo', lo));
  if (!(nowSeconds >= lastMoveSeconds)) {
    const what = `a time at or after the last move, ${String(lastMoveSeconds)},`;
    return failure('INVALID_VALUE', 'now', expected(what, 'now', nowSeconds));
  }
  if (nowSeconds - lastMoveSeconds < minDelaySeconds) return success({ value: old, reason: 'tooSoon' });
  const inRange = clamp(proposed, lo, hi);
  if (Math.abs(inRange / old - 1) < deadband) return success({ value: old, reason: 'deadband' });
  const reach = Math.abs(old) * maxRelativeChange;
  const value = clamp(inRange, old - reach, old + reach);
  return success({ value, reason: value === proposed ? 'applied' : 'clamped' });
}

/** Cuts are slower than raises: they lower what stands between the venue and a loss (market-and-risk.md 7.3). */
export const CUT_PER_DAY_MAX = 0.05;

const DAY_SECONDS = 86_400;

/**
 * A bounded move with the house's asymmetry: raises as the limits allow; cuts only while the market is calm, and at most 5 % a
 * day. A cut is measured against the time since the last move, so that many small ones are no faster than one.
 */
export function asymmetricMove(
  start: MoveStart,
  proposed: number,
  nowSeconds: number,
  limits: MoveLimits,
  isCalm: boolean,
): Outcome<Move> {
  const move = boundedMove(start, proposed, nowSeconds, limits);
  if (!move.ok || move.value.value >= start.value) return move;
  if (!isCalm) return success({ value: start.value, reason: 'clamped' });
  const days = (nowSeconds - start.lastMoveSeconds) / DAY_SECONDS;
  const least = Math.max(limits.lo, start.value * (1 - CUT_PER_DAY_MAX * Math.min(1, days)));
  return success(move.value.value >= least ? move.value : { value: least, reason: 'clamped' });
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
