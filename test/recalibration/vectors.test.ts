/** Every case of `recalibration/recalibration.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { boundedMove } from '../../src/recalibration/governance/parameter-record.js';
import {
  bufferedSeries,
  floored,
  PLAIN_BUFFER,
  stressBlend,
} from '../../src/recalibration/procyclicality/buffer.js';
import { procyclicality } from '../../src/recalibration/procyclicality/metrics.js';
import { cusumStep, squareIncrement, squareSurprise } from '../../src/recalibration/regime/cusum.js';
import { effectiveObservations, halfLife, impulseResponse } from '../../src/recalibration/signals/ewma.js';
import {
  aggregateVariance,
  forecastVariance,
  longRunVariance,
} from '../../src/recalibration/signals/garch.js';
import { vectorsFolder } from '../support/folders.js';
import { Comparison } from '../measures/support.js';

interface Metrics {
  peakToTrough: number;
  maxIncrease: number;
  maxRelIncrease: number;
  mean: number;
}

interface VectorFile {
  apc: {
    params: { stressLevel: number; stressWeight: number; floor: number };
    tools: Record<string, { series: number[]; metrics1: Metrics; metrics5: Metrics }>;
  };
  ewma: { lambda_: number; halfLifeObs: number; effectiveObs: number }[];
  garch: {
    omega: number;
    alpha: number;
    beta: number;
    longRunVariance: number;
    sigma2_now: number;
    forecast: { h: number; variance: number }[];
    aggregate: { horizon: number; sumVariance: number }[];
  };
  cusum: { k: number; h: number; trace: { z: number; u: number; S: number; alarm: boolean }[] };
  bounded_update: {
    args: {
      old: number;
      proposed: number;
      lastUpdate: number;
      now: number;
      minDelay: number;
      maxRelativeChange: number;
      deadband: number;
      lo: number;
      hi: number;
    };
    value: number;
    reason: string;
  }[];
  impulse_response: {
    lambda_: number;
    volAfter: { obs: number; sigma: number }[];
    obsTo90pct: number | null;
  }[];
}

const BOUND = 1e-12;
const folder = vectorsFolder();

describe.runIf(folder !== undefined)('vectors of recalibration', () => {
  const file = path.join(folder ?? '', 'recalibration/recalibration.json');
  const vectors = (): VectorFile => JSON.parse(readFileSync(file, 'utf8')) as VectorFile;

  it('tools against procyclicality and their metrics', () => {
    const { params, tools } = vectors().apc;
    const base = tools.base?.series ?? [];
    const series: Record<string, number[]> = {
      base,
      buffer25: bufferedSeries(base, PLAIN_BUFFER),
      stress25: base.map((x) => stressBlend(x, params.stressLevel, params.stressWeight)),
      floor: base.map((x) => floored(x, params.floor)),
    };
    const seen = new Comparison();
    for (const [name, tool] of Object.entries(tools)) {
      const own = series[name] ?? [];
      expect(own, name).toHaveLength(tool.series.length);
      tool.series.forEach((value, at) => {
        seen.relative(`${name}[${String(at)}]`, own[at] ?? NaN, value);
      });
      for (const [steps, published] of [
        [1, tool.metrics1],
        [5, tool.metrics5],
      ] as const) {
        const found = unwrap(procyclicality(own, steps));
        seen.relative(`${name}.peakToTrough`, found.peakToTrough, published.peakToTrough);
        seen.relative(`${name}.maxIncrease`, found.maxIncrease, published.maxIncrease);
        seen.relative(`${name}.maxRelIncrease`, found.maxRelativeIncrease, published.maxRelIncrease);
        seen.relative(`${name}.mean`, found.mean, published.mean);
      }
    }
    expect(seen.count).toBe(4 * (16 + 8));
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  it('half-lives and effective observations', () => {
    const seen = new Comparison();
    for (const { lambda_, halfLifeObs, effectiveObs } of vectors().ewma) {
      seen.relative(`half-life ${String(lambda_)}`, halfLife(lambda_), halfLifeObs);
      seen.relative(`observations ${String(lambda_)}`, effectiveObservations(lambda_), effectiveObs);
    }
    expect(seen.count).toBe(10);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  it('forecasts of GARCH', () => {
    const { garch } = vectors();
    const seen = new Comparison();
    seen.relative('long run', longRunVariance(garch), garch.longRunVariance);
    for (const { h, variance } of garch.forecast)
      seen.relative(`h ${String(h)}`, forecastVariance(garch, garch.sigma2_now, h), variance);
    for (const { horizon, sumVariance } of garch.aggregate)
      seen.relative(
        `horizon ${String(horizon)}`,
        aggregateVariance(garch, garch.sigma2_now, horizon),
        sumVariance,
      );
    expect(seen.count).toBe(9);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  it('trace of the plain sum', () => {
    const { k, h, trace } = vectors().cusum;
    const seen = new Comparison();
    let sum = 0;
    for (const { z, u, S, alarm } of trace) {
      const step = cusumStep(sum, squareIncrement(z, k), h);
      sum = step.sum;
      seen.relative(`u ${String(z)}`, squareSurprise(z), u);
      seen.relative(`S ${String(z)}`, sum, S);
      expect(step.isAlarm).toBe(alarm);
    }
    expect(seen.count).toBe(30);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });

  it('bounded moves', () => {
    const cases = vectors().bounded_update;
    expect(cases).toHaveLength(7);
    for (const { args, value, reason } of cases) {
      const { old, proposed, lastUpdate, now, minDelay, ...limits } = args;
      const move = unwrap(
        boundedMove({ value: old, lastMoveSeconds: lastUpdate }, proposed, now, {
          ...limits,
          minDelaySeconds: minDelay,
        }),
      );
      expect(move.reason).toBe(reason);
      expect(Math.abs(move.value - value)).toBeLessThanOrEqual(BOUND * value);
    }
  });

  it('impulse responses', () => {
    const seen = new Comparison();
    for (const { lambda_, volAfter, obsTo90pct } of vectors().impulse_response) {
      const asked = volAfter.map(({ obs }) => obs);
      const found = impulseResponse(lambda_, 3, asked, 60);
      expect(found.observationsTo90Percent ?? null).toBe(obsTo90pct);
      volAfter.forEach(({ obs, sigma }, at) => {
        seen.relative(`${String(lambda_)} ${String(obs)}`, found.deviationAfter[at]?.deviation ?? NaN, sigma);
      });
    }
    expect(seen.count).toBe(18);
    expect(seen.worst, seen.where).toBeLessThanOrEqual(BOUND);
  });
});
