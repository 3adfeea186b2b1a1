/** Alarms and regimes against their simulated run lengths (market-and-risk.md 7.2). */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import {
  cusumStep,
  HOUSE_RATIO_TEST,
  ratioIncrement,
  squareIncrement,
} from '../../src/recalibration/regime/cusum.js';
import { firstRegime, nextRegime, REGIMES, type Regime } from '../../src/recalibration/regime/regime.js';
import { regimeRuns } from '../../src/recalibration/regime/regime-runs.js';
import { returnStream, runLengths, type Detector } from '../../src/recalibration/regime/run-length.js';

const STUDENT_T4 = { degreesOfFreedom: 4 };
const RUNS = Number(process.env.MARGINCUBE_REGIME_RUNS ?? 100);
const DAY = 86_400;

function ratioDetector(): Detector {
  let sum = 0;
  return (z) => {
    const step = cusumStep(sum, ratioIncrement(z, HOUSE_RATIO_TEST), HOUSE_RATIO_TEST.threshold);
    sum = step.sum;
    return step.isAlarm;
  };
}

function squareDetector(): Detector {
  let sum = 0;
  return (z) => {
    const step = cusumStep(sum, squareIncrement(z, 0.5), 4);
    sum = step.sum;
    return step.isAlarm;
  };
}

describe('returns that are simulated', () => {
  it.each([4, 5])('have unit variance, %s degrees', (degreesOfFreedom) => {
    const draw = returnStream({ degreesOfFreedom }, 5);
    let absolute = 0;
    const count = 200_000;
    for (let n = 0; n < count; n += 1) absolute += Math.abs(draw()) / count;
    // E|t| scaled to unit variance.
    const expected = degreesOfFreedom === 4 ? 0.7071 : 0.7351;
    expect(Math.abs(absolute - expected)).toBeLessThan(0.01);
  });
});

describe('the likelihood-ratio sum', () => {
  it('runs 21,400 observations without cause', () => {
    const found = runLengths(ratioDetector, {
      law: STUDENT_T4,
      multiple: 1,
      runs: RUNS,
      observationsMax: 400_000,
      seed: 1,
    });
    expect(found.unfinished).toBe(0);
    expect(Math.abs(found.mean - 21_400)).toBeLessThan(4 * found.standardError);
    expect(found.standardError).toBeLessThan(0.15 * found.mean);
  });

  it.each([
    [2, 25],
    [3, 14],
  ])('alarms in the middle of %s times the volatility after %s', (multiple, median) => {
    const request = { law: STUDENT_T4, multiple, runs: 4_000, observationsMax: 10_000, seed: 2 };
    expect(Math.abs(runLengths(ratioDetector, request).median - median)).toBeLessThanOrEqual(1);
  });

  it('alarms every 800 normal observations: the threshold belongs to the law', () => {
    const request = { law: 'NORMAL' as const, multiple: 1, runs: 1_000, observationsMax: 50_000, seed: 3 };
    expect(Math.abs(runLengths(ratioDetector, request).mean - 800)).toBeLessThan(120);
  });

  it.each([
    ['NORMAL' as const, 84],
    [STUDENT_T4, 47],
  ])('beats the plain form, whose runs are short', (law, mean) => {
    const request = { law, multiple: 1, runs: 4_000, observationsMax: 10_000, seed: 4 };
    expect(Math.abs(runLengths(squareDetector, request).mean - mean)).toBeLessThan(5);
  });
});

describe('regimes', () => {
  const calm = { standardisedReturn: 0.1, volatilityRatio: 1 };

  it('come up at once, as far as the signals say', () => {
    const start = firstRegime(0);
    const at = (signals: object): Regime =>
      unwrap(nextRegime(start, { ...calm, timeSeconds: 1, ...signals })).regime;
    expect(at({})).toBe('CALM');
    expect(at({ standardisedReturn: 20 })).toBe('CALM');
    expect(at({ volatilityRatio: 2 })).toBe('STRESS');
    expect(at({ volatilityRatio: 3 })).toBe('CRISIS');
    expect(at({ evidence: 10 })).toBe('ELEVATED');
    expect(at({ evidence: 100 })).toBe('STRESS');
  });

  it('go down one step after three days below without a break', () => {
    let state = unwrap(nextRegime(firstRegime(0), { ...calm, timeSeconds: 0, volatilityRatio: 3 }));
    const seen: Regime[] = [];
    for (let day = 1; day <= 12; day += 1) {
      state = unwrap(nextRegime(state, { ...calm, timeSeconds: day * DAY }));
      seen.push(state.regime);
    }
    expect(seen.slice(0, 3)).toEqual(['CRISIS', 'CRISIS', 'CRISIS']);
    expect(seen[3]).toBe('STRESS');
    expect(seen[6]).toBe('ELEVATED');
    expect(seen[9]).toBe('CALM');
  });

  it('stay inside the two edges, and when a signal is missing', () => {
    const stressed = unwrap(nextRegime(firstRegime(0), { ...calm, timeSeconds: 0, volatilityRatio: 2 }));
    let [between, missing] = [stressed, stressed];
    for (let day = 1; day <= 30; day += 1) {
      between = unwrap(nextRegime(between, { ...calm, timeSeconds: day * DAY, volatilityRatio: 1.7 }));
      const gone = day % 2 === 0 ? { standardisedReturn: undefined } : {};
      missing = unwrap(nextRegime(missing, { ...calm, ...gone, timeSeconds: day * DAY }));
    }
    expect(between.regime).toBe('STRESS');
    expect(missing.regime).toBe('STRESS');
  });

  it('refuse a clock that goes back and numbers that are none', () => {
    const state = unwrap(nextRegime(firstRegime(0), { ...calm, timeSeconds: 100 }));
    expect(nextRegime(state, { ...calm, timeSeconds: 99 })).toMatchObject({
      failure: { field: 'timeSeconds' },
    });
    expect(nextRegime(state, { timeSeconds: 101, standardisedReturn: NaN })).toMatchObject({
      failure: { field: 'standardisedReturn' },
    });
  });

  it('are wrong as seldom as the documents say', () => {
    const found = regimeRuns({ law: STUDENT_T4, days: 50_000, seed: 6 });
    expect(found.share.CALM).toBeGreaterThan(0.9);
    expect(found.share.CRISIS).toBeLessThan(0.01);
    expect(REGIMES.reduce((sum, regime) => sum + found.share[regime], 0)).toBeCloseTo(1, 12);
  });
});
