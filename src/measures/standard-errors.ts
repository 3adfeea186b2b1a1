/**
 * How far an estimated tail may be off, for n independent losses: the quantile by the density at it, the tail mean by the
 * variance beyond it (A. McNeil, R. Frey and P. Embrechts, "Quantitative Risk Management"; S. Manistre and G. Hancock, "Variance of
 * the CTE estimator", North American Actuarial Journal 9 (2005)).
 *
 *   se(VaR) = sqrt(c (1-c) / n) / f(VaR)
 *   se(ES)  = sqrt((Var(L | L > VaR) + c (ES - VaR)^2) / (n (1-c)))
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { normalPdf, normalQuantile } from '../kernel/reference/normal.js';
import { lnStudentTScale, studentTPdf, studentTUpperTail } from '../kernel/reference/student-t.js';
import { standardTTail } from './parametric.js';
import { sortedQuantile } from './quantile.js';
import { refuseConfidence, refuseSample } from './sample.js';
import { tailMeasures } from './tail-measures.js';
import { tailWeights } from './tail-weights.js';

export interface StandardErrors {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
}

interface Tail {
  readonly confidence: number;
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  /** Density of the losses at the value at risk. */
  readonly density: number;
  /** Variance of the losses beyond the value at risk. */
  readonly tailVariance: number;
}

/** The formulas above. */
export function asymptoticErrors(sampleSize: number, tail: Tail): StandardErrors {
  const { confidence, valueAtRisk, expectedShortfall, density, tailVariance } = tail;
  const excess = expectedShortfall - valueAtRisk;
  return {
    valueAtRisk: Math.sqrt((confidence * (1 - confidence)) / sampleSize) / density,
    expectedShortfall: Math.sqrt(
      (tailVariance + confidence * excess * excess) / (sampleSize * (1 - confidence)),
    ),
  };
}

/** Errors of n draws of a standard normal loss. */
export function normalErrors(sampleSize: number, confidence: number): Outcome<StandardErrors> {
  const refused = refuseConfidence(confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  const valueAtRisk = normalQuantile(confidence);
  const density = normalPdf(valueAtRisk);
  const expectedShortfall = density / (1 - confidence);
  const tailVariance = 1 + valueAtRisk * expectedShortfall - expectedShortfall ** 2;
  return success(
    asymptoticErrors(sampleSize, { confidence, valueAtRisk, expectedShortfall, density, tailVariance }),
  );
}

/** Errors of n draws of a t-distributed loss in its own units, degrees of freedom > 2. */
export function studentTErrors(
  sampleSize: number,
  degreesOfFreedom: number,
  confidence: number,
): Outcome<StandardErrors> {
  const refused = refuseConfidence(confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  if (!(degreesOfFreedom > 2)) {
    return failure(
      'INVALID_PARAMETER',
      'degreesOfFreedom',
      `Expected a number > 2 but received ${degreesOfFreedom}`,
    );
  }
  const { quantile, tailMean } = standardTTail(degreesOfFreedom, confidence);
  const density = studentTPdf(quantile, degreesOfFreedom);
  const secondMoment = tailSecondMoment(quantile, degreesOfFreedom) / (1 - confidence);
  return success(
    asymptoticErrors(sampleSize, {
      confidence,
      valueAtRisk: quantile,
      expectedShortfall: tailMean,
      density,
      tailVariance: secondMoment - tailMean * tailMean,
    }),
  );
}

/**
 * Integral of x^2 f(x) above v, by parts: with g(x) = f(x) (1 + x^2/n), whose derivative is -(n-1)/n x f(x), it is
 * n/(n-1) (v g(v) + integral of g), and g is a multiple of the t density with n - 2 degrees of freedom.
 */
function tailSecondMoment(v: number, n: number): number {
  const shrink = Math.sqrt((n - 2) / n);
  const ratio = Math.exp(lnStudentTScale(n) - lnStudentTScale(n - 2)) * Math.sqrt((n - 2) / n);
  const integral = (ratio * studentTUpperTail(v * shrink, n - 2, lnStudentTScale(n - 2))) / shrink;
  return (n / (n - 1)) * (v * studentTPdf(v, n) * (1 + (v * v) / n) + integral);
}

/**
 * Errors estimated from the sample itself. The density at the value at risk is a difference quotient of the sample's quantile
 * function over (1-c)/2 either side, narrower only where the sample ends.
 */
export function sampleErrors(losses: ArrayLike<number>, confidence: number): Outcome<StandardErrors> {
  const refused = refuseSample(losses, confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  const measures = tailMeasures(losses, confidence);
  const tail = tailWeights(losses, confidence);
  if (!measures.ok) return measures;
  if (!tail.ok) return tail;
  const { valueAtRisk, expectedShortfall } = measures.value;
  const sorted = Float64Array.from(losses).sort();
  const reach = Math.min(confidence, 1 - confidence) / 2;
  const rise =
    sortedQuantile(sorted, confidence + reach, 'R7') - sortedQuantile(sorted, confidence - reach, 'R7');
  let tailVariance = 0;
  tail.value.scenario.forEach((scenario, k) => {
    tailVariance += tail.value.weight[k]! * (losses[scenario]! - expectedShortfall) ** 2;
  });
  return success(
    asymptoticErrors(losses.length, {
      confidence,
      valueAtRisk,
      expectedShortfall,
      density: (2 * reach) / rise,
      tailVariance,
    }),
  );
}
