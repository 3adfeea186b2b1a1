/** Named conventions: quantile definitions, the 715 published numbers, Gaussian and delta-gamma closed forms. */
import { describe, expect, test } from 'vitest';
import { cornishFisherQuantile, expansion } from '../../src/measures/cornish-fisher.js';
import { deltaGammaMoments, deltaGammaQuantile } from '../../src/measures/delta-gamma.js';
import { normalTail } from '../../src/measures/parametric.js';
import { quantile } from '../../src/measures/quantile.js';
import type { QuantileDefinition } from '../../src/measures/quantile.js';
import { randomStream } from '../../src/measures/random.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import type { TailConvention } from '../../src/measures/tail-measures.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { cholesky } from '../../src/kernel/reference/symmetric-matrix.js';
import { Comparison, announce, readRiskMeasures, unwrap, vectors } from './support.js';

const DEFINITIONS: Readonly<Record<string, QuantileDefinition>> = {
  index_above: 'INDEX_ABOVE',
  sample_interpolation_R4: 'R4',
  midway_R5: 'R5',
  sample_plus_one_R6: 'R6',
  excel_R7: 'R7',
};

test.skipIf(vectors === undefined)('quantile_definitions.json', () => {
  const { samples, quantiles } = readRiskMeasures('quantile_definitions.json') as {
    samples: Record<string, number[]>;
    quantiles: Record<string, Record<string, Record<string, number>>>;
  };
  const seen = new Comparison();
  for (const [sample, levels] of Object.entries(quantiles)) {
    for (const [level, values] of Object.entries(levels)) {
      for (const [name, expected] of Object.entries(values)) {
        const actual = unwrap(quantile(samples[sample]!, Number(level), DEFINITIONS[name]!));
        seen.absolute(`${sample} ${level} ${name}`, actual, expected);
      }
    }
  }
  announce('quantile_definitions', seen);
  expect(seen.count).toBe(40);
  expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-14);
});

interface Gaussian {
  mean: number;
  sd: number;
  confidence: number;
  VaR_loss: number;
  ES_loss: number;
}
type DeltaGamma = Record<string, unknown> & { p?: number };

describe.skipIf(vectors === undefined)('parametric.json', () => {
  const file = () =>
    readRiskMeasures('parametric.json') as { gaussian: Gaussian[]; delta_gamma: DeltaGamma[] };

  test('gaussian', () => {
    const seen = new Comparison();
    for (const { mean, sd, confidence, VaR_loss, ES_loss } of file().gaussian) {
      const tail = unwrap(normalTail(mean, sd, confidence));
      seen.relative(`${mean} ${sd} ${confidence} VaR`, tail.valueAtRisk, VaR_loss);
      seen.relative(`${mean} ${sd} ${confidence} ES`, tail.expectedShortfall, ES_loss);
    }
    announce('gaussian', seen);
    expect(seen.count).toBe(32);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-12);
  });

  test('delta_gamma: a parabola, where the Cornish-Fisher expansion is absurd and refused', () => {
    const expected = file().delta_gamma[0]! as { exact: number; cornish_fisher_AS269: number };
    const book = {
      delta: Float64Array.of(0),
      gamma: Float64Array.of(-10_000),
      covariance: Float64Array.of(1),
    };
    expect(Math.abs(unwrap(deltaGammaQuantile(book, 0.99)) - expected.exact)).toBeLessThanOrEqual(0.5);
    const { mean, variance, skewness, excessKurtosis } = unwrap(deltaGammaMoments(book));
    const absurd = mean + Math.sqrt(variance) * expansion(normalQuantile(0.99), skewness, excessKurtosis);
    expect(Math.abs(absurd - expected.cornish_fisher_AS269)).toBeLessThanOrEqual(1e-3);
    expect(cornishFisherQuantile(0.99, skewness, excessKurtosis).ok).toBe(false);
  });

  test('delta_gamma: one factor of a large variance', () => {
    const expected = file().delta_gamma[1]! as { exact: number };
    const book = { delta: Float64Array.of(0), gamma: Float64Array.of(1), covariance: Float64Array.of(1e6) };
    const actual = unwrap(deltaGammaQuantile(book, 0.99));
    expect(Math.abs(actual / expected.exact - 1)).toBeLessThanOrEqual(0.01);
  });

  test('delta_gamma: five factors against a million paths', () => {
    const row = file().delta_gamma[2]! as {
      delta: number[];
      gamma_rowmajor: number[];
      omega_rowmajor: number[];
      p: number;
    };
    const book = {
      delta: Float64Array.from(row.delta),
      gamma: Float64Array.from(row.gamma_rowmajor),
      covariance: Float64Array.from(row.omega_rowmajor),
    };
    const simulated = simulatedQuantile(book.delta, book.gamma, book.covariance, row.p, 1_000_000);
    expect(Math.abs(unwrap(deltaGammaQuantile(book, row.p)) / simulated - 1)).toBeLessThanOrEqual(0.005);
  });
});

function simulatedQuantile(
  delta: Float64Array,
  gamma: Float64Array,
  covariance: Float64Array,
  p: number,
  paths: number,
): number {
  const size = delta.length;
  const root = cholesky(covariance, size)!;
  const random = randomStream(7);
  const pnl = new Float64Array(paths);
  const z = new Float64Array(size);
  const u = new Float64Array(size);
  for (let path = 0; path < paths; path += 1) {
    for (let i = 0; i < size; i += 1) z[i] = normalQuantile(random.uniform());
    let value = 0;
    for (let i = 0; i < size; i += 1) {
      u[i] = 0;
      for (let k = 0; k <= i; k += 1) u[i]! += root[i * size + k]! * z[k]!;
      value += delta[i]! * u[i]!;
    }
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) value += 0.5 * gamma[i * size + j]! * u[i]! * u[j]!;
    }
    pnl[path] = value;
  }
  return unwrap(quantile(pnl, p, 'R7'));
}

interface HistSimFile {
  pnl: Record<string, number[]>;
  expected: Record<string, string | number>[];
  convention_matrix_All_All: Record<
    string,
    Record<string, number> & { 'quantlib_1.29_RiskStatistics': { VaR: number; ES: number } }
  >;
}

describe.skipIf(vectors === undefined)('var_es_histsim.json', () => {
  const file = (): HistSimFile => readRiskMeasures('var_es_histsim.json') as HistSimFile;

  test('published quantiles and tail means, p = 0.01 and 0.05', () => {
    const { pnl, expected } = file();
    const seen = new Comparison();
    for (const [series, numbers] of Object.entries(pnl)) {
      const [riskClass] = series.split('/');
      const rows = expected.filter((row) => row.RiskClass === riskClass);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        for (const [level, confidence] of [
          ['0.010000', 0.99],
          ['0.050000', 0.95],
        ] as const) {
          const losses = numbers.map((gain) => -gain);
          const measures = unwrap(tailMeasures(losses, confidence, { convention: 'ORDER_STATISTIC' }));
          seen.absolute(`${series} VaR`, -measures.valueAtRisk, Number(row[`Quantile_${level}`]));
          seen.absolute(
            `${series} ES`,
            -measures.expectedShortfall,
            Number(row[`ExpectedShortfall_${level}`]),
          );
        }
      }
    }
    announce('histsim published', seen);
    expect(seen.count).toBe(24);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-6);
  });

  test('convention_matrix_All_All', () => {
    const { pnl, convention_matrix_All_All: matrix } = file();
    const gains = pnl['All/All']!;
    const losses = gains.map((gain) => -gain);
    const seen = new Comparison();
    const types = { type4: 'R4', type5: 'R5', type6: 'R6', type7: 'R7', type8: 'R8' } as const;
    for (const [level, row] of Object.entries(matrix)) {
      const confidence = 1 - Number(level);
      const of = (convention: TailConvention): { valueAtRisk: number; expectedShortfall: number } =>
        unwrap(tailMeasures(losses, confidence, { convention }));
      for (const [key, definition] of Object.entries(types)) {
        seen.relative(`${level} ${key}`, unwrap(quantile(gains, Number(level), definition)), row[key]!);
      }
      seen.relative('order', -of('ORDER_STATISTIC').valueAtRisk, row.order_statistic_ceil!);
      seen.relative(
        'index above',
        unwrap(quantile(gains, Number(level), 'INDEX_ABOVE')),
        row.order_statistic_ceil!,
      );
      seen.relative('order ES', -of('ORDER_STATISTIC').expectedShortfall, row.es_mean_leq_order_stat!);
      seen.relative('fractional ES', -of('FRACTIONAL_TAIL').expectedShortfall, row.es_acerbi_tasche!);
      seen.relative('type 7 VaR', -of('INTERPOLATED').valueAtRisk, row.type7!);
      seen.relative('type 7 ES', -of('INTERPOLATED').expectedShortfall, row.es_mean_below_type7!);
      const quantlib = row['quantlib_1.29_RiskStatistics'];
      seen.relative('strict VaR', of('STRICT').valueAtRisk, quantlib.VaR);
      seen.relative('strict ES', of('STRICT').expectedShortfall, quantlib.ES);
    }
    announce('histsim conventions', seen);
    expect(seen.count).toBe(26);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-12);
  });
});
