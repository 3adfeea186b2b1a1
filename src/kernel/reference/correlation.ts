/** The twin of `native/kernels/correlation.h`. */
import { entry, requireCount, requireLength } from './checks.js';
import { cholesky, symmetricEigen } from './symmetric-matrix.js';
import type { FactoredCorrelation } from '../scenario-generation.js';

export const KERNEL_FACTORS_MAX = 63;

export function requireFactors(factorCount: number): void {
  requireCount('factorCount', factorCount);
  if (factorCount >= 1 && factorCount <= KERNEL_FACTORS_MAX) return;
  throw new RangeError(
    `Expected an integer in [1, ${KERNEL_FACTORS_MAX}] for factorCount but received ${factorCount} of type number`,
  );
}

export function ewmaCorrelation(
  moves: Float64Array,
  factorCount: number,
  rowCount: number,
  decay: number,
  correlation: Float64Array,
): void {
  requireFactors(factorCount);
  requireCount('rowCount', rowCount);
  requireLength('moves', moves, factorCount * rowCount);
  requireLength('correlation', correlation, factorCount * factorCount);
  const product = (i: number, j: number): number => {
    let sum = 0;
    for (let row = 0; row < rowCount; row += 1) {
      sum = sum * decay + moves[i * rowCount + row]! * moves[j * rowCount + row]!;
    }
    return sum;
  };
  const deviation = Array.from({ length: factorCount }, (_, i) => Math.sqrt(product(i, i)));
  deviation.forEach((value, i) => {
    if (value > 0 && value < Infinity) return;
    throw new RangeError(`Expected finite moves that are not all 0 for moves of factor ${i}`);
  });
  for (let i = 0; i < factorCount; i += 1) {
    correlation[i * factorCount + i] = 1;
    for (let j = 0; j < i; j += 1) {
      const value = Math.min(1, Math.max(-1, product(i, j) / deviation[i]! / deviation[j]!));
      correlation[i * factorCount + j] = value;
      correlation[j * factorCount + i] = value;
    }
  }
}

export function correlationFactor(
  correlation: Float64Array,
  factorCount: number,
  eigenvalueFloor: number,
  { repaired, lower, report }: FactoredCorrelation,
): void {
  requireFactors(factorCount);
  const cells = factorCount * factorCount;
  requireLength('correlation', correlation, cells);
  requireLength('factored.repaired', repaired, cells);
  requireLength('factored.lower', lower, cells);
  requireLength('factored.report', report, 2);
  for (let i = 0; i < cells; i += 1) {
    if (!Number.isFinite(entry(correlation, i))) throw notFactored(i);
  }
  const { values, vectors } = symmetricEigen(correlation.subarray(0, cells), factorCount);
  report[0] = Math.min(...values);
  report[1] = 0;
  repaired.set(correlation.subarray(0, cells));
  if (report[0] < eigenvalueFloor) {
    const raised = (i: number, j: number): number =>
      values.reduce(
        (sum, value, k) =>
          sum +
          vectors[i * factorCount + k]! * Math.max(value, eigenvalueFloor) * vectors[j * factorCount + k]!,
        0,
      );
    for (let i = 0; i < factorCount; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        const value = i === j ? 1 : raised(i, j) / Math.sqrt(raised(i, i) * raised(j, j));
        repaired[i * factorCount + j] = value;
        repaired[j * factorCount + i] = value;
        report[1] = Math.max(report[1], Math.abs(value - correlation[i * factorCount + j]!));
      }
    }
  }
  const factor = cholesky(repaired.subarray(0, cells), factorCount);
  if (factor === undefined) throw notFactored(0);
  lower.set(factor);
}

function notFactored(index: number): RangeError {
  return new RangeError(
    `Expected a finite symmetric matrix with a diagonal of 1 for correlation but entry ${index} does not fit`,
  );
}
