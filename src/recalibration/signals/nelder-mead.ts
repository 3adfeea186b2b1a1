/** Least value of a smooth function of a few numbers, without derivatives (J. Nelder and R. Mead, The Computer Journal 7, 1965). */

export interface Minimum {
  readonly at: readonly number[];
  readonly value: number;
}

interface Vertex {
  readonly at: readonly number[];
  readonly value: number;
}

const REFLECT = 1;
const EXPAND = 2;
const CONTRACT = 0.5;
const SHRINK = 0.5;

/**
 * Walks a simplex downhill from `start` with first steps `step` until its values agree within `tolerance` or `iterationsMax` is
 * reached. Values that are not finite count as infinitely bad.
 */
export function nelderMead(
  objective: (at: readonly number[]) => number,
  start: readonly number[],
  step: number,
  { tolerance, iterationsMax }: { readonly tolerance: number; readonly iterationsMax: number },
): Minimum {
  const vertexAt = (at: readonly number[]): Vertex => {
    const value = objective(at);
    return { at, value: Number.isFinite(value) ? value : Infinity };
  };
  let simplex = [start, ...start.map((_, moved) => start.map((x, i) => (i === moved ? x + step : x)))].map(
    vertexAt,
  );
  for (let iteration = 0; iteration < iterationsMax; iteration += 1) {
    simplex = simplex.sort((a, b) => a.value - b.value);
    const best = simplex[0]!;
    const worst = simplex[simplex.length - 1]!;
    if (worst.value - best.value <= tolerance) break;
    const next = replacement(simplex, vertexAt);
    simplex =
      next === undefined
        ? simplex.map((vertex) => (vertex === best ? best : vertexAt(between(best.at, vertex.at, SHRINK))))
        : [...simplex.slice(0, -1), next];
  }
  return simplex.reduce((best, vertex) => (vertex.value < best.value ? vertex : best));
}

/** What takes the place of the worst vertex; undefined when nothing along its line is better. */
function replacement(
  simplex: readonly Vertex[],
  vertexAt: (at: readonly number[]) => Vertex,
): Vertex | undefined {
  const worst = simplex[simplex.length - 1]!;
  const others = simplex.slice(0, -1);
  const centre = worst.at.map((_, i) => others.reduce((sum, { at }) => sum + at[i]! / others.length, 0));
  const along = (share: number): Vertex => vertexAt(between(centre, worst.at, -share));
  const reflected = along(REFLECT);
  if (reflected.value < others[0]!.value) {
    const expanded = along(EXPAND);
    return expanded.value < reflected.value ? expanded : reflected;
  }
  if (reflected.value < others[others.length - 1]!.value) return reflected;
  const contracted = along(reflected.value < worst.value ? CONTRACT : -CONTRACT);
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : undefined;
}

function between(from: readonly number[], to: readonly number[], share: number): number[] {
  return from.map((x, i) => x + share * (to[i]! - x));
}
