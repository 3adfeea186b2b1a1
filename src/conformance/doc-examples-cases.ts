import type { Portfolio } from '../domain/portfolio.js';
import { SECONDS_PER_DAY, secondsToYears } from '../domain/time.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { borrowable } from '../models/charges/borrowable.js';
import { carryForward } from '../models/charges/carry-forward.js';
import { deltaMinimum } from '../models/charges/delta-minimum.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** The file: Dederi to the printed digits, the others exact (here: to rounding of doubles). */
const PRINTED_DIGITS = 1e-3;
const ROUNDING = 1e-12;
const NOW_MS = Date.UTC(2025, 0, 1);
const FUTURE = 'ETH-FUTURE';

interface PublishedExamples {
  readonly about: { readonly title: string };
  readonly dederi: {
    readonly inputs: Readonly<Record<'size' | 'I0' | 'annualBasis' | 'days', number>>;
    readonly expected: Readonly<Record<'F' | 'futureContingency' | 'pnlMinus15', number>>;
  };
  readonly hyperliquid: {
    readonly inputs: Readonly<Record<'balance' | 'price' | 'ltv', number>>;
    readonly expected: { readonly borrowable: number };
  };
  readonly paradex_delta_min: {
    readonly inputs: Readonly<
      Record<'perps' | 'shortCalls' | 'callDelta' | 'spot' | 'hedgedFactor' | 'unhedgedFactor', number>
    >;
    readonly expected: Readonly<Record<'netDelta' | 'grossDelta' | 'hedged' | 'deltaMin', number>>;
  };
}

/** Runs the worked example of a venue that the grid model margins; an absent file has no cases. */
export function runGridExamples(vectors: string, engine: MarginCalculator): CaseResult[] {
  const published = readExamples(vectors);
  return published === undefined ? [] : [dederi(published, engine)];
}

/** Runs the worked examples of single formulas; an absent file has no cases. */
export function runFormulaExamples(vectors: string): CaseResult[] {
  const published = readExamples(vectors);
  return published === undefined ? [] : [hyperliquid(published), paradexDeltaMinimum(published)];
}

function readExamples(vectors: string): PublishedExamples | undefined {
  return readVectorFile(vectors, 'margin-models', 'other', 'doc_examples.json') as
    PublishedExamples | undefined;
}

/** A long future under the grid model with Dederi's preset. */
function dederi(
  { about, dederi: { inputs, expected } }: PublishedExamples,
  engine: MarginCalculator,
): CaseResult {
  const forward = carryForward(inputs.I0, inputs.annualBasis, secondsToYears(inputs.days * SECONDS_PER_DAY));
  return runCase(
    engine,
    {
      name: 'dederi',
      source: about.title,
      model: { name: 'grid@dederi' },
      market: futureMarket(inputs.I0, forward, inputs.days),
      portfolio: futureBook(inputs.size),
    },
    (report): Check[] => {
      const contingency = report.components.find(({ name }) => name === 'future_contingency')?.initial ?? NaN;
      const lowest = report.scenarioVector?.find(({ spotShock }) => spotShock === -0.15)?.pnl ?? NaN;
      return [
        check('forward', expected.F, forward, PRINTED_DIGITS),
        check('future contingency', expected.futureContingency, contingency, PRINTED_DIGITS),
        check('P&L at -15 %', expected.pnlMinus15, lowest, PRINTED_DIGITS),
      ];
    },
  );
}

function hyperliquid({ about, hyperliquid: { inputs, expected } }: PublishedExamples): CaseResult {
  const actual = borrowable(inputs.balance, inputs.price, inputs.ltv);
  return {
    name: 'hyperliquid',
    source: about.title,
    checks: [check('borrowable', expected.borrowable, actual, ROUNDING)],
  };
}

function paradexDeltaMinimum({ about, paradex_delta_min: one }: PublishedExamples): CaseResult {
  const { perps, shortCalls, callDelta, spot, hedgedFactor, unhedgedFactor } = one.inputs;
  const { expected } = one;
  const { hedged, unhedged, amount } = deltaMinimum({
    longPositions: perps,
    shortPositions: shortCalls * callDelta,
    longOrders: 0,
    shortOrders: 0,
    hedgedFactor,
    unhedgedFactor,
    spot,
  });
  return {
    name: 'paradex delta minimum',
    source: about.title,
    checks: [
      check('|net delta|', Math.abs(expected.netDelta), unhedged, ROUNDING),
      check('gross delta', expected.grossDelta, 2 * hedged + unhedged, ROUNDING),
      check('hedged', expected.hedged, hedged, ROUNDING),
      check('delta minimum', expected.deltaMin, amount, ROUNDING),
    ],
  };
}

function futureMarket(index: number, forward: number, days: number): MarketSnapshot {
  return {
    epoch: 0,
    timeMs: NOW_MS,
    venue: 'dederi',
    underlyings: [{ name: 'ETH', indexPrice: index, confidence: 1 }],
    assets: [{ asset: 'USDC', priceUsd: 1, confidence: 1 }],
    expiries: [],
    instruments: [
      {
        instrument: {
          name: FUTURE,
          kind: 'FUTURE',
          underlying: 'ETH',
          settlement: 'LINEAR',
          settlementCurrency: 'USDC',
          contractSize: 1,
          expiryMs: NOW_MS + days * SECONDS_PER_DAY * 1_000,
        },
        markPrice: forward,
        priceConfidence: 1,
      },
    ],
  };
}

function futureBook(quantity: number): Portfolio {
  return {
    accountId: 'published',
    positions: [{ instrument: FUTURE, quantity }],
    balances: [],
    openOrders: [],
    mmpGroups: [],
  };
}

function check(quantity: string, expected: number, actual: number, relative: number): Check {
  return { quantity, expected, actual, tolerance: relative * Math.abs(expected) };
}
