import { failure, success, type Outcome } from '../domain/outcome.js';
import { normalQuantile } from '../kernel/reference/normal.js';
import { chiSquaredQuantile } from '../kernel/reference/gamma.js';
import { studentTCdf, studentTQuantile } from '../kernel/reference/student-t.js';
import { randomStream } from '../measures/random.js';
import { drawSeed } from './draws.js';

/** A fitted joint law: a Student-t copula with standardised margins. */
export interface CopulaLaw {
  /** Draws change with it and with nothing of the market. */
  readonly version: string;
  readonly count: number;
  /** Of the copula, > 2. */
  readonly degreesOfFreedom: number;
  readonly factors: readonly CopulaFactor[];
  /** Pairs that are not named are uncorrelated. */
  readonly correlations: readonly {
    readonly first: string;
    readonly second: string;
    readonly value: number;
  }[];
}

export interface CopulaFactor {
  readonly name: string;
  /** Of a Student-t margin, > 2; absent: normal. */
  readonly degreesOfFreedom?: number;
}

/**
 * Draws of every factor with mean 0 and deviation 1, `[factor][count]`: y = L n sqrt(nu / chi2), u = T_nu(y), z = F^-1(u). Half of
 * them are the other half with the sign reversed, so that every mean is 0.
 */
export function copulaDraws(law: CopulaLaw): Outcome<readonly Float64Array[]> {
  const { factors, count, degreesOfFreedom: nu } = law;
  const root = correlationRoot(law);
  if (!root.ok) return root;
  const draws = factors.map(() => new Float64Array(count));
  const random = randomStream(...drawSeed(law.version, { method: 'copula', factors: factors.length }));
  const normals = new Float64Array(factors.length);
  for (let s = 0; s < count; s += 2) {
    for (let f = 0; f < factors.length; f += 1) normals[f] = normalQuantile(random.uniform());
    const mixing = Math.sqrt(nu / chiSquaredQuantile(random.uniform(), nu));
    factors.forEach((factor, f) => {
      let y = 0;
      for (let j = 0; j <= f; j += 1) y += (root.value[f * factors.length + j] ?? NaN) * (normals[j] ?? NaN);
      const z = standardised(factor, studentTCdf(y * mixing, nu));
      const row = draws[f];
      if (row === undefined) return;
      row[s] = z;
      if (s + 1 < count) row[s + 1] = -z;
    });
  }
  return success(draws);
}

/** Independent normals with deviation 1, frozen like the draws. */
export function independentNormals(version: string, name: string, count: number): Float64Array {
  const random = randomStream(...drawSeed(version, { method: 'independent', name }));
  return Float64Array.from({ length: count }, () => normalQuantile(random.uniform()));
}

function standardised({ degreesOfFreedom }: CopulaFactor, u: number): number {
  if (degreesOfFreedom === undefined) return normalQuantile(u);
  return studentTQuantile(u, degreesOfFreedom) * Math.sqrt((degreesOfFreedom - 2) / degreesOfFreedom);
}

/** Lower triangle of the root, row-major; a matrix that is not positive definite is refused. Takes no draws. */
export function correlationRoot({
  factors,
  correlations,
}: Pick<CopulaLaw, 'factors' | 'correlations'>): Outcome<Float64Array> {
  const n = factors.length;
  const index = new Map(factors.map(({ name }, at) => [name, at]));
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) matrix[i * n + i] = 1;
  for (const [at, { first, second, value }] of correlations.entries()) {
    const [i, j] = [index.get(first), index.get(second)];
    if (i === undefined || j === undefined || i === j) {
      const names = [...index.keys()].join(', ');
      return failure(
        'INVALID_PARAMETER',
        `correlations[${String(at)}]`,
        `Expected two of ${names} but received ${first} and ${second}`,
      );
    }
    matrix[i * n + j] = matrix[j * n + i] = value;
  }
  const root = new Float64Array(n * n);
  for (let i = 0; i < n; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * n + j] ?? NaN;
      for (let k = 0; k < j; k += 1) sum -= (root[i * n + k] ?? NaN) * (root[j * n + k] ?? NaN);
      if (i !== j) root[i * n + j] = sum / (root[j * n + j] ?? NaN);
      else if (sum > 0) root[i * n + i] = Math.sqrt(sum);
      else {
        return failure(
          'INVALID_PARAMETER',
          'correlations',
          `Expected correlations of a positive definite matrix but those of ${factors[i]?.name ?? ''} are not`,
        );
      }
    }
  }
  return success(root);
}
