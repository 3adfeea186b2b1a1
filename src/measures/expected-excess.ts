/** Closed forms of the mean loss beyond a margin, E[(L - m)+]. */
import { normalCdf, normalPdf } from '../kernel/reference/normal.js';
import { studentTCdf, studentTPdf } from '../kernel/reference/student-t.js';

/** Losses normal with mean 0: sd n(z) - m N(-z), z = m / sd; `standardDeviation` > 0. */
export function normalExpectedExcess(margin: number, standardDeviation: number): number {
  const z = margin / standardDeviation;
  return standardDeviation * (normalPdf(z) - z * normalCdf(-z));
}

/** Losses Student t in their own units (variance n / (n - 2)): f(m) (n + m^2) / (n - 1) - m F(-m); degrees of freedom > 1. */
export function studentTExpectedExcess(margin: number, degreesOfFreedom: number): number {
  const tail =
    (studentTPdf(margin, degreesOfFreedom) * (degreesOfFreedom + margin ** 2)) / (degreesOfFreedom - 1);
  return tail - margin * studentTCdf(-margin, degreesOfFreedom);
}
