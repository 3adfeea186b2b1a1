import { entry } from './checks.js';

export interface Box {
  readonly current: Float64Array;
  readonly isFixed: (row: number) => boolean;
  readonly lower: (row: number) => number;
  readonly upper: (row: number) => number;
  readonly clip: (value: number, row: number) => number;
}

/** Solves that a step may need until all of it lies inside the box. */
const BOUND_ROUNDS = 4;

/**
 * The step of Levenberg and Marquardt inside a box: what is pushed against its bound stays, what would leave ends on the
 * wall, and the others are solved for again. Undefined where the matrix is not definite.
 */
export function solveBoxed(
  matrix: readonly Float64Array[],
  gradient: Float64Array,
  damping: number,
  box: Box,
): Float64Array | undefined {
  const step = new Float64Array(gradient.length);
  const isHeld = Array.from(gradient, (slope, row) => {
    const value = entry(box.current, row);
    const isPushed = (value <= box.lower(row) && slope > 0) || (value >= box.upper(row) && slope < 0);
    return isPushed || box.isFixed(row);
  });
  for (let round = 0; round < BOUND_ROUNDS; round += 1) {
    if (!solveFree(matrix, gradient, damping, isHeld, step)) return undefined;
    let isInside = true;
    for (let row = 0; row < step.length; row += 1) {
      if (isHeld[row] === true) continue;
      const moved = entry(box.current, row) + entry(step, row);
      const clipped = box.clip(moved, row);
      if (clipped === moved) continue;
      isInside = false;
      step[row] = clipped - entry(box.current, row);
      isHeld[row] = true;
    }
    if (isInside) break;
  }
  return step;
}

/** (H + damping diag H) step = -gradient over the free rows, with the held steps on the right-hand side. */
function solveFree(
  matrix: readonly Float64Array[],
  gradient: Float64Array,
  damping: number,
  isHeld: readonly boolean[],
  step: Float64Array,
): boolean {
  const free: number[] = [];
  for (let row = 0; row < step.length; row += 1) {
    if (isHeld[row] === true) continue;
    if (cell(matrix, row, row) > 0) free.push(row);
    else step[row] = 0;
  }
  const scale = free.map((row) => 1 / Math.sqrt(cell(matrix, row, row)));
  const scaleAt = (i: number): number => scale[i] ?? NaN;
  const scaled = free.map((row, i) =>
    Float64Array.from(free, (column, j) =>
      i === j ? 1 + damping : cell(matrix, row, column) * scaleAt(i) * scaleAt(j),
    ),
  );
  const right = Float64Array.from(free, (row, i) => {
    let value = -entry(gradient, row);
    isHeld.forEach((held, other) => {
      if (held) value -= cell(matrix, row, other) * entry(step, other);
    });
    return value * scaleAt(i);
  });
  const solution = solveCholesky(scaled, right);
  if (solution === undefined) return false;
  free.forEach((row, i) => {
    step[row] = entry(solution, i) * scaleAt(i);
  });
  return true;
}

function cell(matrix: readonly Float64Array[], row: number, column: number): number {
  return matrix[row]?.[column] ?? NaN;
}

function solveCholesky(matrix: readonly Float64Array[], right: Float64Array): Float64Array | undefined {
  const lower: Float64Array[] = [];
  for (const [row, cells] of matrix.entries()) {
    const mine = new Float64Array(matrix.length);
    lower.push(mine);
    for (let column = 0; column <= row; column += 1) {
      let value = entry(cells, column);
      for (let r = 0; r < column; r += 1) value -= entry(mine, r) * cell(lower, column, r);
      if (column === row && !(value > 0)) return undefined;
      mine[column] = column === row ? Math.sqrt(value) : value / cell(lower, column, column);
    }
  }
  const solution = right.slice();
  lower.forEach((mine, row) => {
    for (let r = 0; r < row; r += 1)
      solution[row] = entry(solution, row) - entry(mine, r) * entry(solution, r);
    solution[row] = entry(solution, row) / entry(mine, row);
  });
  for (let row = lower.length - 1; row >= 0; row -= 1) {
    for (let r = row + 1; r < lower.length; r += 1)
      solution[row] = entry(solution, row) - cell(lower, r, row) * entry(solution, r);
    solution[row] = entry(solution, row) / cell(lower, row, row);
  }
  return solution;
}
