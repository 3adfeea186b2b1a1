/**
 * Checks of the reference kernels: the same order, errors and sentences as the native binding
 * (`native/binding/arguments.h`): "Expected X for NAME but received Y of type Z".
 */
import type { Black76Inputs } from '../kernels.js';
import { MAGNITUDE_MAX, PAYOFF, POSITIVE_MIN, scenarioStride } from '../layout.js';
import type { InstrumentColumns, ScenarioColumns, SparseRows } from '../layout.js';

type Column = Float64Array | Float32Array | Uint32Array | Uint8Array;

/** Entry of a column whose extent was checked before. */
export function entry(column: Column, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`No entry ${index} among ${column.length}`);
  return value;
}

function fail(expected: string, name: string, value: number): never {
  throw new RangeError(`Expected ${expected} for ${name} but received ${value} of type number`);
}

export function requireCount(name: string, count: number): void {
  if (!(Number.isInteger(count) && count >= 0 && count <= 0xffffffff))
    fail('an integer in [0, 2^32)', name, count);
}

export function requireLength(name: string, column: Column, length: number): void {
  if (column.length >= length) return;
  throw new RangeError(
    `Expected at least ${length} entries for ${name} but received ${column.length} of type ${column.constructor.name}`,
  );
}

function requireFinite(name: string, column: Column, index: number): void {
  const value = entry(column, index);
  if (!(Math.abs(value) <= MAGNITUDE_MAX)) {
    fail(`a number of magnitude <= ${MAGNITUDE_MAX}`, `${name}[${index}]`, value);
  }
}

function requireNonNegative(name: string, column: Column, index: number): void {
  const value = entry(column, index);
  if (!(value >= 0 && value <= MAGNITUDE_MAX)) {
    fail(`a number in [0, ${MAGNITUDE_MAX}]`, `${name}[${index}]`, value);
  }
}

function requirePositive(name: string, column: Column, index: number): void {
  const value = entry(column, index);
  if (!(value >= POSITIVE_MIN && value <= MAGNITUDE_MAX)) {
    fail(`a number in [${POSITIVE_MIN}, ${MAGNITUDE_MAX}]`, `${name}[${index}]`, value);
  }
}

function requireNonNegativePrice(name: string, column: Column, index: number): void {
  if (entry(column, index) !== 0) requirePositive(name, column, index);
}

function requireBelow(name: string, column: Column, index: number, bound: number): void {
  const value = entry(column, index);
  if (!(value < bound)) fail(`an integer in [0, ${bound})`, `${name}[${index}]`, value);
}

export function isDeltaOne(payoff: number): boolean {
  return payoff >= PAYOFF.LINEAR_DELTA_ONE;
}

export function checkBlack76(inputs: Black76Inputs): void {
  requireCount('inputs.count', inputs.count);
  for (const name of ['isCall', 'forward', 'strike', 'volatility', 'timeToExpiryYears'] as const) {
    requireLength(`inputs.${name}`, inputs[name], inputs.count);
  }
  for (let i = 0; i < inputs.count; i += 1) {
    requireBelow('inputs.isCall', inputs.isCall, i, 2);
    requireNonNegativePrice('inputs.forward', inputs.forward, i);
    requireNonNegativePrice('inputs.strike', inputs.strike, i);
    requireNonNegative('inputs.volatility', inputs.volatility, i);
    requireNonNegative('inputs.timeToExpiryYears', inputs.timeToExpiryYears, i);
  }
}

export function checkInstruments(instruments: InstrumentColumns, scenarios: ScenarioColumns): void {
  const count = instruments.count;
  requireCount('instruments.count', count);
  for (const name of [
    'payoff',
    'forward',
    'fixedForward',
    'strike',
    'volatility',
    'timeToExpiryYears',
    'scale',
    'spotRow',
    'volRow',
    'termFactor',
    'skewFactor',
    'smileFactor',
  ] as const) {
    requireLength(`instruments.${name}`, instruments[name], count);
  }
  for (let i = 0; i < count; i += 1) {
    requireBelow('instruments.payoff', instruments.payoff, i, PAYOFF.INVERSE_DELTA_ONE + 1);
    requirePositive('instruments.forward', instruments.forward, i);
    requireFinite('instruments.scale', instruments.scale, i);
    requireBelow('instruments.spotRow', instruments.spotRow, i, scenarios.spotRows);
    if (isDeltaOne(entry(instruments.payoff, i))) continue;
    requireNonNegativePrice('instruments.fixedForward', instruments.fixedForward, i);
    requirePositive('instruments.strike', instruments.strike, i);
    requireNonNegative('instruments.volatility', instruments.volatility, i);
    requireNonNegative('instruments.timeToExpiryYears', instruments.timeToExpiryYears, i);
    requireFinite('instruments.termFactor', instruments.termFactor, i);
    requireFinite('instruments.skewFactor', instruments.skewFactor, i);
    requireFinite('instruments.smileFactor', instruments.smileFactor, i);
    requireBelow('instruments.volRow', instruments.volRow, i, scenarios.volRows);
  }
}

export function checkScenarios(scenarios: ScenarioColumns): void {
  const { count, stride, spotRows, volRows } = scenarios;
  requireCount('scenarios.count', count);
  requireCount('scenarios.spotRows', spotRows);
  requireCount('scenarios.volRows', volRows);
  if (stride !== scenarioStride(count)) fail(`${scenarioStride(count)}`, 'scenarios.stride', stride);
  requireLength('scenarios.spotFactor', scenarios.spotFactor, spotRows * stride);
  for (const name of ['volShock', 'skewShock', 'smileShock', 'volFloor'] as const) {
    requireLength(`scenarios.${name}`, scenarios[name], volRows * stride);
  }
  for (let row = 0; row < spotRows; row += 1) {
    for (let s = 0; s < count; s += 1) {
      requirePositive('scenarios.spotFactor', scenarios.spotFactor, row * stride + s);
    }
  }
  for (let row = 0; row < volRows; row += 1) {
    for (let s = 0; s < count; s += 1) {
      requireFinite('scenarios.volShock', scenarios.volShock, row * stride + s);
      requireFinite('scenarios.skewShock', scenarios.skewShock, row * stride + s);
      requireFinite('scenarios.smileShock', scenarios.smileShock, row * stride + s);
      requireNonNegative('scenarios.volFloor', scenarios.volFloor, row * stride + s);
    }
  }
}

export function checkPositions(positions: SparseRows, instrumentCount: number): void {
  requireCount('positions.rowCount', positions.rowCount);
  requireLength('positions.rowOffsets', positions.rowOffsets, positions.rowCount + 1);
  for (let row = 0; row < positions.rowCount; row += 1) {
    const from = entry(positions.rowOffsets, row);
    const to = entry(positions.rowOffsets, row + 1);
    if (to < from) fail(`an integer >= ${from}`, `positions.rowOffsets[${row + 1}]`, to);
  }
  const end = entry(positions.rowOffsets, positions.rowCount);
  requireLength('positions.instrument', positions.instrument, end);
  requireLength('positions.quantity', positions.quantity, end);
  for (let k = entry(positions.rowOffsets, 0); k < end; k += 1) {
    requireBelow('positions.instrument', positions.instrument, k, instrumentCount);
    requireFinite('positions.quantity', positions.quantity, k);
  }
}
