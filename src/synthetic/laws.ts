/** The few laws that a venue is drawn from. */
import type { RandomStream } from '../measures/random.js';

/** Standard normal number (Box and Muller 1958, the cosine half). */
export function normal(random: RandomStream): number {
  return Math.sqrt(-2 * Math.log(random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

export function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** Pareto with this minimum and tail index, cut at `max`. */
export function pareto(random: RandomStream, min: number, tailIndex: number, max: number): number {
  return Math.min(max, min * random.uniform() ** (-1 / tailIndex));
}

/** An entry with probability proportional to its weight; weights are >= 0 and not all 0. */
export function pickWeighted<Entry>(
  random: RandomStream,
  entries: readonly Entry[],
  weight: (entry: Entry) => number,
): Entry {
  const total = entries.reduce((sum, entry) => sum + weight(entry), 0);
  let left = random.uniform() * total;
  for (const entry of entries) {
    left -= weight(entry);
    if (left <= 0) return entry;
  }
  const last = entries.at(-1);
  if (last === undefined) throw new RangeError('Nothing to pick from');
  return last;
}

export function pick<Entry>(random: RandomStream, entries: readonly Entry[]): Entry {
  const entry = entries[random.integer(entries.length)];
  if (entry === undefined) throw new RangeError('Nothing to pick from');
  return entry;
}
