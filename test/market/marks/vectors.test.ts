/** Published and computed mark-to-market numbers: `mark-to-market/contracts.json`, `pricing/near_expiry_averaging.json`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Settlement } from '../../../src/domain/instrument.js';
import { unwrap } from '../../../src/domain/outcome.js';
import { black76 } from '../../../src/kernel/reference/black76.js';
import { splitAverage, totalVariance } from '../../../src/market/marks/averaging-clock.js';
import { contractDelta, contractPnl } from '../../../src/market/marks/contract-pnl.js';
import {
  DERIBIT_FUNDING_PERIOD_SECONDS,
  DERIVE_FUNDING_PERIOD_SECONDS,
} from '../../../src/market/marks/conventions.js';
import { decimalOf } from '../../../src/market/marks/decimal.js';
import type { Decimal } from '../../../src/market/marks/decimal.js';
import {
  advanceFunding,
  flatPerpetual,
  fundingOwed,
  tradePerpetual,
} from '../../../src/market/marks/funding-index.js';
import {
  deribitFundingRate,
  deribitPremium,
  deriveFundingRate,
  derivePremium,
} from '../../../src/market/marks/funding-rates.js';
import { nextFutureMark } from '../../../src/market/marks/future-mark.js';
import type { FutureMarkState } from '../../../src/market/marks/future-mark.js';
import {
  FLAT,
  averageEntryPrice,
  futureValue,
  tradeFuture,
  unrealisedPnl,
} from '../../../src/market/marks/future-position.js';
import type { FutureTerms } from '../../../src/market/marks/future-position.js';
import { markOptions } from '../../../src/market/marks/option-marks.js';
import { explainPnl } from '../../../src/market/marks/pnl-explain.js';
import {
  addSettlementSample,
  settlementProgress,
  startSettlementAverage,
} from '../../../src/market/oracles/settlement-average.js';
import { markColumns, markOutputs } from './support.js';
import { vectorsFolder } from '../../support/folders.js';
import { ALL_KERNELS } from '../../kernel/support.js';

const RELATIVE_BOUND = 1e-12;
/** A ledger this fine shows the exact rationals behind the vectors. */
const LEDGER_DECIMALS = 30;

const folder = vectorsFolder();

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder ?? '', name), 'utf8'));
}

function close(actual: number, expected: number): void {
  const scale = Math.max(Math.abs(expected), Number.MIN_VALUE);
  expect(Math.abs(actual - expected) / scale, `${actual} against ${expected}`).toBeLessThanOrEqual(
    RELATIVE_BOUND,
  );
}

function exact(value: number): Decimal {
  return unwrap(decimalOf(value, 'value'));
}

function inLedger(units: bigint): number {
  return Number(`${units.toString()}e-${LEDGER_DECIMALS}`);
}

function terms(settlement: Settlement): FutureTerms {
  return { settlement, contractSize: exact(1), quantityDecimals: 8, ledgerDecimals: LEDGER_DECIMALS };
}

interface Contracts {
  contracts: {
    name: string;
    kind: 'inverse' | 'linear';
    mark: number;
    steps: {
      q: number;
      price: number;
      position: number;
      avgEntry: number | null;
      realised: number;
      unrealisedAtMark: number;
    }[];
    totalPnlIdentity: number;
  }[];
  funding_deribit: {
    cap: number;
    cases: {
      mark: number;
      index: number;
      positionUsd: number;
      seconds: number;
      premium: number;
      fundingRate8h: number;
      accountPaysCoin: number;
    }[];
  };
  funding_derive: {
    impactBid: number;
    impactAsk: number;
    index: number;
    premium: number;
    ratePerHour: number;
    fundingFor1unit30min: number;
    capPerHour: number;
  }[];
  futures_mark: { t: number; index: number; bid: number; ask: number; ema: number; mark: number }[];
  pnl_explain: {
    F0: number;
    F1: number;
    K: number;
    T0: number;
    dtYears: number;
    sigma0: number;
    sigma1: number;
    type: 'C' | 'P';
    v0: number;
    v1: number;
    actual: number;
    terms: Record<'delta' | 'gamma' | 'vega' | 'volga' | 'vanna' | 'theta', number>;
    explained: number;
    residual: number;
  }[];
}

describe.skipIf(folder === undefined)('contracts.json', () => {
  const file = folder === undefined ? undefined : (read('mark-to-market/contracts.json') as Contracts);

  it('contracts: 4 sequences of trades, with the identity of their cash flows', () => {
    expect(file!.contracts).toHaveLength(4);
    for (const { kind, mark, steps, totalPnlIdentity } of file!.contracts) {
      const rules = terms(kind === 'inverse' ? 'INVERSE' : 'LINEAR');
      let position = FLAT;
      for (const step of steps) {
        position = unwrap(
          tradeFuture(rules, position, { quantity: exact(step.q), price: exact(step.price) }),
        );
        const entry = averageEntryPrice(rules, position);
        expect(Number(position.quantityUnits)).toBe(step.position * 1e8);
        if (step.avgEntry === null) expect(entry).toBeUndefined();
        else close(entry!, step.avgEntry);
        close(inLedger(position.realisedPnl), step.realised);
        const unrealised = inLedger(unrealisedPnl(rules, position, exact(mark)));
        close(unrealised, step.unrealisedAtMark);
        close(contractPnl(rules.settlement, step.position, entry ?? mark, mark), step.unrealisedAtMark);
      }
      close(inLedger(position.realisedPnl + unrealisedPnl(rules, position, exact(mark))), totalPnlIdentity);
      const bump = 1e-4 * mark;
      const slope =
        (contractPnl(rules.settlement, 7, 100, mark + bump) -
          contractPnl(rules.settlement, 7, 100, mark - bump)) /
        (2 * bump);
      expect(contractDelta(rules.settlement, 7, mark) / slope).toBeCloseTo(1, 7);
      expect(futureValue(rules, FLAT, exact(mark))).toBe(0n);
    }
  });

  it('funding_deribit: 6 rates and payments, by formula and through the index', () => {
    const { cap, cases } = file!.funding_deribit;
    expect(cases).toHaveLength(6);
    for (const row of cases) {
      const premium = deribitPremium(row.mark, row.index);
      close(premium, row.premium);
      const rate = deribitFundingRate(premium, cap);
      // The damper cancels: what is left of a premium of 1e-3 has an absolute error of an ulp of 1e-3.
      expect(Math.abs(rate - row.fundingRate8h)).toBeLessThan(1e-18);
      const index = { paidPerSize: 0n, timeMs: 0 };
      const rules = terms('INVERSE');
      let held = unwrap(
        tradePerpetual(
          rules,
          flatPerpetual(index),
          { quantity: exact(row.positionUsd), price: exact(row.mark) },
          index,
        ),
      );
      let running = index;
      // Accrual is capped at an hour: eight hours are eight updates.
      for (let left = row.seconds; left > 0; left -= 3_600) {
        const timeMs = running.timeMs + Math.min(left, 3_600) * 1_000;
        const interval = { timeMs, rate: row.fundingRate8h, indexPrice: row.index };
        const step = unwrap(
          advanceFunding('INVERSE', running, { ...interval, periodSeconds: DERIBIT_FUNDING_PERIOD_SECONDS }),
        );
        expect(step.status).toBe('ACCRUED');
        running = step.index;
      }
      close(inLedger(fundingOwed(rules, held, running)), row.accountPaysCoin);
      held = { ...held, fundingEntry: running.paidPerSize };
      expect(fundingOwed(rules, held, running)).toBe(0n);
    }
  });

  it('funding_derive: 4 rates and half hours', () => {
    expect(file!.funding_derive).toHaveLength(4);
    for (const row of file!.funding_derive) {
      const premium = derivePremium(row.impactBid, row.impactAsk, row.index);
      close(premium, row.premium);
      const rate = deriveFundingRate(premium, row.capPerHour);
      close(rate, row.ratePerHour);
      const rules = terms('LINEAR');
      const index = { paidPerSize: 0n, timeMs: 0 };
      const trade = { quantity: exact(1), price: exact(row.index) };
      const held = unwrap(tradePerpetual(rules, flatPerpetual(index), trade, index));
      const interval = { timeMs: 1_800_000, rate, indexPrice: row.index };
      const step = unwrap(
        advanceFunding('LINEAR', index, { ...interval, periodSeconds: DERIVE_FUNDING_PERIOD_SECONDS }),
      );
      close(-inLedger(fundingOwed(rules, held, step.index)), row.fundingFor1unit30min);
    }
  });

  it('futures_mark: 6 quotes', () => {
    expect(file!.futures_mark).toHaveLength(6);
    let state: FutureMarkState | undefined;
    for (const { t, index, bid, ask, ema, mark } of file!.futures_mark) {
      const quote = { timeMs: t * 1_000, indexPrice: index, bid, ask };
      const next = unwrap(nextFutureMark(state, quote, { bandwidth: 0.05 }));
      close(next.state.basis, ema);
      close(next.mark, mark);
      state = next.state;
    }
  });

  it('pnl_explain: 3 periods', () => {
    expect(file!.pnl_explain).toHaveLength(3);
    for (const row of file!.pnl_explain) {
      const isCall = row.type === 'C';
      const value = (forward: number, sigma: number, years: number): number =>
        black76(isCall, forward, row.K, sigma, years).price;
      const greeks = black76(isCall, row.F0, row.K, row.sigma0, row.T0);
      const moves = {
        forward: row.F1 - row.F0,
        volatility: row.sigma1 - row.sigma0,
        timeYears: row.dtYears,
      };
      const after = value(row.F1, row.sigma1, row.T0 - row.dtYears);
      close(greeks.price, row.v0);
      close(after, row.v1);
      const explained = explainPnl({ before: greeks.price, after }, greeks, moves, 0.01, () => ({
        afterPrice: value(row.F1, row.sigma0, row.T0),
        afterVolatility: value(row.F1, row.sigma1, row.T0),
      }));
      for (const term of Object.keys(row.terms) as (keyof typeof row.terms)[]) {
        close(explained.taylor[term], row.terms[term]);
      }
      // Differences of prices: the bound is that of the prices.
      const priceError = RELATIVE_BOUND * row.v0;
      expect(Math.abs(explained.actual - row.actual)).toBeLessThan(priceError);
      expect(Math.abs(explained.explained - row.explained)).toBeLessThan(priceError);
      expect(Math.abs(explained.residual - row.residual)).toBeLessThan(priceError);
      const isPoor = Math.abs(row.residual) > 0.05 * Math.abs(row.actual);
      expect(explained.steps !== undefined).toBe(isPoor);
    }
  });
});

interface NearExpiry {
  rows: {
    F: number;
    K: number;
    sigma: number;
    secondsToExpiry: number;
    window: number;
    avgSoFar: number | null;
    type: 'C' | 'P';
    fixed: number;
    variable: number;
    wEff: number;
    value: number;
    delta: number;
    monteCarlo: number;
    mcStdErr: number;
    naiveBlack76IgnoringAveraging: number;
  }[];
  settlement_average: { first: number; step: number; n: number; mean: number };
  fixed_variable_split: {
    settlementStartAggregate: number;
    currentSpotAggregate: number;
    window: number;
    secondsToExpiry: number;
    spot: number;
    fwdSpotDiff: number;
    fixed: number;
    variable: number;
  };
}

/**
 * Rounding of `V N(d1) - K' N(d2)` in doubles, by which the file was made: an ulp of d1 against d2. It exceeds 1e-12 of the
 * value only far out of the money (row 5: the file is 2e-11 off the closed form in 50 digits, see the next test).
 */
function textbookError(row: NearExpiry['rows'][number]): number {
  const strike = row.K - row.fixed;
  if (strike <= 0) return 0;
  const deviation = Math.sqrt(row.wEff);
  const d1 = Math.log(row.variable / strike) / deviation + deviation / 2;
  const density = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
  return Number.EPSILON * Math.abs(d1) * row.variable * density;
}

describe('an option far out of the money inside the window', () => {
  it.each(ALL_KERNELS)('is accurate to 1e-12 where the textbook difference is not, $isa', (kernels) => {
    const outputs = markOutputs(1);
    const option = { isCall: true, forward: 86_000, strike: 86_050, secondsToExpiry: 120, volatility: 0.8 };
    const inputs = markColumns([{ ...option, clock: 'OWN', averageSoFar: 86_020 }]);
    markOptions(kernels, inputs, outputs);
    // Black(V, K', w) of these doubles in 50 digits.
    close(outputs.value[0]!, 5.93020558754699359e-10);
  });
});

describe.skipIf(folder === undefined)('near_expiry_averaging.json', () => {
  const file = folder === undefined ? undefined : (read('pricing/near_expiry_averaging.json') as NearExpiry);

  it.each(ALL_KERNELS)('rows: 7 options on an average, and plain Black-76 of the same, $isa', (kernels) => {
    expect(file!.rows).toHaveLength(7);
    for (const row of file!.rows) {
      const option = {
        isCall: row.type === 'C',
        forward: row.F,
        strike: row.K,
        secondsToExpiry: row.secondsToExpiry,
        volatility: row.sigma,
        averageSoFar: row.avgSoFar ?? NaN,
      };
      const outputs = markOutputs(1);
      const inputs = { ...markColumns([{ ...option, clock: 'OWN' }]), windowSeconds: row.window };
      expect(markOptions(kernels, inputs, outputs)).toEqual([]);
      const bound = RELATIVE_BOUND * row.value + textbookError(row);
      expect(Math.abs(outputs.value[0]! - row.value)).toBeLessThanOrEqual(bound);
      close(outputs.delta[0]!, row.delta);
      const error = Math.abs(outputs.value[0]! - row.monteCarlo);
      expect(error).toBeLessThanOrEqual(4 * row.mcStdErr + 2e-4 * row.value + 1e-6);
      const split = splitAverage(row.F, option.averageSoFar, row.secondsToExpiry, row.window);
      close(split.fixed, row.fixed);
      close(split.variable, row.variable);
      close(totalVariance('OWN', row.sigma, row.secondsToExpiry, row.window), row.wEff);
      const naive = black76(
        option.isCall,
        row.F,
        row.K,
        row.sigma,
        row.secondsToExpiry / (365 * 86_400),
      ).price;
      close(naive, Math.abs(row.naiveBlack76IgnoringAveraging));
    }
  });

  it('settlement_average: 450 samples', () => {
    const { first, step, n, mean } = file!.settlement_average;
    const expiryMs = 1_800_000_000;
    let average = startSettlementAverage(expiryMs);
    const spacingMs = 1_800_000 / n;
    for (let sample = 0; sample < n; sample += 1) {
      const timeMs = average.windowStartMs + sample * spacingMs;
      average = addSettlementSample(average, timeMs, first + step * sample, 1);
    }
    close(settlementProgress(average, expiryMs).average ?? NaN, mean);
  });

  it('fixed_variable_split', () => {
    const row = file!.fixed_variable_split;
    const passed = row.window - row.secondsToExpiry;
    const soFar = (row.currentSpotAggregate - row.settlementStartAggregate) / passed;
    const split = splitAverage(row.spot + row.fwdSpotDiff, soFar, row.secondsToExpiry, row.window);
    close(split.fixed, row.fixed);
    close(split.variable, row.variable);
  });
});
