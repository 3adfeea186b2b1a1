/** Published and computed numbers of `risk-measures/backtests.json`. */
import { describe, expect, test } from 'vitest';
import {
  criticalZ2,
  pValueOfZ2,
  shortfallStatistics,
  simulateZ2,
} from '../../src/measures/backtests/acerbi-szekely.js';
import { christoffersen, independenceOf, kupiec } from '../../src/measures/backtests/coverage.js';
import { eBacktest, eState } from '../../src/measures/backtests/e-backtest.js';
import { baselFactors, overlapLimits, trafficLight } from '../../src/measures/backtests/traffic-light.js';
import { normalQuantile } from '../../src/kernel/reference/normal.js';
import { randomStream } from '../../src/measures/random.js';
import { Comparison, announce, readRiskMeasures, reasonOf, unwrap, vectors } from './support.js';

const BOUND = 1e-10;

interface BacktestsFile {
  kupiec_published_and_computed: {
    N: number;
    failures: number;
    p: number;
    LR_mp: number;
    pvalue_mp: number;
    published_LR?: number;
    published_pvalue?: number;
  }[];
  kupiec: { T: number; exceptions: number; p: number; LRpof: number; pValue: number; reject5pct: boolean }[];
  christoffersen_published: Record<string, number>;
  christoffersen: {
    name: string;
    T: number;
    hitIndices: number[];
    n: number[][];
    LRind: number;
    pInd: number;
    LRuc: number;
    LRcc: number;
    pCc: number;
  }[];
  basel_traffic_light: {
    N: number;
    p: number;
    cumulative_published: number[];
    cumulative_mp: number[];
    rows: {
      exceptions: number;
      cumProb_lessOrEqual: number;
      zone: string;
      plusFactorBasel1996: number;
      multiplierMAR99: number;
    }[];
  };
  overlapping_10d: {
    one_portfolio: Record<string, [number, number]>;
    three_portfolios_corr_0_5_obs250: [number, number];
  };
  acerbi_szekely: {
    pnl: number[];
    var: number;
    es: number;
    tail: number;
    Z1: number;
    Z2: number;
    exceptions: number;
  };
  acerbi_szekely_published: {
    VaRLevel: number;
    N: number;
    test_level: number;
    Z: number;
    critical_normal: number;
    p_normal: number;
    critical_t3: number;
    p_t3: number;
  }[];
  e_backtest: {
    p: number;
    var: number;
    es: number;
    trace: { loss: number; e: number; lambda_: number; M: number }[];
  };
}

const file = (): BacktestsFile => readRiskMeasures('backtests.json') as BacktestsFile;

/** Half a unit in the last printed place. */
function printed(actual: number, expected: number, places: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(0.5000001 * 10 ** -places);
}

describe.skipIf(vectors === undefined)('backtests.json', () => {
  test('Kupiec', () => {
    const seen = new Comparison();
    for (const row of file().kupiec_published_and_computed) {
      const { statistic, pValue } = unwrap(kupiec(row.N, row.failures, row.p));
      seen.absolute(`${row.N} ${row.failures} LR`, statistic, row.LR_mp);
      seen.relative(`${row.N} ${row.failures} p`, pValue, row.pvalue_mp);
      if (row.published_LR !== undefined) printed(statistic, row.published_LR, row.failures === 57 ? 5 : 4);
      if (row.published_pvalue !== undefined)
        printed(pValue, row.published_pvalue, row.failures === 57 ? 5 : 6);
    }
    for (const row of file().kupiec) {
      const { statistic, pValue } = unwrap(kupiec(row.T, row.exceptions, row.p));
      if (row.LRpof > 1e-9) seen.relative(`${row.T} ${row.exceptions} LR`, statistic, row.LRpof);
      else seen.absolute(`${row.T} ${row.exceptions} LR`, statistic, row.LRpof);
      seen.absolute(`${row.T} ${row.exceptions} p`, pValue, row.pValue);
      expect(pValue < 0.05).toBe(row.reject5pct);
    }
    announce('Kupiec', seen);
    expect(seen.count).toBe(36);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  test('Christoffersen', () => {
    const seen = new Comparison();
    const published = file().christoffersen_published;
    const independence = independenceOf({
      afterCalm: [published.N00!, published.N01!],
      afterException: [published.N10!, published.N11!],
    });
    seen.relative('published LR', independence.statistic, published.LR_ind_mp!);
    seen.relative('published p', independence.pValue, published.p_ind_mp!);
    printed(independence.statistic, published.published_LR_ind!, 5);
    printed(independence.pValue, published.published_p_ind!, 5);
    for (const row of file().christoffersen) {
      const days = Array.from({ length: row.T }, (_, day) => row.hitIndices.includes(day));
      const actual = unwrap(christoffersen(days, 0.01));
      expect([actual.transitions.afterCalm, actual.transitions.afterException]).toEqual(row.n);
      seen.absolute(`${row.name} LR ind`, actual.independence.statistic, row.LRind);
      seen.relative(`${row.name} p ind`, actual.independence.pValue, row.pInd);
      seen.relative(`${row.name} LR cc`, actual.conditionalCoverage.statistic, row.LRcc);
      seen.relative(`${row.name} p cc`, actual.conditionalCoverage.pValue, row.pCc);
    }
    announce('Christoffersen', seen);
    expect(seen.count).toBe(18);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  test('Christoffersen, published conditional coverage', () => {
    // The published series: 57 exceptions in 1043 days, the first of them preceded by a day.
    const published = file().christoffersen_published;
    const unconditional = unwrap(kupiec(1043, 57, 0.05));
    const independence = independenceOf({ afterCalm: [932, 53], afterException: [53, 4] });
    const statistic = unconditional.statistic + independence.statistic;
    expect(Math.abs(statistic / published.LR_cc_mp! - 1)).toBeLessThanOrEqual(BOUND);
    printed(statistic, published.published_LR_cc!, 5);
  });

  test('traffic light', () => {
    const seen = new Comparison();
    const { N, p, rows, cumulative_mp: exact } = file().basel_traffic_light;
    for (const row of rows) {
      const light = unwrap(trafficLight(N, row.exceptions, p));
      seen.relative(`${row.exceptions}`, light.cumulativeProbability, row.cumProb_lessOrEqual);
      expect(light.zone.toLowerCase()).toBe(row.zone);
      expect(baselFactors(row.exceptions)).toEqual({
        plusFactor: row.plusFactorBasel1996,
        multiplier: row.multiplierMAR99,
      });
    }
    exact.forEach((probability, exceptions) => {
      seen.relative(
        `mp ${exceptions}`,
        unwrap(trafficLight(N, exceptions, p)).cumulativeProbability,
        probability,
      );
      printed(probability, file().basel_traffic_light.cumulative_published[exceptions]!, 4);
    });
    announce('traffic light', seen);
    expect(seen.count).toBe(23);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  test('limits of overlapping periods', () => {
    const { one_portfolio: one, three_portfolios_corr_0_5_obs250: three } = file().overlapping_10d;
    const base = { periodDays: 10, confidence: 0.99, seed: 1 };
    for (const [observations, [green, yellow]] of Object.entries(one)) {
      const limits = unwrap(
        overlapLimits({ ...base, observations: Number(observations), simulations: 100_000 }),
      );
      expect(limits.green, observations).toBe(green);
      // One path in ten thousand decides it: a simulated quantile of its own.
      expect(Math.abs(limits.yellow - yellow), `${observations}: ${limits.yellow}`).toBeLessThanOrEqual(1);
    }
    const joint = unwrap(
      overlapLimits({ ...base, observations: 250, simulations: 20_000, portfolios: 3, correlation: 0.5 }),
    );
    // The 95 % quantile lies on the edge between 19 and 20: seeds of 100,000 paths give either.
    expect(Math.abs(joint.green - three[0])).toBeLessThanOrEqual(1);
    // Two paths decide the other.
    expect(Math.abs(joint.yellow - three[1]), `three: ${joint.yellow}`).toBeLessThanOrEqual(3);
  });

  test('Acerbi-Szekely', () => {
    const { pnl, var: valueAtRisk, es, tail, Z1, Z2, exceptions } = file().acerbi_szekely;
    const days = pnl.map((gain) => ({ pnl: gain, valueAtRisk, expectedShortfall: es }));
    const statistics = unwrap(shortfallStatistics(days, tail));
    expect(statistics.exceptions).toBe(exceptions);
    expect(Math.abs(statistics.z1! / Z1 - 1)).toBeLessThanOrEqual(BOUND);
    expect(Math.abs(statistics.z2 / Z2 - 1)).toBeLessThanOrEqual(BOUND);
  });

  test('Acerbi-Szekely, published critical values', () => {
    // Levels of one law and sample share its simulation.
    const simulations = new Map<string, Float64Array>();
    for (const row of file().acerbi_szekely_published) {
      const base = { days: row.N, tail: 1 - row.VaRLevel, simulations: 12_000, seed: 2 };
      const laws = [
        ['NORMAL', row.critical_normal, row.p_normal],
        [{ degreesOfFreedom: 3 }, row.critical_t3, row.p_t3],
      ] as const;
      for (const [law, critical, pValue] of laws) {
        const key = JSON.stringify([base, law]);
        const simulated = simulations.get(key) ?? unwrap(simulateZ2({ ...base, law }));
        simulations.set(key, simulated);
        process.stdout.write(
          `Z2 critical at ${row.test_level}: simulated ${criticalZ2(simulated, 1 - row.test_level).toFixed(4)}, published ${critical}\n`,
        );
        // Both are simulated: a few of their standard errors.
        expect(Math.abs(criticalZ2(simulated, 1 - row.test_level) - critical)).toBeLessThan(0.02);
        expect(Math.abs(pValueOfZ2(simulated, row.Z) - pValue)).toBeLessThan(0.003);
      }
    }
  });

  test('e-backtest', () => {
    const seen = new Comparison();
    const { p, var: valueAtRisk, es, trace } = file().e_backtest;
    const steps = unwrap(
      eBacktest(
        trace.map(({ loss }) => ({ loss, valueAtRisk, expectedShortfall: es })),
        p,
      ),
    );
    trace.forEach((row, i) => {
      seen.relative(`e ${i}`, steps[i]!.e, row.e);
      seen.relative(`bet ${i}`, steps[i]!.bet, row.lambda_);
      seen.relative(`M ${i}`, steps[i]!.wealth, row.M);
    });
    announce('e-backtest', seen);
    expect(seen.count).toBe(30);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });
});

describe('an e-process', () => {
  test('seldom grows while forecasts are right, and often when they are 40 % short', () => {
    const reaches = (scale: number): number => {
      let reached = 0;
      for (let book = 0; book < 300; book += 1) {
        const random = randomStream(17, book);
        const forecasts = Array.from({ length: 250 }, () => ({
          loss: normalQuantile(random.uniform()),
          valueAtRisk: 1.9599639845400545 * scale,
          expectedShortfall: 2.3378027922014133 * scale,
        }));
        const steps = unwrap(eBacktest(forecasts, 0.975));
        if (Math.max(...steps.map(({ wealth }) => wealth)) >= 10) reached += 1;
      }
      return reached / 300;
    };
    expect(reaches(1)).toBeLessThanOrEqual(0.1);
    expect(reaches(0.6)).toBeGreaterThan(0.9);
  });

  test('has states', () => {
    expect([1, 2, 9.99, 10, 100].map(eState)).toEqual(['NONE', 'WATCH', 'WATCH', 'AMBER', 'RED']);
  });
});

describe('bad backtests', () => {
  test('counts and levels', () => {
    for (const [days, exceptions, tail] of [
      [0, 0, 0.01],
      [10, 11, 0.01],
      [10, -1, 0.01],
      [1.5, 0, 0.01],
      [NaN, 0, 0.01],
    ] as const) {
      expect(reasonOf(kupiec(days, exceptions, tail))).toBe('INVALID_VALUE');
      expect(reasonOf(trafficLight(days, exceptions, tail))).toBe('INVALID_VALUE');
    }
    for (const tail of [0, 1, NaN]) {
      expect(reasonOf(kupiec(10, 1, tail))).toBe('INVALID_PARAMETER');
      expect(reasonOf(christoffersen([true, false], tail))).toBe('INVALID_PARAMETER');
      expect(reasonOf(shortfallStatistics([{ pnl: 1, valueAtRisk: 1, expectedShortfall: 2 }], tail))).toBe(
        'INVALID_PARAMETER',
      );
      expect(reasonOf(eBacktest([], tail))).toBe('INVALID_PARAMETER');
      expect(reasonOf(simulateZ2({ days: 10, tail, law: 'NORMAL', simulations: 10, seed: 1 }))).toBe(
        'INVALID_PARAMETER',
      );
    }
    expect(reasonOf(christoffersen([], 0.01))).toBe('INVALID_VALUE');
  });

  test('numbers', () => {
    expect(reasonOf(shortfallStatistics([], 0.01))).toBe('INVALID_VALUE');
    for (const day of [
      { pnl: NaN, valueAtRisk: 1, expectedShortfall: 2 },
      { pnl: 0, valueAtRisk: 1, expectedShortfall: 0 },
    ]) {
      expect(reasonOf(shortfallStatistics([day], 0.01))).toBe('INVALID_VALUE');
    }
    for (const forecast of [
      { loss: NaN, valueAtRisk: 1, expectedShortfall: 2 },
      { loss: 0, valueAtRisk: 2, expectedShortfall: 2 },
    ]) {
      expect(reasonOf(eBacktest([forecast], 0.99))).toBe('INVALID_VALUE');
    }
    expect(unwrap(shortfallStatistics([{ pnl: 1, valueAtRisk: 1, expectedShortfall: 2 }], 0.01))).toEqual({
      exceptions: 0,
      z1: undefined,
      z2: 1,
    });
    expect(reasonOf(simulateZ2({ days: 0, tail: 0.01, law: 'NORMAL', simulations: 10, seed: 1 }))).toBe(
      'INVALID_PARAMETER',
    );
    expect(
      reasonOf(simulateZ2({ days: 9, tail: 0.01, law: { degreesOfFreedom: 1 }, simulations: 10, seed: 1 })),
    ).toBe('INVALID_PARAMETER');
    const overlap = { observations: 10, periodDays: 2, confidence: 0.99, seed: 1, simulations: 10 };
    expect(reasonOf(overlapLimits({ ...overlap, confidence: 1 }))).toBe('INVALID_PARAMETER');
    expect(reasonOf(overlapLimits({ ...overlap, periodDays: 0 }))).toBe('INVALID_PARAMETER');
    expect(reasonOf(overlapLimits({ ...overlap, correlation: 2 }))).toBe('INVALID_PARAMETER');
  });
});
