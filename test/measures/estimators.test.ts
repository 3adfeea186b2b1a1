/** Published and computed numbers of `risk-measures/var_es_estimators.json`. */
import { describe, expect, test } from 'vitest';
import { cornishFisherQuantile, expansion, isMonotone } from '../../src/measures/cornish-fisher.js';
import { shortfallContributions } from '../../src/measures/contributions.js';
import { normalTail, standardTTail, studentTTail } from '../../src/measures/parametric.js';
import { normalErrors, studentTErrors } from '../../src/measures/standard-errors.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { Comparison, announce, readRiskMeasures, reasonOf, unwrap, vectors } from './support.js';

const FILE = 'var_es_estimators.json';
const RELATIVE_BOUND = 1e-12;

interface EstimatorsFile {
  estimators: {
    name: string;
    losses: number[];
    confidence: number;
    weights: number[] | null;
    var: number;
    es: number;
  }[];
  closed_forms: (Record<string, number> & { confidence: number; normalVar: number; normalEs: number })[];
  cornish_fisher: {
    confidence: number;
    lossSkew: number;
    excessKurt: number;
    z: number;
    monotoneOnPm4: boolean;
  }[];
  euler: {
    pnl: number[][];
    confidence: number;
    var: number;
    es: number;
    componentEs: number[];
    incrementalEs: number[];
    standaloneEs: number[];
    diversification: number;
  };
  monte_carlo_error: {
    n: number;
    dist: string;
    confidence: number;
    VaR: number;
    ES: number;
    seVaR: number;
    seES: number;
    relSeES: number;
  }[];
}

describe.skipIf(vectors === undefined)(FILE, () => {
  const file = (): EstimatorsFile => readRiskMeasures(FILE) as EstimatorsFile;

  test('estimators', () => {
    const seen = new Comparison();
    for (const { name, losses, confidence, weights, var: valueAtRisk, es } of file().estimators) {
      const measures = unwrap(tailMeasures(losses, confidence, weights === null ? {} : { weights }));
      seen.relative(`${name} VaR`, measures.valueAtRisk, valueAtRisk);
      seen.relative(`${name} ES`, measures.expectedShortfall, es);
      const weighted = unwrap(tailMeasures(losses, confidence, { weights: weights ?? losses.map(() => 1) }));
      seen.relative(`${name} weighted ES`, weighted.expectedShortfall, es);
    }
    announce('estimators', seen);
    expect(seen.count).toBeGreaterThanOrEqual(21);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(RELATIVE_BOUND);
  });

  test('closed_forms', () => {
    const seen = new Comparison();
    for (const row of file().closed_forms) {
      const normal = unwrap(normalTail(0, 1, row.confidence));
      seen.relative(`normal VaR ${row.confidence}`, normal.valueAtRisk, row.normalVar);
      seen.relative(`normal ES ${row.confidence}`, normal.expectedShortfall, row.normalEs);
      for (const degrees of [3, 4, 6]) {
        const t = unwrap(studentTTail(0, 1, degrees, row.confidence));
        seen.relative(`t${degrees} VaR ${row.confidence}`, t.valueAtRisk, row[`t${degrees}_unitVar_VaR`]!);
        seen.relative(
          `t${degrees} ES ${row.confidence}`,
          t.expectedShortfall,
          row[`t${degrees}_unitVar_ES`]!,
        );
      }
    }
    announce('closed_forms', seen);
    expect(seen.count).toBe(40);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(RELATIVE_BOUND);
  });

  test('cornish_fisher, refused where it is not monotone', () => {
    const seen = new Comparison();
    for (const { confidence, lossSkew, excessKurt, z, monotoneOnPm4 } of file().cornish_fisher) {
      seen.relative(
        `S ${lossSkew} K ${excessKurt}`,
        expansion(normalQuantile(confidence), lossSkew, excessKurt),
        z,
      );
      expect(isMonotone(lossSkew, excessKurt)).toBe(monotoneOnPm4);
      expect(cornishFisherQuantile(confidence, lossSkew, excessKurt).ok).toBe(monotoneOnPm4);
    }
    announce('cornish_fisher', seen);
    expect(seen.count).toBe(6);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(RELATIVE_BOUND);
    expect(reasonOf(cornishFisherQuantile(0.99, NaN, 0))).toBe('UNSUPPORTED');
  });

  test('euler', () => {
    const seen = new Comparison();
    const { pnl, confidence, ...expected } = file().euler;
    const contributions = unwrap(
      shortfallContributions(Float64Array.from(pnl.flat()), pnl.length, confidence),
    );
    seen.relative('VaR', contributions.valueAtRisk, expected.var);
    seen.relative('ES', contributions.expectedShortfall, expected.es);
    seen.relative('diversification', contributions.diversification, expected.diversification);
    pnl.forEach((_, i) => {
      seen.relative(`component ${i}`, contributions.component[i]!, expected.componentEs[i]!);
      seen.relative(`incremental ${i}`, contributions.incremental[i]!, expected.incrementalEs[i]!);
      seen.relative(`standalone ${i}`, contributions.standalone[i]!, expected.standaloneEs[i]!);
    });
    announce('euler', seen);
    expect(seen.count).toBe(12);
    // Increments are differences of sums of numbers a hundred times their size.
    expect(seen.worst, seen.where).toBeLessThanOrEqual(RELATIVE_BOUND);
  });

  test('monte_carlo_error', () => {
    const seen = new Comparison();
    for (const { n, dist, confidence, VaR, ES, seVaR, seES } of file().monte_carlo_error) {
      const isNormal = dist === 'normal';
      const errors = unwrap(isNormal ? normalErrors(n, confidence) : studentTErrors(n, 4, confidence));
      seen.relative(`${dist} ${n} se VaR`, errors.valueAtRisk, seVaR);
      seen.relative(`${dist} ${n} se ES`, errors.expectedShortfall, seES);
      const tail = isNormal ? unwrap(normalTail(0, 1, confidence)) : undefined;
      const t = standardTTail(4, confidence);
      seen.relative(`${dist} VaR`, tail?.valueAtRisk ?? t.quantile, VaR);
      seen.relative(`${dist} ES`, tail?.expectedShortfall ?? t.tailMean, ES);
    }
    announce('monte_carlo_error', seen);
    expect(seen.count).toBe(24);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-9);
  });
});
