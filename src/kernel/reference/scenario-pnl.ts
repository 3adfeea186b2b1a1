import { PAYOFF, cubeIndex, cubeLength } from '../layout.js';
import type { InstrumentColumns, ScenarioColumns } from '../layout.js';
import { black76Price } from './black76.js';
import { checkInstruments, checkScenarios, entry, isDeltaOne, requireLength } from './checks.js';

/** Volatility of one option in one scenario, by the rule of `ScenarioColumns`. */
export function shockedVolatilityOf(
  instruments: InstrumentColumns,
  scenarios: ScenarioColumns,
  instrument: number,
  scenario: number,
): number {
  const cell = entry(instruments.volRow, instrument) * scenarios.stride + scenario;
  const multiplier =
    1 +
    entry(scenarios.volShock, cell) * entry(instruments.termFactor, instrument) +
    entry(scenarios.skewShock, cell) * entry(instruments.skewFactor, instrument) +
    entry(scenarios.smileShock, cell) * entry(instruments.smileFactor, instrument);
  const shocked = entry(instruments.volatility, instrument) * Math.max(0, multiplier);
  return Math.max(entry(scenarios.volFloor, cell), shocked);
}

/**
 * Value of one unit, before `scale`, at a spot factor and a volatility. Linear payoffs in quote currency, inverse ones in
 * coins at the forward of the scenario.
 */
export function unitValueOf(
  instruments: InstrumentColumns,
  instrument: number,
  spotFactor: number,
  volatility: number,
): number {
  const payoff = entry(instruments.payoff, instrument);
  const moving = entry(instruments.forward, instrument) * spotFactor;
  if (payoff === PAYOFF.LINEAR_DELTA_ONE) return moving;
  if (payoff === PAYOFF.INVERSE_DELTA_ONE) return -1 / moving;
  // Fixed and moving part together are one lognormal forward; an average priced on the moving part alone is passed with
  // `fixedForward` 0 and the strike less the fixed part.
  const forward = entry(instruments.fixedForward, instrument) + moving;
  const isCall = payoff === PAYOFF.LINEAR_CALL || payoff === PAYOFF.INVERSE_CALL;
  const price = black76Price(
    isCall,
    forward,
    entry(instruments.strike, instrument),
    volatility,
    entry(instruments.timeToExpiryYears, instrument),
  );
  return payoff === PAYOFF.INVERSE_CALL || payoff === PAYOFF.INVERSE_PUT ? price / forward : price;
}

export function shockedVolatility(
  instruments: InstrumentColumns,
  scenarios: ScenarioColumns,
  volatility: Float64Array,
): void {
  checkScenarios(scenarios);
  checkInstruments(instruments, scenarios);
  requireLength('volatility', volatility, instruments.count * scenarios.stride);
  for (let i = 0; i < instruments.count; i += 1) {
    for (let s = 0; s < scenarios.stride; s += 1) {
      const moves = s < scenarios.count && !isDeltaOne(entry(instruments.payoff, i));
      volatility[i * scenarios.stride + s] = moves ? shockedVolatilityOf(instruments, scenarios, i, s) : 0;
    }
  }
}

export function scenarioPnl(
  instruments: InstrumentColumns,
  scenarios: ScenarioColumns,
  pnl: Float64Array,
): void {
  checkScenarios(scenarios);
  checkInstruments(instruments, scenarios);
  requireLength('pnl', pnl, cubeLength(instruments.count, scenarios.count));
  for (let i = 0; i < instruments.count; i += 1) {
    const option = !isDeltaOne(entry(instruments.payoff, i));
    const unshocked = unitValueOf(instruments, i, 1, option ? entry(instruments.volatility, i) : 0);
    const scale = entry(instruments.scale, i);
    for (let s = 0; s < scenarios.stride; s += 1) {
      let change = 0;
      if (s < scenarios.count) {
        const factor = entry(scenarios.spotFactor, entry(instruments.spotRow, i) * scenarios.stride + s);
        const volatility = option ? shockedVolatilityOf(instruments, scenarios, i, s) : 0;
        change = (unitValueOf(instruments, i, factor, volatility) - unshocked) * scale;
      }
      pnl[cubeIndex(i, s, instruments.count)] = change;
    }
  }
}
