/** The twin of `native/kernels/t_copula.h`: point by point, formula by formula. */
import { requireFactors } from './correlation.js';
import { entry, requireCount, requireLength } from './checks.js';
import { chiSquaredQuantile } from './gamma.js';
import { normalQuantile } from './normal.js';
import { lnStudentTScale, studentTUpperTail } from './student-t.js';
import type { FactorMargins, TCopula } from '../scenario-generation.js';

function refuse(expected: string, name: string, value: number): never {
  throw new RangeError(`Expected ${expected} for ${name} but received ${value} of type number`);
}

function check(
  copula: TCopula,
  margins: FactorMargins,
  uniform: Float64Array,
  pointCount: number,
  stride: number,
  moves: Float64Array,
): void {
  const { factorCount, lower, degreesOfFreedom } = copula;
  requireFactors(factorCount);
  requireLength('copula.lower', lower, factorCount * factorCount);
  requireCount('margins.gridCount', margins.gridCount);
  if (margins.gridCount < 2) refuse('at least 2', 'margins.gridCount', margins.gridCount);
  requireLength('margins.gridValue', margins.gridValue, factorCount * margins.gridCount);
  for (const name of ['scoreBound', 'tailProbability'] as const) {
    if (!(margins[name] > 0)) refuse('a number > 0', `margins.${name}`, margins[name]);
  }
  requireLength('margins.tails', margins.tails, factorCount * 4);
  requireCount('pointCount', pointCount);
  requireLength('uniform', uniform, (factorCount + 1) * pointCount);
  requireCount('stride', stride);
  if (stride < pointCount) refuse('at least pointCount', 'stride', stride);
  requireLength('moves', moves, (factorCount - 1) * stride + pointCount);
  if (!(degreesOfFreedom >= 1 && degreesOfFreedom <= 1e4)) {
    refuse('a number in [1, 10000]', 'copula.degreesOfFreedom', degreesOfFreedom);
  }
  for (let i = 0; i < factorCount * factorCount; i += 1) {
    if (!Number.isFinite(entry(lower, i))) refuse('a finite number', `copula.lower[${i}]`, entry(lower, i));
  }
  for (let i = 0; i < factorCount * margins.gridCount; i += 1) {
    const value = entry(margins.gridValue, i);
    if (!Number.isFinite(value)) refuse('a finite number', `margins.gridValue[${i}]`, value);
  }
  for (let i = 0; i < factorCount * 4; i += 1) {
    const value = entry(margins.tails, i);
    const isShape = i % 2 === 0;
    if (Number.isFinite(value) && (isShape ? value >= 0 : value > 0)) continue;
    refuse(isShape ? 'a finite number >= 0' : 'a finite number > 0', `margins.tails[${i}]`, value);
  }
  for (let i = 0; i < (factorCount + 1) * pointCount; i += 1) {
    const value = entry(uniform, i);
    if (!(value > 0 && value < 1)) refuse('a number in (0, 1)', `uniform[${i}]`, value);
  }
}

/** Excess over a threshold at a share of the tail's probability. */
function excess(share: number, shape: number, scale: number): number {
  return shape === 0 ? -scale * Math.log(share) : (scale * Math.expm1(-shape * Math.log(share))) / shape;
}

export function tCopulaMoves(
  copula: TCopula,
  margins: FactorMargins,
  uniform: Float64Array,
  pointCount: number,
  stride: number,
  moves: Float64Array,
): void {
  check(copula, margins, uniform, pointCount, stride, moves);
  const { factorCount, lower, degreesOfFreedom } = copula;
  const { gridCount, gridValue, scoreBound, tailProbability, tails } = margins;
  const lnScale = lnStudentTScale(degreesOfFreedom);
  const tail = (score: number): number =>
    studentTUpperTail(score, degreesOfFreedom, lnScale) / tailProbability;
  const moveOf = (f: number, score: number): number => {
    const at = f * gridCount;
    if (score > scoreBound) {
      return gridValue[at + gridCount - 1]! + excess(tail(score), tails[4 * f + 2]!, tails[4 * f + 3]!);
    }
    if (score < -scoreBound) return gridValue[at]! - excess(tail(-score), tails[4 * f]!, tails[4 * f + 1]!);
    const place = ((score + scoreBound) / (2 * scoreBound)) * (gridCount - 1);
    const cell = Math.min(Math.floor(place), gridCount - 2);
    return gridValue[at + cell]! + (place - cell) * (gridValue[at + cell + 1]! - gridValue[at + cell]!);
  };
  for (let i = 0; i < pointCount; i += 1) {
    const chiSquared = chiSquaredQuantile(uniform[factorCount * pointCount + i]!, degreesOfFreedom);
    const scale = Math.sqrt(degreesOfFreedom / chiSquared);
    const normal = Array.from({ length: factorCount }, (_, f) =>
      normalQuantile(uniform[f * pointCount + i]!),
    );
    for (let f = 0; f < factorCount; f += 1) {
      let score = 0;
      for (let k = 0; k <= f; k += 1) score += lower[f * factorCount + k]! * normal[k]!;
      moves[f * stride + i] = moveOf(f, score * scale);
    }
  }
}
