import { cubeIndex, cubeLength, scenarioStride } from '../layout.js';
import type { SparseRows } from '../layout.js';
import { checkPositions, entry, requireCount, requireLength } from './checks.js';

export function aggregate(
  pnl: Float64Array,
  instrumentCount: number,
  scenarioCount: number,
  positions: SparseRows,
  vectors: Float64Array,
): void {
  requireCount('instrumentCount', instrumentCount);
  requireCount('scenarioCount', scenarioCount);
  requireLength('pnl', pnl, cubeLength(instrumentCount, scenarioCount));
  checkPositions(positions, instrumentCount);
  const stride = scenarioStride(scenarioCount);
  requireLength('vectors', vectors, positions.rowCount * stride);
  for (let row = 0; row < positions.rowCount; row += 1) {
    const from = entry(positions.rowOffsets, row);
    const to = entry(positions.rowOffsets, row + 1);
    for (let s = 0; s < stride; s += 1) {
      let sum = 0;
      for (let k = from; k < to; k += 1) {
        const cell = cubeIndex(entry(positions.instrument, k), s, instrumentCount);
        sum += entry(positions.quantity, k) * entry(pnl, cell);
      }
      vectors[row * stride + s] = sum;
    }
  }
}

export function worstLoss(
  vectors: Float64Array,
  rowCount: number,
  scenarioCount: number,
  worst: Float64Array,
  worstIndex: Uint32Array,
): void {
  requireCount('rowCount', rowCount);
  requireCount('scenarioCount', scenarioCount);
  if (scenarioCount === 0) {
    throw new RangeError('Expected at least 1 scenario for scenarioCount but received 0 of type number');
  }
  const stride = scenarioStride(scenarioCount);
  requireLength('vectors', vectors, rowCount * stride);
  requireLength('worst', worst, rowCount);
  requireLength('worstIndex', worstIndex, rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    let smallest = Infinity;
    let smallestAt = 0;
    for (let s = 0; s < scenarioCount; s += 1) {
      const value = entry(vectors, row * stride + s);
      if (!Number.isFinite(value)) {
        throw new RangeError(
          `Expected a finite number for vectors[${row * stride + s}] but received ${value} of type number`,
        );
      }
      if (value < smallest) {
        smallest = value;
        smallestAt = s;
      }
    }
    worst[row] = smallest;
    worstIndex[row] = smallestAt;
  }
}
