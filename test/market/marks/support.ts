import type { VolatilityClock } from '../../../src/market/marks/averaging-clock.js';
import type { OptionMarkInputs, OptionMarkOutputs } from '../../../src/market/marks/option-marks.js';

export interface OptionToMark {
  readonly isCall: boolean;
  readonly forward: number;
  readonly strike: number;
  readonly secondsToExpiry: number;
  readonly volatility: number;
  readonly clock: VolatilityClock;
  readonly averageSoFar?: number;
}

export function markColumns(options: readonly OptionToMark[]): OptionMarkInputs {
  const column = (pick: (option: OptionToMark) => number): Float64Array => Float64Array.from(options, pick);
  return {
    count: options.length,
    isCall: Uint8Array.from(options, ({ isCall }) => (isCall ? 1 : 0)),
    forward: column(({ forward }) => forward),
    strike: column(({ strike }) => strike),
    secondsToExpiry: column(({ secondsToExpiry }) => secondsToExpiry),
    volatility: column(({ volatility }) => volatility),
    clock: options.map(({ clock }) => clock),
    averageSoFar: column(({ averageSoFar = NaN }) => averageSoFar),
  };
}

/** Outputs of which nothing is known yet. */
export function markOutputs(count: number): OptionMarkOutputs {
  const column = (): Float64Array => new Float64Array(count).fill(NaN);
  return {
    value: column(),
    delta: column(),
    coinValue: column(),
    coinDelta: column(),
    isLive: new Uint8Array(count),
  };
}
