import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hasAdmissibleWings,
  logMoneynessGrid,
  minimumButterflyMeasure,
  minimumCalendarGap,
} from '../../../src/market/volatility/arbitrage.js';
import {
  essviFromWings,
  essviToRaw,
  essviWings,
  isEssviButterflyFree,
  isEssviInterpolationSafe,
  isPowerLawArbitrageFree,
  meetsEssviCalendarNecessary,
  meetsEssviCalendarSufficient,
  powerLawPhi,
  ssviToRaw,
} from '../../../src/market/volatility/essvi.js';
import type { EssviWings } from '../../../src/market/volatility/essvi.js';
import type { RawSvi } from '../../../src/market/volatility/svi.js';
import { totalVariance } from '../../../src/market/volatility/svi.js';
import { vectorsFolder } from '../../support/folders.js';

interface WingRow {
  readonly theta: number;
  readonly callWing_a: number;
  readonly putWing_b: number;
}

interface SsviFile {
  readonly ssvi: readonly {
    readonly theta: number;
    readonly rho: number;
    readonly phi: number;
    readonly psi: number;
    readonly raw: RawSvi;
    readonly points: readonly { readonly k: number; readonly w: number }[];
    readonly gjSufficient: boolean;
    readonly minG: number;
  }[];
  readonly essvi_calendar_pairs: readonly {
    readonly name: string;
    readonly near: WingRow;
    readonly far: WingRow;
    readonly necessary: boolean;
    readonly sufficient: boolean;
    readonly minGap: number;
    readonly calendarFree: boolean;
  }[];
  readonly strata: {
    readonly vol_atm: number;
    readonly rho: number;
    readonly eta: number;
    readonly T: number;
    readonly F: number;
    readonly rows: readonly { readonly K: number; readonly vol: number }[];
  };
}

const folder = vectorsFolder();
const wings = ({ theta, callWing_a, putWing_b }: WingRow): EssviWings => ({
  theta,
  callWing: callWing_a,
  putWing: putWing_b,
});
const relative = (actual: number, expected: number): number =>
  expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);

describe.runIf(folder)('volatility/ssvi.json', () => {
  const file = JSON.parse(readFileSync(path.join(folder ?? '', 'volatility/ssvi.json'), 'utf8')) as SsviFile;

  it('SSVI values and raw equivalents', () => {
    let worst = 0;
    let cases = 0;
    for (const row of file.ssvi) {
      const raw = ssviToRaw(row.theta, row.phi, row.rho);
      for (const name of ['a', 'b', 'rho', 'm', 'sigma'] as const)
        worst = Math.max(worst, relative(raw[name], row.raw[name]));
      for (const { k, w } of row.points) {
        worst = Math.max(worst, relative(totalVariance(raw, k), w));
        cases += 1;
      }
      const essvi = { theta: row.theta, psi: row.psi, rho: row.rho };
      expect(isEssviButterflyFree(essvi)).toBe(row.gjSufficient);
      expect(hasAdmissibleWings(raw)).toBe(true);
      const { value } = minimumButterflyMeasure(raw, logMoneynessGrid(-3, 3, 24_001));
      expect(value).toBeCloseTo(row.minG, 9);
      const again = essviFromWings(essviWings(essvi));
      expect(relative(again.psi, essvi.psi) + relative(again.rho, essvi.rho)).toBeLessThan(1e-14);
    }
    process.stderr.write(`ssvi: ${String(cases)} points, largest relative error ${worst.toExponential(1)}\n`);
    expect(cases).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(1e-12);
  });

  it('eSSVI calendar conditions against the truth by brute force', () => {
    const grid = logMoneynessGrid(-3, 3, 24_001);
    for (const pair of file.essvi_calendar_pairs) {
      const near = wings(pair.near);
      const far = wings(pair.far);
      expect(meetsEssviCalendarNecessary(near, far), pair.name).toBe(pair.necessary);
      expect(meetsEssviCalendarSufficient(near, far), pair.name).toBe(pair.sufficient);
      const gap = minimumCalendarGap(essviToRaw(essviFromWings(near)), essviToRaw(essviFromWings(far)), grid);
      expect(gap.value, pair.name).toBeCloseTo(pair.minGap, 9);
      expect(gap.value >= 0, pair.name).toBe(pair.calendarFree);
      if (isEssviInterpolationSafe(near, far)) expect(pair.calendarFree, pair.name).toBe(true);
    }
    const count = file.essvi_calendar_pairs.length;
    process.stderr.write(`essvi_calendar_pairs: ${String(count)} pairs\n`);
    expect(count).toBeGreaterThan(0);
  });

  it('volatilities of Strata', () => {
    const { vol_atm, rho, eta, T, F, rows } = file.strata;
    const theta = vol_atm * vol_atm * T;
    const raw = ssviToRaw(theta, eta / Math.sqrt(theta), rho);
    let worst = 0;
    for (const { K, vol } of rows)
      worst = Math.max(worst, relative(Math.sqrt(totalVariance(raw, Math.log(K / F)) / T), vol));
    process.stderr.write(
      `strata: ${String(rows.length)} rows, largest relative error ${worst.toExponential(1)}\n`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(1e-12);
  });
});

describe('eSSVI', () => {
  it('crosses in some pairs that meet only the necessary conditions, in none that meet the sufficient ones', () => {
    const grid = logMoneynessGrid(-4, 4, 401);
    let state = 12_345;
    const uniform = (from: number, to: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return from + ((to - from) * state) / 2 ** 32;
    };
    let necessaryOnly = 0;
    let crossedOfNecessaryOnly = 0;
    let sufficient = 0;
    for (let i = 0; i < 4_000; i += 1) {
      const near = { theta: uniform(0.005, 0.1), callWing: uniform(0.02, 0.4), putWing: uniform(0.02, 0.4) };
      const far = {
        theta: near.theta * uniform(1, 2),
        callWing: near.callWing * uniform(1, 2),
        putWing: near.putWing * uniform(1, 2),
      };
      expect(meetsEssviCalendarNecessary(near, far)).toBe(true);
      const { value } = minimumCalendarGap(
        essviToRaw(essviFromWings(near)),
        essviToRaw(essviFromWings(far)),
        grid,
      );
      if (meetsEssviCalendarSufficient(near, far)) {
        sufficient += 1;
        expect(value).toBeGreaterThanOrEqual(-1e-12);
      } else {
        necessaryOnly += 1;
        if (value < -1e-12) crossedOfNecessaryOnly += 1;
      }
    }
    expect(sufficient).toBeGreaterThan(500);
    expect(necessaryOnly).toBeGreaterThan(100);
    expect(crossedOfNecessaryOnly).toBeGreaterThan(50);
  });

  it('of a power law within its bounds has no butterfly', () => {
    const grid = logMoneynessGrid(-3, 3, 301);
    const law = { eta: 1.3, gamma: 0.4 };
    expect(isPowerLawArbitrageFree(law, -0.5)).toBe(true);
    expect(isPowerLawArbitrageFree({ eta: 1.4, gamma: 0.4 }, -0.5)).toBe(false);
    expect(isPowerLawArbitrageFree({ eta: 1, gamma: 0.6 }, 0)).toBe(false);
    for (const theta of [0.001, 0.01, 0.1, 1]) {
      const raw = ssviToRaw(theta, powerLawPhi(law, theta), -0.5);
      expect(minimumButterflyMeasure(raw, grid).value).toBeGreaterThanOrEqual(0);
    }
  });
});
