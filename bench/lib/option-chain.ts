/** Seeded inputs of the kernel benches: a chain of options on one underlying and spot x volatility scenarios. */
import { PAYOFF, scenarioStride } from '../../src/kernel/layout.js';
import type { InstrumentColumns, ScenarioColumns } from '../../src/kernel/layout.js';
import { uniformGenerator } from './measure.js';

const FORWARD = 100_000;

/** Half calls, half puts; strikes within a factor of two, a day to a year, volatilities of 30 % to 130 %. */
export function optionChain(count: number): InstrumentColumns {
  const random = uniformGenerator(1);
  const time = Float64Array.from({ length: count }, () => 1 / 365 + random());
  return {
    count,
    payoff: Uint8Array.from({ length: count }, (_, i) =>
      i % 2 === 0 ? PAYOFF.LINEAR_CALL : PAYOFF.LINEAR_PUT,
    ),
    forward: new Float64Array(count).fill(FORWARD),
    fixedForward: new Float64Array(count),
    strike: Float64Array.from({ length: count }, () => FORWARD * 2 ** (2 * random() - 1)),
    volatility: Float64Array.from({ length: count }, () => 0.3 + random()),
    timeToExpiryYears: time,
    scale: new Float64Array(count).fill(1),
    spotRow: new Uint32Array(count),
    volRow: new Uint32Array(count),
    // The term structure of Derive's and Deribit's models: (30 days / time)^0.3.
    termFactor: time.map((years) => (30 / 365 / years) ** 0.3),
    skewFactor: new Float64Array(count),
    smileFactor: new Float64Array(count),
  };
}

/** Spot moves within 16 %, volatility shocks within 40 %. */
export function spotAndVolScenarios(count: number): ScenarioColumns {
  const random = uniformGenerator(2);
  const stride = scenarioStride(count);
  const filled = (neutral: number, value: () => number): Float64Array =>
    Float64Array.from({ length: stride }, (_, s) => (s < count ? value() : neutral));
  return {
    count,
    stride,
    spotRows: 1,
    volRows: 1,
    spotFactor: filled(1, () => 0.84 + 0.32 * random()),
    volShock: filled(0, () => 0.8 * random() - 0.4),
    skewShock: new Float64Array(stride),
    smileShock: new Float64Array(stride),
    volFloor: new Float64Array(stride),
  };
}
