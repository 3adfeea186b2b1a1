/** Moving average in which a sample counts for the time it stands for. Source: Hyperliquid's mark price. */
export interface SampleTimeEma {
  readonly numerator: number;
  readonly denominator: number;
}

export const EMPTY_SAMPLE_TIME_EMA: SampleTimeEma = { numerator: 0, denominator: 0 };

/**
 * numerator = numerator x e^(-t / tau) + sample x t, denominator = denominator x e^(-t / tau) + t. `seconds` >= 0 is the time
 * that the sample stands for; 0 changes nothing.
 */
export function updateSampleTimeEma(
  before: SampleTimeEma,
  sample: number,
  seconds: number,
  tauSeconds: number,
): SampleTimeEma {
  const decay = Math.exp(-seconds / tauSeconds);
  return {
    numerator: before.numerator * decay + sample * seconds,
    denominator: before.denominator * decay + seconds,
  };
}

/** Undefined before any time has passed. */
export function sampleTimeAverage({ numerator, denominator }: SampleTimeEma): number | undefined {
  return denominator > 0 ? numerator / denominator : undefined;
}
