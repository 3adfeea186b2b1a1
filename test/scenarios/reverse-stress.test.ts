import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { cholesky } from '../../src/kernel/reference/symmetric-matrix.js';
import { drawSeed } from '../../src/scenarios/draws.js';
import { historicalMoves } from '../../src/scenarios/historical.js';
import { reverseStress } from '../../src/scenarios/reverse-stress.js';
import type { ReverseStress, ReverseStressOptions } from '../../src/scenarios/reverse-stress.js';
import { reasonOf, unwrap } from '../measures/support.js';
import { sampleHistory } from './sample-history.js';

const kernels = loadKernels();
const rows = unwrap(historicalMoves(sampleHistory(800), 1));
const SIZE = rows.factors.length;
const seed = drawSeed('1', { test: 'reverse' });

const covariance = Float64Array.from({ length: SIZE * SIZE }, (_, index) => {
  const [i, j] = [Math.floor(index / SIZE), index % SIZE];
  let sum = 0;
  for (let s = 0; s < rows.count; s += 1)
    sum += rows.moves[i * rows.count + s]! * rows.moves[j * rows.count + s]!;
  return sum / rows.count;
});

/** sqrt(x' C^-1 x). */
function mahalanobis(move: Float64Array): number {
  const lower = cholesky(covariance, SIZE)!;
  const solved = new Float64Array(SIZE);
  let square = 0;
  for (let i = 0; i < SIZE; i += 1) {
    let rest = move[i]!;
    for (let k = 0; k < i; k += 1) rest -= lower[i * SIZE + k]! * solved[k]!;
    solved[i] = rest / lower[i * SIZE + i]!;
    square += solved[i]! ** 2;
  }
  return Math.sqrt(square);
}

/** Closed form for a linear loss a'x: distance level / sqrt(a'Ca), move C a level / a'Ca. */
function linearAnswer(a: readonly number[], level: number): { distance: number; move: number[] } {
  const ca = a.map((_, i) => a.reduce((sum, value, j) => sum + covariance[i * SIZE + j]! * value, 0));
  const variance = ca.reduce((sum, value, i) => sum + value * a[i]!, 0);
  return { distance: level / Math.sqrt(variance), move: ca.map((value) => (value * level) / variance) };
}

function find(lossOf: (move: Float64Array) => number, options: Partial<ReverseStressOptions> = {}) {
  return reverseStress(kernels, rows, lossOf, { lossLevel: 10, seed, ...options });
}

function found(
  lossOf: (move: Float64Array) => number,
  options: Partial<ReverseStressOptions> = {},
): ReverseStress {
  return unwrap(find(lossOf, options))!;
}

describe('the least unlikely breaking move', () => {
  test('of a linear book is the closed form', () => {
    for (const a of [
      [-100, 0, 0],
      [-50, -70, 20],
      [80, -60, 0],
    ]) {
      const lossOf = (move: Float64Array): number => move.reduce((sum, x, i) => sum + a[i]! * x, 0);
      const answer = found(lossOf);
      const exact = linearAnswer(a, 10);
      expect(Math.abs(answer.distance / exact.distance - 1)).toBeLessThanOrEqual(1e-6);
      expect(Math.abs(mahalanobis(answer.moves.moves) / answer.distance - 1)).toBeLessThanOrEqual(1e-9);
      expect(answer.loss).toBeGreaterThanOrEqual(10);
      answer.moves.moves.forEach((x, i) => {
        expect(Math.abs(x - exact.move[i]!)).toBeLessThanOrEqual(1e-3 * Math.abs(exact.move[0]!) + 1e-4);
      });
    }
  });

  test('of a short strangle is the nearer side, and no scanned move is nearer', () => {
    const lossOf = (move: Float64Array): number => {
      const spot = Math.exp(move[0]!);
      return 200 * (Math.max(0, 0.9 - spot) + Math.max(0, spot - 1.15)) - 2;
    };
    const answer = found(lossOf);
    expect(Math.exp(answer.moves.moves[0]!)).toBeLessThan(0.9);
    const alone = Math.abs(Math.log(0.9 - 12 / 200)) / Math.sqrt(covariance[0]!);
    expect(Math.abs(answer.distance / alone - 1)).toBeLessThanOrEqual(1e-4);
  });

  test('repeats for a seed and counts what it asked', () => {
    let asked = 0;
    const lossOf = (move: Float64Array): number => {
      asked += 1;
      return -100 * Math.sinh(move[0]!) - 30 * move[1]! * Math.abs(move[1]!);
    };
    const first = found(lossOf);
    expect(asked).toBe(first.evaluations + 2);
    expect(found(lossOf).moves.moves).toEqual(first.moves.moves);
    expect(first.moves.method).toBe('REVERSE_STRESS');
    expect(first.moves.notes.join()).toContain('standard deviations from no move');
  });

  test('does not exist where nothing loses as much', () => {
    expect(unwrap(find(() => 0))).toBeUndefined();
    expect(unwrap(find((move) => -move[0]!, { lossLevel: 1e6 }))).toBeUndefined();
  });
});

test('bad requests', () => {
  const flat = (): number => 0;
  for (const lossLevel of [0, -1, NaN, Infinity])
    expect(reasonOf(find(flat, { lossLevel }))).toBe('INVALID_PARAMETER');
  expect(reasonOf(find(flat, { distanceMax: 0 }))).toBe('INVALID_PARAMETER');
  expect(reasonOf(find(flat, { directions: -1 }))).toBe('INVALID_PARAMETER');
  expect(reasonOf(find(() => NaN))).toBe('INVALID_VALUE');
  expect(reasonOf(find((move) => (move[0]! > 0.1 ? NaN : 0)))).toBe('INVALID_VALUE');
  const still = { ...rows, moves: new Float64Array(rows.moves.length) };
  expect(reasonOf(reverseStress(kernels, still, flat, { lossLevel: 1, seed }))).toBe('INVALID_VALUE');
  expect(reasonOf(reverseStress(kernels, { ...rows, factors: [] }, flat, { lossLevel: 1, seed }))).toBe(
    'MISSING_MARKET_DATA',
  );
});
