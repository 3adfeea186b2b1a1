import type { CubeBasis, SingleCube } from '../book-tail.js';
import { cubeIndex, SCENARIO_BLOCK, scenarioStride } from '../layout.js';
import { entry, requireLength } from './checks.js';

const SINGLE_ROUNDING = 2 ** -24;

/**
 * Rows of the cube made orthogonal one after the other, each time the one of which most is left (pivoted Gram-Schmidt). Other
 * vectors than the kernel's, with the same promise: no cell is further from the product than its row's residual.
 */
export function factorCube(cube: SingleCube, basis: CubeBasis): void {
  const { rowCount, scenarioCount } = cube;
  const { rank } = basis;
  requireLength('cells', cube.cells, rowCount * scenarioStride(scenarioCount));
  requireLength('basis.vectors', basis.vectors, rank * scenarioStride(scenarioCount));
  requireLength('basis.loadings', basis.loadings, rank * rowCount);
  const cell = (row: number, s: number): number => entry(cube.cells, cubeIndex(row, s, rowCount));
  const left = Array.from({ length: rowCount }, (_, row) =>
    Float64Array.from({ length: scenarioCount }, (__, s) => cell(row, s)),
  );
  basis.vectors.fill(0);
  basis.loadings.fill(0);
  for (let j = 0; j < rank; j += 1) {
    const [pivot] = [...left].sort((a, b) => dot(b, b) - dot(a, a));
    if (pivot === undefined || !(dot(pivot, pivot) > 0)) break;
    const largest = pivot.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const vector = pivot.map((value) => Math.fround(value / largest));
    vector.forEach((value, s) => {
      const block = Math.floor(s / SCENARIO_BLOCK);
      basis.vectors[(block * rank + j) * SCENARIO_BLOCK + (s % SCENARIO_BLOCK)] = value;
    });
    left.forEach((row, at) => {
      const loading = Math.fround(dot(row, vector) / dot(vector, vector));
      basis.loadings[at * rank + j] = loading;
      vector.forEach((value, s) => (row[s] = (row[s] ?? NaN) - loading * value));
    });
  }
  left.forEach((row, at) => {
    const sum = basis.loadings
      .subarray(at * rank, (at + 1) * rank)
      .reduce((total, loading) => total + Math.abs(loading), 0);
    basis.loadingSum[at] = sum;
    const most = row.reduce((worst, value) => Math.max(worst, Math.abs(value)), 0);
    basis.residual[at] = most + (rank + 8) * SINGLE_ROUNDING * (sum + entry(cube.largest, at)) + 1e-36;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0);
}
