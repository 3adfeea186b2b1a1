/** Computed numbers of liquidity and credit: `liquidity/liquidity.json`, `credit/credit.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { normalExpectedExcess, studentTExpectedExcess } from '../../../src/measures/expected-excess.js';
import { creditValuationAdjustment } from '../../../src/models/charges/credit/cva.js';
import { requiredFund, sizeDefaultFund } from '../../../src/models/charges/credit/default-fund.js';
import { runWaterfall } from '../../../src/models/charges/credit/default-waterfall.js';
import { exposureProfile } from '../../../src/models/charges/credit/exposure-profile.js';
import { saCcrExposure } from '../../../src/models/charges/credit/sa-ccr.js';
import { walkBook } from '../../../src/models/charges/liquidity/book-walk.js';
import {
  daysToUnwind,
  simmConcentrationFactor,
  unwindScale,
} from '../../../src/models/charges/liquidity/concentration.js';
import { liquidationSchedule } from '../../../src/models/charges/liquidity/liquidation-schedule.js';
import { liquidityHorizonShortfall } from '../../../src/models/charges/liquidity/liquidity-horizons.js';
import { checkOrderBook } from '../../../src/models/charges/liquidity/order-book.js';
import type { BookSide } from '../../../src/models/charges/liquidity/order-book.js';
import { liquidityAdjustedVar, spreadCost } from '../../../src/models/charges/liquidity/spread-cost.js';
import {
  averageImpact,
  endImpact,
  impactCost,
} from '../../../src/models/charges/liquidity/square-root-impact.js';
import { vectorsFolder } from '../../support/folders.js';

const RELATIVE_BOUND = 1e-12;
const folder = vectorsFolder();

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder ?? '', name), 'utf8'));
}

function close(actual: number, expected: number): void {
  const bound = Math.max(RELATIVE_BOUND * Math.abs(expected), Number.MIN_VALUE);
  expect(Math.abs(actual - expected), `${actual} against ${expected}`).toBeLessThanOrEqual(bound);
}

interface Liquidity {
  book_walk: {
    mid: number;
    bids: [number, number][];
    asks: [number, number][];
    cases: {
      positionToClose: number;
      filled: number;
      unfilled: number;
      vwap: number | null;
      costVsMid: number;
    }[];
  };
  bangia: {
    V: number;
    z: number;
    dailyVol: number;
    spread?: number;
    meanSpread?: number;
    stdSpread?: number;
    a?: number;
    LVaR: number;
  }[];
  square_root: {
    Y: number;
    dailyVol: number;
    qOverV: number;
    impactFraction: number;
    costFractionAverage: number;
  }[];
  almgren_chriss: {
    X: number;
    T: number;
    N: number;
    sigma: number;
    eta: number;
    gamma: number;
    lambda_: number;
    kappa: number;
    holdings: number[];
    expectedCost: number;
    variance: number;
  }[];
  liquidity_horizons: {
    baseHorizon: number;
    esByMinHorizon: Record<string, number>;
    liquidityAdjustedES: number;
  }[];
  concentration: { netSensitivity: number; threshold: number; CR: number }[];
  liquidation_time: {
    position: number;
    adv: number;
    participation: number;
    daysToLiquidate: number;
    marginScale_linearUnwind: number;
  }[];
}

function side(levels: readonly [number, number][]): BookSide {
  return { prices: levels.map(([price]) => price), sizes: levels.map(([, size]) => size) };
}

describe.skipIf(folder === undefined)('liquidity.json', () => {
  const file = folder === undefined ? undefined : (read('liquidity/liquidity.json') as Liquidity);

  it('book_walk: 10 positions', () => {
    const { mid, bids, asks, cases } = file!.book_walk;
    const book = { bids: side(bids), asks: side(asks) };
    expect(unwrap(checkOrderBook(book))).toBe('TWO_SIDED');
    expect(cases).toHaveLength(10);
    for (const { positionToClose, filled, unfilled, vwap, costVsMid } of cases) {
      const walk = walkBook(book, positionToClose, mid);
      expect(walk).toMatchObject({ filled, unfilled });
      if (vwap === null) expect(walk.averagePrice).toBeNull();
      else close(walk.averagePrice!, vwap);
      close(walk.costAgainstMid, costVsMid);
    }
  });

  it('bangia: 2 spreads', () => {
    expect(file!.bangia).toHaveLength(2);
    for (const { V, z, dailyVol, spread, meanSpread, stdSpread, a, LVaR } of file!.bangia) {
      // A constant spread is stated in price, the other as a fraction of it.
      const cost =
        spread === undefined ? spreadCost(V, meanSpread!, stdSpread!, a) : spreadCost(V, spread, 0);
      close(liquidityAdjustedVar(V, z, dailyVol, cost), LVaR);
    }
  });

  it('square_root: 5 sizes', () => {
    expect(file!.square_root).toHaveLength(5);
    for (const { Y, dailyVol, qOverV, impactFraction, costFractionAverage } of file!.square_root) {
      close(endImpact(dailyVol, qOverV, Y), impactFraction);
      close(averageImpact(dailyVol, qOverV, Y), costFractionAverage);
      close(impactCost(qOverV * 500, 500, dailyVol, 3, Y), costFractionAverage * qOverV * 500 * 3);
    }
  });

  it('almgren_chriss: 3 schedules', () => {
    expect(file!.almgren_chriss).toHaveLength(3);
    for (const row of file!.almgren_chriss) {
      const schedule = liquidationSchedule({
        position: row.X,
        time: row.T,
        intervals: row.N,
        volatility: row.sigma,
        temporaryImpact: row.eta,
        permanentImpact: row.gamma,
        riskAversion: row.lambda_,
      });
      close(schedule.urgency, row.kappa);
      expect(schedule.holdings).toHaveLength(row.N + 1);
      row.holdings.forEach((held, j) => {
        close(schedule.holdings[j]!, held);
      });
      close(schedule.expectedCost, row.expectedCost);
      close(schedule.variance, row.variance);
    }
  });

  it('liquidity_horizons: 2 cascades', () => {
    expect(file!.liquidity_horizons).toHaveLength(2);
    for (const { baseHorizon, esByMinHorizon, liquidityAdjustedES } of file!.liquidity_horizons) {
      const shortfalls = Object.entries(esByMinHorizon)
        .map(([days, expectedShortfall]) => ({ horizonDays: Number(days), expectedShortfall }))
        .sort((a, b) => a.horizonDays - b.horizonDays);
      expect(shortfalls[0]!.horizonDays).toBe(baseHorizon);
      close(liquidityHorizonShortfall(shortfalls), liquidityAdjustedES);
    }
  });

  it('concentration: 4 factors', () => {
    expect(file!.concentration).toHaveLength(4);
    for (const { netSensitivity, threshold, CR } of file!.concentration) {
      close(simmConcentrationFactor(netSensitivity, threshold), CR);
    }
  });

  it('liquidation_time: 4 positions', () => {
    expect(file!.liquidation_time).toHaveLength(4);
    for (const { position, adv, participation, daysToLiquidate, marginScale_linearUnwind } of file!
      .liquidation_time) {
      const days = daysToUnwind(position, adv, participation);
      close(days, daysToLiquidate);
      close(unwindScale(days), marginScale_linearUnwind);
    }
  });
});

interface Credit {
  cva: {
    spread: number;
    recovery: number;
    hazard: number;
    CVA: number;
    rows: { t: number; EE: number; marginalPD: number; contribution: number }[];
  };
  sa_ccr: {
    V: number;
    C: number;
    addOn: number;
    TH: number | null;
    MTA: number;
    NICA: number;
    RC: number;
    multiplier: number;
    EAD: number;
  }[];
  loss_beyond_margin: { dist: 'normal' | 't4'; margin: number; E_excess: number }[];
  exposure_profile: { paths: number[][]; collateral: number[]; EE: number[]; PFE_max: number[]; EPE: number };
  cover2: {
    accounts: { id: string; group: string; equity: number }[];
    scenarios: Record<string, Record<string, number>>;
    results: {
      scenario: string;
      lossBeyondCollateralByGroup: Record<string, number>;
      cover1: number;
      cover2: number;
      total: number;
    }[];
    fund: number;
    requiredFund: number;
    covered: boolean;
  };
  waterfall: { loss: number; layers: [string, number][]; used: Record<string, number> }[];
}

describe.skipIf(folder === undefined)('credit.json', () => {
  const file = folder === undefined ? undefined : (read('credit/credit.json') as Credit);

  it('cva: 5 dates', () => {
    const { spread, recovery, hazard, CVA, rows } = file!.cva;
    expect(rows).toHaveLength(5);
    const timesYears = rows.map(({ t }) => t);
    const expectedExposure = rows.map(({ EE }) => EE);
    const cva = unwrap(creditValuationAdjustment({ spread, recovery, timesYears, expectedExposure }));
    close(cva.hazardRate, hazard);
    close(cva.value, CVA);
    rows.forEach(({ marginalPD, contribution }, i) => {
      close(cva.marginalDefaultProbability[i]!, marginalPD);
      close(cva.contributions[i]!, contribution);
    });
  });

  it('sa_ccr: 5 netting sets', () => {
    expect(file!.sa_ccr).toHaveLength(5);
    for (const { V, C, addOn, TH, MTA, NICA, RC, multiplier, EAD } of file!.sa_ccr) {
      const margin =
        TH === null
          ? {}
          : { margin: { threshold: TH, minimumTransfer: MTA, netIndependentCollateral: NICA } };
      const exposure = saCcrExposure({ value: V, collateral: C, addOn, ...margin });
      close(exposure.replacementCost, RC);
      close(exposure.multiplier, multiplier);
      close(exposure.exposureAtDefault, EAD);
    }
  });

  it('loss_beyond_margin: 6 margins', () => {
    expect(file!.loss_beyond_margin).toHaveLength(6);
    for (const { dist, margin, E_excess } of file!.loss_beyond_margin) {
      close(
        dist === 'normal' ? normalExpectedExcess(margin, 1) : studentTExpectedExcess(margin, 4),
        E_excess,
      );
    }
  });

  it('exposure_profile: 5 paths of 4 dates', () => {
    const { paths, collateral, EE, PFE_max, EPE } = file!.exposure_profile;
    expect(paths).toHaveLength(5);
    const profile = unwrap(exposureProfile(paths.flat(), collateral));
    EE.forEach((expected, i) => {
      close(profile.expectedExposure[i]!, expected);
    });
    expect([...profile.peak]).toEqual(PFE_max);
    close(profile.expectedPositiveExposure, EPE);
  });

  it('cover2: 4 accounts in 3 stresses', () => {
    const { accounts, scenarios, results, fund, requiredFund: required, covered } = file!.cover2;
    const names = Object.keys(scenarios);
    expect(names).toHaveLength(3);
    const sizing = unwrap(
      sizeDefaultFund(
        accounts.map(({ id, group, equity }) => ({
          group,
          equity,
          stressPnl: names.map((name) => scenarios[name]![id]!),
        })),
        names.length,
      ),
    );
    for (const { scenario, lossBeyondCollateralByGroup, cover1, cover2, total } of results) {
      const stress = sizing.stresses[names.indexOf(scenario)]!;
      expect(Object.fromEntries(stress.byGroup)).toEqual(lossBeyondCollateralByGroup);
      expect(stress).toMatchObject({ cover1, cover2, total });
    }
    expect(sizing.required).toBe(required);
    expect(requiredFund(sizing, 'USDC', 6)).toEqual({
      asset: 'USDC',
      units: String(required * 1e6),
      decimals: 6,
    });
    expect(sizing.required <= fund).toBe(covered);
  });

  it('waterfall: 6 losses', () => {
    expect(file!.waterfall).toHaveLength(6);
    for (const { loss, layers, used } of file!.waterfall) {
      const result = unwrap(
        runWaterfall(
          BigInt(loss),
          layers.map(([name, capacity]) => ({ name, capacity: BigInt(capacity) })),
        ),
      );
      const amounts = Object.fromEntries(result.used.map(({ name, amount }) => [name, Number(amount)]));
      expect({ ...amounts, unallocated: Number(result.unallocated) }).toEqual(used);
    }
  });
});
