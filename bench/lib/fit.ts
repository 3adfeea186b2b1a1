/** Least squares: a slope, the floor of a sawtooth to put one through, and coefficients >= 0 of costs that add up. */

/**
 * Coefficients c >= 0 that minimise the sum of squares of (rows c - values) / values, so that small and large runs count alike;
 * columns that would be negative are left at 0, the most negative first.
 */
export function fitCosts(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const width = rows[0]?.length ?? 0;
  let active = Array.from({ length: width }, (_, column) => column);
  while (active.length > 0) {
    const solved = solveRelative(rows, values, active);
    const least = Math.min(...solved);
    if (least >= 0) {
      const costs = new Array<number>(width).fill(0);
      active.forEach((column, at) => (costs[column] = solved[at] ?? NaN));
      return costs;
    }
    active = active.filter((_, at) => solved[at] !== least);
  }
  return new Array<number>(width).fill(0);
}

/** Normal equations of the active columns, each scaled to its largest entry, by elimination with pivoting. */
function solveRelative(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  active: readonly number[],
): number[] {
  const relative = rows.map((row, r) => active.map((column) => (row[column] ?? NaN) / (values[r] ?? NaN)));
  const scale = active.map((_, c) => Math.max(...relative.map((row) => Math.abs(row[c] ?? NaN))) || 1);
  const scaled = relative.map((row) => row.map((value, c) => value / (scale[c] ?? NaN)));
  const matrix = active.map((_, a) => [
    ...active.map((_unused, b) => scaled.reduce((sum, row) => sum + (row[a] ?? NaN) * (row[b] ?? NaN), 0)),
    scaled.reduce((sum, row) => sum + (row[a] ?? NaN), 0),
  ]);
  return eliminate(matrix).map((value, c) => value / (scale[c] ?? NaN));
}

/** Solves `[A | b]`; a column without a pivot gets 0. */
function eliminate(matrix: number[][]): number[] {
  const size = matrix.length;
  for (let column = 0; column < size; column += 1) {
    const below = matrix.slice(column).map((row) => Math.abs(row[column] ?? NaN));
    const pivotRow = column + below.indexOf(Math.max(...below));
    const [upper, pivot] = [matrix[column] ?? [], matrix[pivotRow] ?? []];
    [matrix[column], matrix[pivotRow]] = [pivot, upper];
    const lead = pivot[column] ?? NaN;
    if (!(Math.abs(lead) > 1e-12)) continue;
    matrix.forEach((row, r) => {
      if (r === column) return;
      const factor = (row[column] ?? NaN) / lead;
      for (let c = column; c <= size; c += 1) row[c] = (row[c] ?? NaN) - factor * (pivot[c] ?? NaN);
    });
  }
  return matrix.map((row, r) => (Math.abs(row[r] ?? NaN) > 1e-12 ? (row[size] ?? NaN) / (row[r] ?? NaN) : 0));
}

/** Slope of the line through points by least squares; NaN for fewer than two different `xs`. */
export function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [xMean, yMean] = [mean(xs), mean(ys)];
  const along = xs.reduce((sum, x, at) => sum + (x - xMean) * ((ys[at] ?? NaN) - yMean), 0);
  return along / xs.reduce((sum, x) => sum + (x - xMean) ** 2, 0);
}

/**
 * The lowest point of every window of `xs`, which ascend: what a sawtooth stands on. Windows are equally wide, at most `widthMax`, because
 * a narrower one at the end would have a higher floor; those without a point are left out.
 */
export function floorOf(
  xs: readonly number[],
  ys: readonly number[],
  widthMax: number,
): { readonly xs: number[]; readonly ys: number[] } {
  const first = xs[0] ?? NaN;
  const span = (xs.at(-1) ?? NaN) - first;
  const windows = Math.max(1, Math.ceil(span / widthMax));
  const lowest = new Map<number, number>();
  xs.forEach((x, at) => {
    const window = span === 0 ? 0 : Math.min(windows - 1, Math.floor((windows * (x - first)) / span));
    const best = lowest.get(window);
    if (best === undefined || (ys[at] ?? NaN) < (ys[best] ?? NaN)) lowest.set(window, at);
  });
  const points = [...lowest.values()];
  return { xs: points.map((at) => xs[at] ?? NaN), ys: points.map((at) => ys[at] ?? NaN) };
}
