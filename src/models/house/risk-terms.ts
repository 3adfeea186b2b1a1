import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { tailMeasures } from '../../measures/tail-measures.js';
import { tailWeights } from '../../measures/tail-weights.js';
import { NONE } from '../../domain/codes.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import type { HouseInput } from './house-input.js';
import { gridMoves, type GridFamily, type GridMove } from './grid-set.js';

/** A loss with what each position adds to it; what the shares leave over belongs to coins or to no position. */
export interface RiskTerm {
  /** e.g. `expected_shortfall`, `grid`. */
  readonly name: string;
  /** Dollars, >= 0. */
  readonly loss: number;
  shares(): Float64Array;
}

export function noRisk(name: string, input: HouseInput): RiskTerm {
  return { name, loss: 0, shares: () => new Float64Array(input.positions.length) };
}

export function scaled(term: RiskTerm, by: number, name = term.name): RiskTerm {
  return { name, loss: by * term.loss, shares: () => term.shares().map((share) => by * share) };
}

/** The largest; the first of equal ones. */
export function largest(first: RiskTerm, ...others: readonly RiskTerm[]): RiskTerm {
  let worst = first;
  for (const term of others) {
    // What is not a number must surface, never hide behind a finite loss.
    if (Number.isNaN(term.loss)) return term;
    if (term.loss > worst.loss) worst = term;
  }
  return worst;
}

export interface TailTerm extends RiskTerm {
  readonly valueAtRisk: number;
  /** Of the drawn set alone, before the blend with stress. */
  readonly expectedShortfall: number;
}

export interface GridTerm extends RiskTerm {
  /** Of the first set; -1 where nothing loses. */
  readonly row: number;
}

/** Drawn and stress tails blended: (1 - w) ES(draws) + w ES(stress), each at least 0 (market-and-risk.md 5.6). */
export function shortfallTerm(input: HouseInput, drawn: BookVectors, stress: BookVectors): Outcome<TailTerm> {
  const { confidence, stressWeight } = input.parameters.tail;
  const losses = drawn.total.map((pnl) => -pnl);
  const measured = tailMeasures(losses, confidence);
  if (!measured.ok) return measured;
  const stressLosses = stress.total.map((pnl) => -pnl);
  const stressed = tailMeasures(stressLosses, confidence);
  if (!stressed.ok) return stressed;
  const drawnPart = Math.max(0, measured.value.expectedShortfall);
  const stressPart = Math.max(0, stressed.value.expectedShortfall);
  const shares = (): Float64Array => {
    const sum = new Float64Array(input.positions.length);
    const add = (vectors: BookVectors, losing: Float64Array, by: number): void => {
      const tail = tailWeights(losing, confidence);
      if (!tail.ok || by === 0) return;
      tail.value.scenario.forEach((scenario, k) => {
        const weight = by * (tail.value.weight[k] ?? NaN);
        for (let i = 0; i < sum.length; i += 1)
          sum[i] = (sum[i] ?? NaN) - weight * vectors.positionPnl(i, scenario);
      });
    };
    add(drawn, losses, drawnPart > 0 ? 1 - stressWeight : 0);
    add(stress, stressLosses, stressPart > 0 ? stressWeight : 0);
    return sum;
  };
  return success({
    name: 'expected_shortfall',
    loss: (1 - stressWeight) * drawnPart + stressWeight * stressPart,
    valueAtRisk: measured.value.valueAtRisk,
    expectedShortfall: measured.value.expectedShortfall,
    shares,
  });
}

/** Moves of the first set by their row. */
export function rowsOf({ parameters }: HouseInput, ...families: readonly GridFamily[]): number[] {
  return gridMoves(parameters).flatMap(({ family }, row) => (families.includes(family) ? [row] : []));
}

/** P&L per row of the first set as the grid counts it: weights, and the size of a wing or term move whatever its sign. */
export function gridVector(input: HouseInput, grid: BookVectors): Float64Array {
  return Float64Array.from(gridMoves(input.parameters), (move, row) => {
    if (isBySize(move))
      return -expiries(input).reduce((sum, own) => sum + Math.abs(expiryPnl(grid, own, row)), 0);
    return move.weight * (grid.total[row] ?? NaN);
  });
}

/** Skew, smile and term structure may turn either way at every expiry by itself. */
function isBySize({ family }: GridMove): boolean {
  return family === 'skew' || family === 'smile' || family === 'term';
}

/** The worst row of the grid, its tails, and its turns of the surface. */
export function gridTerm(input: HouseInput, grid: BookVectors, vector: Float64Array): GridTerm {
  let row = -1;
  let worst = 0;
  for (const at of rowsOf(input, 'grid', 'tail', 'skew', 'smile', 'term')) {
    const pnl = vector[at] ?? NaN;
    if (Number.isNaN(pnl)) return { ...noRisk('grid', input), loss: NaN, row: at };
    if (pnl < worst) [row, worst] = [at, pnl];
  }
  const move = gridMoves(input.parameters)[row];
  const shares = (): Float64Array => {
    const byPosition = new Float64Array(input.positions.length);
    if (move === undefined) return byPosition;
    if (!isBySize(move)) return byPosition.map((_, at) => -move.weight * grid.positionPnl(at, row));
    for (const members of expiries(input)) {
      const sign = Math.sign(expiryPnl(grid, members, row));
      for (const at of members) byPosition[at] = sign * grid.positionPnl(at, row);
    }
    return byPosition;
  };
  return { name: 'grid', loss: -worst, shares, row };
}

/** Positions of each option expiry of each underlying. */
export function expiries({ groups }: HouseInput): readonly (readonly number[])[] {
  return groups
    .filter(({ expiry }) => expiry !== NONE)
    .map(({ firstPosition, positionCount }) =>
      Array.from({ length: positionCount }, (_, at) => firstPosition + at),
    );
}

export function expiryPnl(vectors: BookVectors, members: readonly number[], scenario: number): number {
  return members.reduce((sum, at) => sum + vectors.positionPnl(at, scenario), 0);
}
