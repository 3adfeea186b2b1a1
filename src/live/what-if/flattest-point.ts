/**
 * The minimum of loss(x) = max over s of -(pnl[s] + x unit[s]): convex and piecewise linear, so that it lies at a breakpoint
 * and is found exactly by intersecting the steepest line of each side (market-and-risk.md 5.11).
 */

/** Intersections before the search stops; each removes at least one line, and a few dozen suffice for any cube. */
const INTERSECTIONS_MAX = 256;

export interface FlattestPoint {
  /** Contracts, signed. */
  readonly quantity: number;
  /** The loss there. */
  readonly loss: number;
}

/** Undefined where every trade makes the worst loss larger, or where it falls without end. */
export function flattestPoint(pnl: Float64Array, unit: Float64Array): FlattestPoint | undefined {
  const start = worstAt(pnl, unit, 0);
  const slope = -(unit[start] ?? 0);
  if (slope === 0) return undefined;
  const direction = slope > 0 ? -1 : 1;
  let near = start;
  let far = lineThatRises(unit, direction);
  if (far === undefined) return undefined;
  for (let i = 0; i < INTERSECTIONS_MAX; i += 1) {
    const quantity = intersection(pnl, unit, near, far);
    if (!Number.isFinite(quantity) || quantity * direction <= 0) return undefined;
    const active = worstAt(pnl, unit, quantity);
    const loss = lossIn(pnl, unit, active, quantity);
    if (active === near || active === far || loss <= lossIn(pnl, unit, near, quantity))
      return { quantity, loss };
    if (-(unit[active] ?? 0) * direction < 0) near = active;
    else far = active;
  }
  return undefined;
}

function lossIn(pnl: Float64Array, unit: Float64Array, scenario: number, quantity: number): number {
  return -((pnl[scenario] ?? NaN) + quantity * (unit[scenario] ?? NaN));
}

function worstAt(pnl: Float64Array, unit: Float64Array, quantity: number): number {
  let worst = 0;
  for (let s = 1; s < pnl.length; s += 1)
    if (lossIn(pnl, unit, s, quantity) > lossIn(pnl, unit, worst, quantity)) worst = s;
  return worst;
}

/** The scenario whose loss rises fastest in that direction. */
function lineThatRises(unit: Float64Array, direction: number): number | undefined {
  let steepest: number | undefined;
  for (let s = 0; s < unit.length; s += 1) {
    const rise = -(unit[s] ?? 0) * direction;
    if (rise > 0 && (steepest === undefined || rise > -(unit[steepest] ?? 0) * direction)) steepest = s;
  }
  return steepest;
}

/** Where two lines meet: pnl_a + x unit_a = pnl_b + x unit_b. */
function intersection(pnl: Float64Array, unit: Float64Array, a: number, b: number): number {
  return ((pnl[a] ?? NaN) - (pnl[b] ?? NaN)) / ((unit[b] ?? NaN) - (unit[a] ?? NaN));
}
