/** Monte Carlo moves: the copula that was put in comes out, tails are Pareto, draws are frozen, errors are honest. */
import { describe, expect, test } from 'vitest';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { studentTCdf, studentTQuantile } from '../../src/kernel/reference/student-t.js';
import { batchEstimate } from '../../src/measures/batch-errors.js';
import { standardDeviation } from '../../src/measures/block-bootstrap.js';
import { normalTail, standardTTail } from '../../src/measures/parametric.js';
import { randomStream } from '../../src/measures/random.js';
import { copulaDegreesOfFreedom } from '../../src/scenarios/copula-degrees.js';
import { drawSeed } from '../../src/scenarios/draws.js';
import { fitFactorMargins } from '../../src/scenarios/factor-margins.js';
import { historicalMoves } from '../../src/scenarios/historical.js';
import { drawScramble, fitCopula, monteCarloMoves } from '../../src/scenarios/monte-carlo.js';
import type { FittedCopula, MonteCarloOptions } from '../../src/scenarios/monte-carlo.js';
import { fitParetoTail } from '../../src/scenarios/pareto-tail.js';
import { movesOf } from '../../src/scenarios/risk-factor.js';
import type { FactorMoves } from '../../src/scenarios/risk-factor.js';
import { reasonOf, unwrap } from '../measures/support.js';
import { factorOf, sampleHistory } from './sample-history.js';

const kernels = loadKernels();
const seed = drawSeed('1', { test: 'monte carlo' });

/** Rows of factors with these moves. */
function rowsOf(...columns: readonly Float64Array[]): FactorMoves {
  const count = columns[0]!.length;
  const moves = new Float64Array(columns.length * count);
  columns.forEach((column, f) => {
    moves.set(column, f * count);
  });
  return {
    method: 'HISTORICAL',
    factors: columns.map((_, f) => factorOf(`F${f}.spot`, 'SPOT', `F${f}`)),
    horizonDays: 1,
    count,
    moves,
    notes: [],
  };
}

/** A law by its exact quantiles at the middles of equal steps: no sampling noise in what the margins are fitted to. */
function stratified(count: number, quantile: (p: number) => number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => quantile((i + 0.5) / count));
}

const history = unwrap(historicalMoves(sampleHistory(1_000), 1));
const small: MonteCarloOptions = { scrambles: 4, pointsPerScramble: 1_024, seed, correlationDecay: 1 };

describe('draws', () => {
  const moves = unwrap(monteCarloMoves(kernels, history, small));

  test('have the same bits for the same seed, drawn at once or scramble by scramble in any order', () => {
    expect(unwrap(monteCarloMoves(kernels, history, small)).moves).toEqual(moves.moves);
    const fitted = unwrap(fitCopula(kernels, history, small));
    const parts = new Float64Array(moves.moves.length);
    for (const scramble of [2, 0, 3, 1]) drawScramble(kernels, fitted, seed, scramble, 1_024, parts);
    expect(parts).toEqual(moves.moves);
    const other = unwrap(monteCarloMoves(kernels, history, { ...small, seed: drawSeed('2', {}) }));
    expect(other.moves).not.toEqual(moves.moves);
  });

  test('have the deviations and the rank correlation of the rows', () => {
    for (const { id } of history.factors) {
      const ratio = standardDeviation(movesOf(moves, id)!) / standardDeviation(movesOf(history, id)!);
      expect(ratio).toBeGreaterThan(0.95);
      expect(ratio).toBeLessThan(1.08);
    }
    expect(
      Math.abs(kendall(moves, 'BTC.spot', 'ETH.spot') - kendall(history, 'BTC.spot', 'ETH.spot')),
    ).toBeLessThan(0.03);
  });

  test('move together under stress of the correlation, and fully at its end', () => {
    const stressed = unwrap(monteCarloMoves(kernels, history, { ...small, correlationStress: 1 }));
    expect(stressed.smallestEigenvalue).toBeLessThan(1e-8);
    expect(stressed.notes.join()).toContain('correlation was not positive definite');
    expect(kendall(stressed, 'BTC.spot', 'BTC.skew')).toBeGreaterThan(0.98);
    expect(moves.notes).toEqual([]);
    expect(moves.correlationRepair).toBe(0);
  });
});

function kendall(moves: FactorMoves, left: string, right: string): number {
  const [x, y] = [movesOf(moves, left)!, movesOf(moves, right)!];
  const count = Math.min(600, x.length);
  let sum = 0;
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < i; j += 1) sum += Math.sign((x[i]! - x[j]!) * (y[i]! - y[j]!));
  }
  return (2 * sum) / (count * (count - 1));
}

/** Scores themselves as moves: the factors are multivariate t, of which every sum is t again. */
function scoresAsMoves(
  correlation: Float64Array,
  degreesOfFreedom: number,
  transform: (score: number) => number,
  gridCount: number,
): FittedCopula {
  const factorCount = Math.sqrt(correlation.length);
  const memory = {
    repaired: new Float64Array(correlation.length),
    lower: new Float64Array(correlation.length),
    report: new Float64Array(2),
  };
  kernels.correlationFactor(correlation, factorCount, 1e-8, memory);
  const scoreBound = -studentTQuantile(1e-12, degreesOfFreedom);
  const row = Float64Array.from({ length: gridCount }, (_, k) =>
    transform(-scoreBound + (2 * scoreBound * k) / (gridCount - 1)),
  );
  const gridValue = new Float64Array(factorCount * gridCount);
  for (let f = 0; f < factorCount; f += 1) gridValue.set(row, f * gridCount);
  return {
    copula: { factorCount, lower: memory.lower, degreesOfFreedom },
    margins: {
      gridCount,
      gridValue,
      scoreBound,
      tailProbability: 1e-12,
      tails: Float64Array.from({ length: 4 * factorCount }, (_, i) => i % 2),
    },
    correlation,
    smallestEigenvalue: NaN,
    correlationRepair: 0,
  };
}

const SIZES = [64, 256, 1_024, 4_096, 8_192] as const;
const SCRAMBLES = 16;

/** More by MARGINCUBE_DRAW_SEEDS. */
const SEEDS = Number(process.env.MARGINCUBE_DRAW_SEEDS ?? 40);

const CONFIDENCES = [0.95, 0.975, 0.99] as const;

/** Estimated and exact shortfall of the sum of the factors at every confidence, in units of the estimate's own error. */
function distancesInErrors(
  fitted: FittedCopula,
  points: number,
  exact: (confidence: number) => number,
  drawn: readonly number[] = seed,
): number[] {
  const { factorCount } = fitted.copula;
  const count = SCRAMBLES * points;
  const moves = new Float64Array(factorCount * count);
  for (let scramble = 0; scramble < SCRAMBLES; scramble += 1) {
    drawScramble(kernels, fitted, drawn, scramble, points, moves);
  }
  const losses = new Float64Array(count);
  for (let f = 0; f < factorCount; f += 1) {
    for (let i = 0; i < count; i += 1) losses[i]! -= moves[f * count + i]!;
  }
  return CONFIDENCES.map((confidence) => {
    const estimate = unwrap(batchEstimate(losses, SCRAMBLES, confidence));
    expect(estimate.betweenBatches.expectedShortfall).toBeGreaterThan(0);
    return Math.abs(estimate.expectedShortfall - exact(confidence)) / estimate.errors.expectedShortfall;
  });
}

describe('expected shortfall of draws', () => {
  const equicorrelated = (size: number, rho: number): Float64Array =>
    Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : rho));

  const LAWS = [
    [1, 0, 4],
    [2, 0.6, 3],
    [5, 0.3, 4.5],
    [20, 0.5, 15],
  ] as const;

  test.each(SIZES)('is the closed form of t within three of its own errors, 16 x %d', (points) => {
    let worst = 0;
    for (const [size, rho, degrees] of LAWS) {
      const fitted = scoresAsMoves(equicorrelated(size, rho), degrees, (score) => score, 2);
      const scale = Math.sqrt(size + size * (size - 1) * rho);
      const exact = (confidence: number): number => scale * standardTTail(degrees, confidence).tailMean;
      worst = Math.max(worst, ...distancesInErrors(fitted, points, exact));
    }
    process.stdout.write(`t, 16 x ${points}: at most ${worst.toFixed(2)} standard errors\n`);
    expect(worst).toBeLessThanOrEqual(3);
  });

  test.each([64, 256])(
    'lies beyond three of its errors as rarely as a normal law does, 16 x %d',
    (points) => {
      let beyond = 0;
      for (const [size, rho, degrees] of LAWS) {
        const fitted = scoresAsMoves(equicorrelated(size, rho), degrees, (score) => score, 2);
        const scale = Math.sqrt(size + size * (size - 1) * rho);
        for (let k = 0; k < SEEDS; k += 1) {
          const exact = (confidence: number): number => scale * standardTTail(degrees, confidence).tailMean;
          const distances = distancesInErrors(fitted, points, exact, drawSeed(`seed ${k}`, {}));
          beyond += distances.filter((distance) => distance > 3).length;
        }
      }
      const share = beyond / (LAWS.length * SEEDS * CONFIDENCES.length);
      process.stdout.write(`t, 16 x ${points}, ${SEEDS} seeds: ${(100 * share).toFixed(2)} % beyond three\n`);
      // 0.27 % of a normal law, and what the number of seeds leaves open.
      expect(share).toBeLessThanOrEqual(0.0027 + 3 * Math.sqrt(0.0027 / (LAWS.length * SEEDS)));
    },
  );

  test.each(SIZES)('is the closed form of a normal within three of its own errors, 16 x %d', (points) => {
    const degrees = 15;
    const toNormal = (score: number): number =>
      score < 0 ? normalQuantile(studentTCdf(score, degrees)) : -normalQuantile(studentTCdf(-score, degrees));
    const fitted = scoresAsMoves(Float64Array.of(1), degrees, toNormal, 200_001);
    const exact = (confidence: number): number => unwrap(normalTail(0, 1, confidence)).expectedShortfall;
    const worst = Math.max(...distancesInErrors(fitted, points, exact));
    process.stdout.write(`normal, 16 x ${points}: at most ${worst.toFixed(2)} standard errors\n`);
    expect(worst).toBeLessThanOrEqual(3);
  });

  test('of correlated t factors is that of their sum', () => {
    const degrees = 4;
    const base = randomStream(4);
    const rho = 0.6;
    const count = 20_000;
    const raw = Array.from({ length: count }, () => {
      const z0 = normalQuantile(base.uniform());
      const z1 = rho * z0 + Math.sqrt(1 - rho * rho) * normalQuantile(base.uniform());
      let chi = 0;
      for (let k = 0; k < degrees; k += 1) chi += normalQuantile(base.uniform()) ** 2;
      const scale = Math.sqrt(degrees / chi);
      return [z0 * scale, z1 * scale] as const;
    });
    const rows = rowsOf(
      Float64Array.from(raw, ([x]) => x),
      Float64Array.from(raw, ([, y]) => y),
    );
    const fitted = unwrap(
      monteCarloMoves(kernels, rows, { seed, correlationDecay: 1, scrambles: 16, pointsPerScramble: 1_024 }),
    );
    expect(Math.abs(fitted.degreesOfFreedom - degrees)).toBeLessThan(0.6);
    const [x, y] = [movesOf(fitted, 'F0.spot')!, movesOf(fitted, 'F1.spot')!];
    const losses = x.map((move, s) => -(move + y[s]!));
    const estimate = unwrap(batchEstimate(losses, 16, 0.975));
    const exact = standardTTail(degrees, 0.975).tailMean * Math.sqrt(2 + 2 * rho);
    // 20,000 rows have an error of their own: 500 losses in the tail.
    expect(Math.abs(estimate.expectedShortfall / exact - 1)).toBeLessThan(0.06);
  });
});

describe('fits', () => {
  test('degrees of freedom stay between 3 and 15, and one factor needs none', () => {
    const independent = [1, 2].map((k) => {
      const random = randomStream(k);
      return Float64Array.from({ length: 2_000 }, () => normalQuantile(random.uniform()));
    });
    const identity = Float64Array.of(1, 0, 0, 1);
    expect(copulaDegreesOfFreedom(rowsOf(...independent), identity)).toBeGreaterThan(10);
    expect(copulaDegreesOfFreedom(rowsOf(independent[0]!), Float64Array.of(1))).toBe(4);
    const together = rowsOf(
      independent[0]!,
      independent[0]!.map((x, i) => x * (1 + 1e-3 * independent[1]![i]!)),
    );
    expect(copulaDegreesOfFreedom(together, identity)).toBeGreaterThanOrEqual(3);
  });

  test('a Pareto tail is found, an exponential one has shape 0, a bounded one is not believed', () => {
    const pareto = stratified(5_000, (p) => (0.5 / 0.3) * ((1 - p) ** -0.3 - 1));
    const fit = unwrap(fitParetoTail(pareto));
    expect(Math.abs(fit.shape - 0.3)).toBeLessThan(0.01);
    expect(Math.abs(fit.scale / 0.5 - 1)).toBeLessThan(0.02);
    expect(unwrap(fitParetoTail(stratified(5_000, (p) => -Math.log(1 - p)))).shape).toBeLessThan(0.01);
    expect(unwrap(fitParetoTail(stratified(500, (p) => p)))).toEqual({
      shape: 0,
      scale: expect.closeTo(0.5, 10) as number,
    });
    expect(unwrap(fitParetoTail(stratified(500, (p) => (1 - p) ** -0.9 - 1))).shape).toBeLessThan(0.5);
    expect(reasonOf(fitParetoTail(new Float64Array(9).fill(1)))).toBe('MISSING_MARKET_DATA');
    expect(reasonOf(fitParetoTail(new Float64Array(20)))).toBe('INVALID_VALUE');
  });

  test('margins need rows, and a tail that moves', () => {
    expect(reasonOf(fitFactorMargins(rowsOf(stratified(199, normalQuantile)), 4))).toBe(
      'MISSING_MARKET_DATA',
    );
    const hardlyMoves = new Float64Array(400).fill(0).fill(1, 0, 5);
    expect(fitFactorMargins(rowsOf(hardlyMoves), 4).ok).toBe(false);
    expect(
      unwrap(fitFactorMargins(rowsOf(stratified(200, normalQuantile)), 4)).tails.every((x) => x >= 0),
    ).toBe(true);
  });
});

describe('bad requests', () => {
  const reason = (rows: FactorMoves, options: Partial<MonteCarloOptions>) =>
    reasonOf(monteCarloMoves(kernels, rows, { ...small, ...options }));

  test('of scenarios', () => {
    for (const [scrambles, pointsPerScramble] of [
      [0, 8],
      [1, 1],
      [1, 0],
      [1.5, 8],
      [16, 16_384],
      [NaN, 8],
    ] as const) {
      expect(reason(history, { scrambles, pointsPerScramble })).toBe('INVALID_PARAMETER');
    }
  });

  test('of parameters', () => {
    for (const degreesOfFreedom of [2, 16, Infinity, NaN])
      expect(reason(history, { degreesOfFreedom })).toBe('INVALID_PARAMETER');
    for (const correlationStress of [-0.1, 1.1, NaN])
      expect(reason(history, { correlationStress })).toBe('INVALID_PARAMETER');
    for (const correlationDecay of [0, 1.1, NaN])
      expect(reason(history, { correlationDecay })).toBe('INVALID_PARAMETER');
  });

  test('of rows', () => {
    expect(reason(rowsOf(new Float64Array(300)), {})).toBe('INVALID_VALUE');
    const poisoned = stratified(300, normalQuantile);
    poisoned[17] = NaN;
    expect(reason(rowsOf(poisoned), {})).toBe('INVALID_VALUE');
    expect(reason(rowsOf(stratified(100, normalQuantile)), {})).toBe('MISSING_MARKET_DATA');
    expect(reason(rowsOf(...Array.from({ length: 64 }, () => stratified(300, normalQuantile))), {})).toBe(
      'LIMIT_EXCEEDED',
    );
  });
});

test('batches of losses must be equal and at least two', () => {
  expect(reasonOf(batchEstimate(new Float64Array(10), 3, 0.9))).toBe('INVALID_PARAMETER');
  expect(reasonOf(batchEstimate(new Float64Array(10), 1, 0.9))).toBe('INVALID_PARAMETER');
  expect(reasonOf(batchEstimate(new Float64Array(10), 5, 1))).toBe('INVALID_PARAMETER');
});
