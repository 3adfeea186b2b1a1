/**
 * The two depths that liquidity charges read. The slow one is the only one in maintenance margin: neither a quote pulled for
 * seconds nor one shown for minutes moves it. The fast one falls at once and rises late. market-and-risk.md 5.7.
 */
import { HOURS_KEPT, SAMPLES_MIN, SLOTS_KEPT, SLOT_MS } from './depth-history.js';
import type { DepthHistory } from './depth-history.js';

/** Share of a day's traded volume that counts as depth at most (market-and-risk.md 11). */
export const VOLUME_AS_DEPTH = 0.1;
const FAST_QUANTILE = 0.2;
const WEEKLY_QUANTILE = 0.05;
const MS_PER_HOUR = 3_600_000;
const HOURS_PER_WEEK = 168;

/** Median of 24 hours, falling by at most a tenth an hour; null before the first minute has closed. */
export function slowDepthOf(history: DepthHistory): number | null {
  return history.slow?.depth ?? null;
}

export interface FastDepth {
  /** The least of the four; null before the first observation. */
  readonly depth: number | null;
  readonly now: number | null;
  /** 20 % quantile of ten minutes; the least below 60 samples. */
  readonly recent: number | null;
  /** 5 % quantile of the same hour of the week in thirty days; null where there is no such hour. */
  readonly weekly: number | null;
  /** Share of the traded volume of a day. */
  readonly volume: number;
}

/** The fast depth at a time; `dailyVolume` is in the unit of the depth. A volume that is none counts as nothing traded. */
export function fastDepthOf(history: DepthHistory, timeMs: number, dailyVolume: number): FastDepth {
  const now = history.last?.depth ?? null;
  const recent = recentQuantile(history, timeMs);
  const weekly = weeklyQuantile(history, timeMs);
  const volume = dailyVolume > 0 ? VOLUME_AS_DEPTH * dailyVolume : 0;
  const known = [now, recent, weekly].filter((depth) => depth !== null);
  const depth = now === null ? null : Math.min(volume, ...known);
  return { depth, now, recent, weekly, volume };
}

function recentQuantile({ slots, running }: DepthHistory, timeMs: number): number | null {
  const first = Math.floor(timeMs / SLOT_MS) - SLOTS_KEPT;
  const depths = slots.filter(({ slot }) => slot >= first).map(({ depth }) => depth);
  if (running !== null) depths.push(running.depth);
  return lowQuantile(
    depths.sort((a, b) => a - b),
    depths.length,
    FAST_QUANTILE,
  );
}

/** Over the closed hours before this one that share its hour of the week. */
function weeklyQuantile({ hours }: DepthHistory, timeMs: number): number | null {
  const now = Math.floor(timeMs / MS_PER_HOUR);
  const same = hours.filter(
    ({ hour }) => hour < now && hour >= now - HOURS_KEPT && (now - hour) % HOURS_PER_WEEK === 0,
  );
  const least = same.flatMap((hour) => hour.least).sort((a, b) => a - b);
  const count = same.reduce((sum, { minuteCount }) => sum + minuteCount, 0);
  return lowQuantile(least, count, WEEKLY_QUANTILE);
}

/** Of `count` samples of which the least are known, ascending: the number ceil(q n), the first when there are few. */
function lowQuantile(least: readonly number[], count: number, q: number): number | null {
  if (least.length === 0) return null;
  // 0.2 x 60 is 12 up to rounding, and so is its rank.
  const rank = count < SAMPLES_MIN ? 1 : Math.ceil(q * count - 1e-9);
  return least[Math.min(rank, least.length) - 1] ?? null;
}
