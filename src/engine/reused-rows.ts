import type { Kernels } from '../kernel/kernels.js';
import { cubeIndex, SCENARIO_BLOCK, type InstrumentColumns, type ScenarioColumns } from '../kernel/layout.js';
import { selectInstruments } from './instrument-columns.js';

/** What a cube was repriced from: equal inputs give equal rows. */
export interface PricedRows {
  readonly columns: InstrumentColumns;
  readonly scenarios: ScenarioColumns;
  /** Without decay. */
  readonly pnl: Float64Array;
}

/**
 * Fills the cube. A row is a function of the instrument's columns and of the scenarios, so rows whose inputs are those of
 * `previous` are copied and only the others repriced: after a tick of one underlying, its own. The bits are those of a full
 * repricing.
 */
export function priceRows(
  kernels: Kernels,
  columns: InstrumentColumns,
  scenarios: ScenarioColumns,
  pnl: Float64Array,
  previous: PricedRows | undefined,
): void {
  const changed = previous === undefined ? undefined : changedRows(columns, scenarios, previous);
  if (previous === undefined || changed === undefined || changed.length === columns.count) {
    kernels.scenarioPnl(columns, scenarios, pnl);
    return;
  }
  pnl.set(previous.pnl);
  if (changed.length === 0) return;
  const part = new Float64Array(changed.length * scenarios.stride);
  kernels.scenarioPnl(selectInstruments(columns, changed), scenarios, part);
  for (let s = 0; s < scenarios.stride; s += SCENARIO_BLOCK) {
    for (let row = 0; row < changed.length; row += 1) {
      const from = cubeIndex(row, s, changed.length);
      pnl.set(part.subarray(from, from + SCENARIO_BLOCK), cubeIndex(changed[row] ?? 0, s, columns.count));
    }
  }
}

/** Undefined where everything must be repriced. */
function changedRows(
  columns: InstrumentColumns,
  scenarios: ScenarioColumns,
  previous: PricedRows,
): Uint32Array | undefined {
  const before = previous.columns;
  if (columns.count !== before.count || !areSameScenarios(scenarios, previous.scenarios)) return undefined;
  const changed: number[] = [];
  for (let i = 0; i < columns.count; i += 1) if (!isSameRow(columns, before, i)) changed.push(i);
  return Uint32Array.from(changed);
}

function isSameRow(a: InstrumentColumns, b: InstrumentColumns, i: number): boolean {
  return (
    a.forward[i] === b.forward[i] &&
    a.volatility[i] === b.volatility[i] &&
    a.timeToExpiryYears[i] === b.timeToExpiryYears[i] &&
    a.fixedForward[i] === b.fixedForward[i] &&
    a.scale[i] === b.scale[i] &&
    a.termFactor[i] === b.termFactor[i] &&
    a.skewFactor[i] === b.skewFactor[i] &&
    a.smileFactor[i] === b.smileFactor[i] &&
    a.strike[i] === b.strike[i] &&
    a.payoff[i] === b.payoff[i] &&
    a.spotRow[i] === b.spotRow[i] &&
    a.volRow[i] === b.volRow[i]
  );
}

function areSameScenarios(a: ScenarioColumns, b: ScenarioColumns): boolean {
  if (a === b) return true;
  return (
    a.count === b.count &&
    a.spotRows === b.spotRows &&
    a.volRows === b.volRows &&
    areSame(a.spotFactor, b.spotFactor) &&
    areSame(a.volShock, b.volShock) &&
    areSame(a.skewShock, b.skewShock) &&
    areSame(a.smileShock, b.smileShock) &&
    areSame(a.volFloor, b.volFloor)
  );
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}
