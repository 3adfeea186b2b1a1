/** Closed forms: losses that are normal, or Student t scaled to a standard deviation. */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { normalPdf, normalQuantile } from '../kernel/reference/normal.js';
import { studentTPdf, studentTQuantile } from '../kernel/reference/student-t.js';
import { refuseConfidence } from './sample.js';

export interface ParametricTail {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

/**
 * P&L normal with this mean and standard deviation (both in the unit of the result; a gain is positive):
 * `VaR = -mean + sd z`, `ES = -mean + sd n(z)/(1-c)`.
 */
export function normalTail(
  meanPnl: number,
  standardDeviation: number,
  confidence: number,
): Outcome<ParametricTail> {
  const refused = refuse(meanPnl, standardDeviation, confidence);
  if (refused !== undefined) return refused;
  const z = normalQuantile(confidence);
  return success(scaled(meanPnl, standardDeviation, z, normalPdf(z) / (1 - confidence)));
}

/**
 * P&L Student t with this mean and standard deviation, degrees of freedom > 2 (otherwise there is no standard deviation).
 * `ES = f(q)/(1-c) (n + q^2)/(n - 1)` in units of the t distribution, times `sqrt((n-2)/n)` (A. McNeil, R. Frey and P. Embrechts,
 * "Quantitative Risk Management", 2.2.4).
 */
export function studentTTail(
  meanPnl: number,
  standardDeviation: number,
  degreesOfFreedom: number,
  confidence: number,
): Outcome<ParametricTail> {
  const refused = refuse(meanPnl, standardDeviation, confidence);
  if (refused !== undefined) return refused;
  if (!(degreesOfFreedom > 2 && degreesOfFreedom < Infinity)) {
    return failure(
      'INVALID_PARAMETER',
      'degreesOfFreedom',
      `Expected a number in (2, Infinity) but received ${degreesOfFreedom}`,
    );
  }
  const { quantile, tailMean } = standardTTail(degreesOfFreedom, confidence);
  const unitVariance = Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom);
  return success(scaled(meanPnl, standardDeviation, quantile * unitVariance, tailMean * unitVariance));
}

/** Quantile and tail mean of the t distribution in its own units, degrees of freedom > 1. */
export function standardTTail(
  degreesOfFreedom: number,
  confidence: number,
): { quantile: number; tailMean: number } {
  const quantile = studentTQuantile(confidence, degreesOfFreedom);
  const density = studentTPdf(quantile, degreesOfFreedom);
  const tailMean =
    ((density / (1 - confidence)) * (degreesOfFreedom + quantile * quantile)) / (degreesOfFreedom - 1);
  return { quantile, tailMean };
}

function scaled(meanPnl: number, standardDeviation: number, var1: number, es1: number): ParametricTail {
  return {
    valueAtRisk: -meanPnl + standardDeviation * var1,
    expectedShortfall: -meanPnl + standardDeviation * es1,
  };
}

function refuse(meanPnl: number, standardDeviation: number, confidence: number): Outcome<never> | undefined {
  const refused = refuseConfidence(confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  if (!Number.isFinite(meanPnl)) {
    return failure('INVALID_VALUE', 'meanPnl', `Expected a finite number but received ${meanPnl}`);
  }
  if (standardDeviation >= 0 && standardDeviation < Infinity) return undefined;
  return failure(
    'INVALID_VALUE',
    'standardDeviation',
    `Expected a finite number >= 0 but received ${standardDeviation}`,
  );
}
