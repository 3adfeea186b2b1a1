/**
 * Timing of two ways to do the same thing in one run. The ways take turns, so that noise of the machine (another guest, a
 * change of clock) hits both; the ratio of medians is what to trust, not the digits of either.
 */
export interface Measurement {
  /** Median seconds of one call, in the order of the ways. */
  readonly seconds: readonly number[];
}

export interface MeasureOptions {
  /** Turns of each way that count. */
  readonly rounds: number;
  /** Calls within one turn, so that a turn is long against the clock's resolution. */
  readonly callsPerRound: number;
  /** Turns before the first that counts: compilation, caches, clock. */
  readonly warmupRounds: number;
}

export const DEFAULT_MEASURE: MeasureOptions = { rounds: 15, callsPerRound: 1, warmupRounds: 3 };

export function measure(ways: readonly (() => void)[], options: Partial<MeasureOptions> = {}): Measurement {
  const { rounds, callsPerRound, warmupRounds } = { ...DEFAULT_MEASURE, ...options };
  const samples: number[][] = ways.map(() => []);
  for (let round = -warmupRounds; round < rounds; round++) {
    ways.forEach((way, index) => {
      const startedMs = performance.now();
      for (let call = 0; call < callsPerRound; call++) way();
      const seconds = (performance.now() - startedMs) / 1000 / callsPerRound;
      if (round >= 0) samples[index]?.push(seconds);
    });
  }
  return { seconds: samples.map(median) };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear interpolation between order statistics; NaN for an empty list. */
export function quantile(values: readonly number[], level: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = level * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? NaN;
  const high = sorted[Math.ceil(position)] ?? NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** Seeded generator of uniform numbers in [0, 1) (mulberry32): the same inputs in every run. */
export function uniformGenerator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
