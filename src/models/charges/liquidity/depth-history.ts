/**
 * What is remembered of one depth (one side and band of one book, the own group's orders excluded), as a plain record that can
 * be stored and replayed. Every ten seconds count as the least depth shown in them, every minute as the median of its tens of
 * seconds. A book that is empty or one-sided shows nothing: it leaves everything as it was, and says so. market-and-risk.md 5.7.
 */
import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { sortedQuantile } from '../../../measures/quantile.js';

export const SLOT_MS = 10_000;
const SLOTS_PER_MINUTE = 6;
const MINUTES_PER_HOUR = 60;
/** Ten minutes of slots: the window of the fast statistic. */
export const SLOTS_KEPT = 60;
/** A day of minutes: the window of the slow statistic. */
export const MINUTES_KEPT = 1_440;
/** Thirty days of hours: at most five of them share an hour of the week. */
export const HOURS_KEPT = 720;
/** Least minutes kept of an hour: enough for the twentieth part of five hours of them. */
const LEAST_KEPT = 15;
/** Samples below which a quantile is the least one. */
export const SAMPLES_MIN = 60;
/** The slow depth falls by at most this share an hour. */
export const SLOW_FALL_PER_HOUR = 0.1;

export interface HourOfDepth {
  /** Hours since 1970. */
  readonly hour: number;
  readonly minuteCount: number;
  /** Its least minutes, ascending, at most 15. */
  readonly least: readonly number[];
}

export interface DepthHistory {
  /** Time and depth of the last observation; null before any. */
  readonly last: { readonly timeMs: number; readonly depth: number } | null;
  /** The last observation was of an empty or one-sided book. */
  readonly isFrozen: boolean;
  /** Ten seconds that still run, then the closed ones of ten minutes, oldest first; slots since 1970. */
  readonly running: { readonly slot: number; readonly depth: number } | null;
  readonly slots: readonly { readonly slot: number; readonly depth: number }[];
  /** Closed minutes of a day, oldest first; minutes since 1970. */
  readonly minutes: readonly { readonly minute: number; readonly depth: number }[];
  readonly hours: readonly HourOfDepth[];
  /** The slow depth and the minute that it was last set in; null before the first minute has closed. */
  readonly slow: { readonly minute: number; readonly depth: number } | null;
}

export const NO_DEPTH_HISTORY: DepthHistory = {
  last: null,
  isFrozen: true,
  running: null,
  slots: [],
  minutes: [],
  hours: [],
  slow: null,
};

/**
 * Adds what a book shows at a time; undefined for an empty or one-sided one. Fails, and changes nothing, for a clock that goes
 * back and a depth that is none.
 */
export function observeDepth(
  history: DepthHistory,
  timeMs: number,
  depth: number | undefined,
): Outcome<DepthHistory> {
  if (!Number.isSafeInteger(timeMs) || timeMs < (history.last?.timeMs ?? 0)) {
    const what = expected('whole milliseconds, not before the last observation', 'timeMs', timeMs);
    return failure('INVALID_VALUE', 'timeMs', what);
  }
  if (depth === undefined) return success({ ...history, isFrozen: true });
  if (!(depth >= 0 && depth < Infinity)) {
    return failure('INVALID_VALUE', 'depth', expected('a size of at least 0', 'depth', depth));
  }
  const slot = Math.floor(timeMs / SLOT_MS);
  const closed = closeSlot(history, slot);
  const running = { slot, depth: Math.min(depth, closed.running?.depth ?? depth) };
  return success({ ...closed, running, last: { timeMs, depth }, isFrozen: false });
}

/** Closes the running ten seconds, and with them their minute, when a later one begins. */
function closeSlot(history: DepthHistory, slot: number): DepthHistory {
  const { running } = history;
  if (running === null || running.slot === slot) return history;
  const slots = [...history.slots, running];
  const minute = minuteOf(running.slot);
  const after = minute < minuteOf(slot) ? closeMinute(history, slots, minute) : history;
  return { ...after, running: null, slots: slots.filter((one) => one.slot >= slot - SLOTS_KEPT) };
}

function closeMinute(history: DepthHistory, slots: DepthHistory['slots'], minute: number): DepthHistory {
  const inMinute = slots.filter((one) => minuteOf(one.slot) === minute).map((one) => one.depth);
  const depth = median(inMinute);
  const recent = history.minutes.filter((one) => one.minute > minute - MINUTES_KEPT);
  const minutes = [...recent, { minute, depth }];
  return {
    ...history,
    minutes,
    hours: addToHour(history.hours, minute, depth),
    slow: slowDepth(history, minutes, minute),
  };
}

/** Median of the day, its least below an hour of minutes; upward at once, downward by at most a tenth an hour. */
function slowDepth(
  { slow }: DepthHistory,
  minutes: DepthHistory['minutes'],
  minute: number,
): DepthHistory['slow'] {
  const depths = minutes.map((one) => one.depth);
  const target = depths.length < SAMPLES_MIN ? Math.min(...depths) : median(depths);
  if (slow === null) return { minute, depth: target };
  const hours = (minute - slow.minute) / MINUTES_PER_HOUR;
  return { minute, depth: Math.max(target, slow.depth * (1 - SLOW_FALL_PER_HOUR) ** hours) };
}

function addToHour(hours: readonly HourOfDepth[], minute: number, depth: number): readonly HourOfDepth[] {
  const hour = Math.floor(minute / MINUTES_PER_HOUR);
  const last = hours[hours.length - 1];
  const isSame = last?.hour === hour;
  const least = [...(isSame ? last.least : []), depth].sort((a, b) => a - b).slice(0, LEAST_KEPT);
  const minuteCount = (isSame ? last.minuteCount : 0) + 1;
  const before = isSame ? hours.slice(0, -1) : hours.filter((one) => one.hour > hour - HOURS_KEPT);
  return [...before, { hour, minuteCount, least }];
}

function minuteOf(slot: number): number {
  return Math.floor(slot / SLOTS_PER_MINUTE);
}

function median(values: readonly number[]): number {
  return sortedQuantile(Float64Array.from(values).sort(), 0.5, 'R7');
}
