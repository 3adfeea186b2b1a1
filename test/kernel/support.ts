import type { Black76Inputs, Black76Outputs, Kernels } from '../../src/kernel/kernels.js';
import { PAYOFF, cubeLength, scenarioStride } from '../../src/kernel/layout.js';
import type { InstrumentColumns, Payoff, ScenarioColumns, SparseRows } from '../../src/kernel/layout.js';
import { availableIsas, loadKernels } from '../../src/kernel/load-kernels.js';

/** The twin and every native level that this processor runs. */
export const ALL_KERNELS: readonly Kernels[] = availableIsas().map((isa) => loadKernels({ isa }));
export const NATIVE_KERNELS = ALL_KERNELS.filter(({ isa }) => isa !== 'reference');
export const REFERENCE = loadKernels({ isa: 'reference' });

export interface OptionRow {
  readonly isCall: boolean;
  readonly forward: number;
  readonly strike: number;
  readonly volatility: number;
  readonly timeToExpiryYears: number;
}

export function black76Inputs(rows: readonly OptionRow[]): Black76Inputs {
  return {
    count: rows.length,
    isCall: Uint8Array.from(rows, (row) => Number(row.isCall)),
    forward: Float64Array.from(rows, (row) => row.forward),
    strike: Float64Array.from(rows, (row) => row.strike),
    volatility: Float64Array.from(rows, (row) => row.volatility),
    timeToExpiryYears: Float64Array.from(rows, (row) => row.timeToExpiryYears),
  };
}

export function black76Outputs(count: number): Black76Outputs {
  const column = (): Float64Array => new Float64Array(count).fill(NaN);
  return {
    price: column(),
    delta: column(),
    gamma: column(),
    vega: column(),
    theta: column(),
    vanna: column(),
    volga: column(),
  };
}

export interface InstrumentRow {
  readonly payoff?: Payoff;
  readonly forward?: number;
  readonly fixedForward?: number;
  readonly strike?: number;
  readonly volatility?: number;
  readonly timeToExpiryYears?: number;
  readonly scale?: number;
  readonly spotRow?: number;
  readonly volRow?: number;
  readonly termFactor?: number;
  readonly skewFactor?: number;
  readonly smileFactor?: number;
}

export function instrumentColumns(rows: readonly InstrumentRow[]): InstrumentColumns {
  const doubles = (name: keyof InstrumentRow, value: number): Float64Array =>
    Float64Array.from(rows, (row) => row[name] ?? value);
  return {
    count: rows.length,
    payoff: Uint8Array.from(rows, (row) => row.payoff ?? PAYOFF.LINEAR_CALL),
    forward: doubles('forward', 100),
    fixedForward: doubles('fixedForward', 0),
    strike: doubles('strike', 100),
    volatility: doubles('volatility', 0.5),
    timeToExpiryYears: doubles('timeToExpiryYears', 0.25),
    scale: doubles('scale', 1),
    spotRow: Uint32Array.from(rows, (row) => row.spotRow ?? 0),
    volRow: Uint32Array.from(rows, (row) => row.volRow ?? 0),
    termFactor: doubles('termFactor', 1),
    skewFactor: doubles('skewFactor', 0),
    smileFactor: doubles('smileFactor', 0),
  };
}

/** Scenario matrices with one inner list per row; what is absent is neutral. */
export interface ScenarioRows {
  readonly count: number;
  readonly spotFactor?: readonly (readonly number[])[];
  readonly volShock?: readonly (readonly number[])[];
  readonly skewShock?: readonly (readonly number[])[];
  readonly smileShock?: readonly (readonly number[])[];
  readonly volFloor?: readonly (readonly number[])[];
}

export function scenarioColumns(rows: ScenarioRows): ScenarioColumns {
  const stride = scenarioStride(rows.count);
  const spotRows = rows.spotFactor?.length ?? 1;
  const volRows = Math.max(
    1,
    ...[rows.volShock, rows.skewShock, rows.smileShock, rows.volFloor].map((matrix) => matrix?.length ?? 1),
  );
  const matrix = (source: readonly (readonly number[])[] | undefined, rowCount: number, neutral: number) => {
    const cells = new Float64Array(rowCount * stride).fill(neutral);
    source?.forEach((row, index) => {
      cells.set(row.slice(0, rows.count), index * stride);
    });
    return cells;
  };
  return {
    count: rows.count,
    stride,
    spotRows,
    volRows,
    spotFactor: matrix(rows.spotFactor, spotRows, 1),
    volShock: matrix(rows.volShock, volRows, 0),
    skewShock: matrix(rows.skewShock, volRows, 0),
    smileShock: matrix(rows.smileShock, volRows, 0),
    volFloor: matrix(rows.volFloor, volRows, 0),
  };
}

/** The cube of a call, in memory that held rubbish before. */
export function cubeOf(
  kernels: Kernels,
  instruments: InstrumentColumns,
  scenarios: ScenarioColumns,
): Float64Array {
  const pnl = new Float64Array(cubeLength(instruments.count, scenarios.count)).fill(NaN);
  kernels.scenarioPnl(instruments, scenarios, pnl);
  return pnl;
}

export function sparseRows(
  rows: readonly (readonly { readonly instrument: number; readonly quantity: number }[])[],
): SparseRows {
  const entries = rows.flat();
  const rowOffsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, index) => {
    rowOffsets[index + 1] = (rowOffsets[index] ?? 0) + row.length;
  });
  return {
    rowCount: rows.length,
    rowOffsets,
    instrument: Uint32Array.from(entries, ({ instrument }) => instrument),
    quantity: Float64Array.from(entries, ({ quantity }) => quantity),
  };
}

/** Entry that must exist. */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no entry ${String(index)} of ${String(values.length)}`);
  return value;
}

/** Bits, so that 0 and -0, and every last digit, are told apart. */
export function bits(values: Float64Array): BigUint64Array {
  return new BigUint64Array(values.slice().buffer);
}
