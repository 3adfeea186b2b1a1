import type { MarginCalculator } from '../engine/margin-engine-types.js';
import {
  auctionFee,
  auctionShare,
  bufferMargin,
  fractionToRestore,
  insolventBid,
  maximumFraction,
  sellFraction,
  type AuctionedAccount,
  type AuctionRules,
} from '../models/derive-auction/dutch-auction.js';
import type { CaseResult, Check } from './case-result.js';
import { portfolioOf, snapshotOf } from './derive-case.js';
import { casesOf, type LegacyDeriveCase } from './derive-legacy-cases.js';
import { derivePm1Parameters, type PublishedParameters } from './derive-pm1-cases.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** Stated by both files: relative, here with a floor of the same share of one dollar. */
const TOLERANCE = 1e-9;
/** Stated for bids that the file recomputed from what was paid. */
const RECOMPUTED_BID_TOLERANCE = 1e-5;
const RELATIVE_SOURCE = 'Derive Dutch auction';

type LegacyInputs = LegacyDeriveCase['inputs'];

interface PublishedStep {
  readonly time: number;
  readonly percentWanted: number;
  readonly portfolioBefore: LegacyInputs;
  readonly expected: Readonly<
    Record<
      | 'discount'
      | 'reservedCashBefore'
      | 'fraction'
      | 'preMtM'
      | 'preMM'
      | 'preBM'
      | 'preFMax'
      | 'bid'
      | 'postMtM'
      | 'postMM'
      | 'postBM'
      | 'postFMax',
      number
    >
  >;
}

interface PublishedSimulations {
  readonly about: { readonly title: string };
  readonly params: Readonly<
    Record<
      | 'startingMtMPercentage'
      | 'fastAuctionCutoffPercentage'
      | 'fastAuctionLength'
      | 'slowAuctionLength'
      | 'insolventAuctionLength'
      | 'liquidatorFeeRate'
      | 'bufferMarginPercentage',
      number
    >
  >;
  readonly cases: readonly {
    readonly name: string;
    readonly initialPortfolio: LegacyInputs;
    readonly liquidationFee: number;
    readonly steps: readonly PublishedStep[];
  }[];
}

interface PublishedFormulas {
  readonly dutch_auction: {
    readonly discount: readonly Readonly<
      Record<'startingMtM' | 'cutoff' | 'fastSec' | 'slowSec' | 't' | 'discount', number>
    >[];
    readonly max_proportion: readonly Readonly<
      Record<'mtm' | 'bufferMargin' | 'discount' | 'reserved' | 'fMax', number>
    >[];
    readonly insolvent_bid: readonly Readonly<
      Record<'maintenanceMargin' | 'mtm' | 't' | 'length' | 'bid', number>
    >[];
    readonly portfolio_sims: readonly (Readonly<
      Record<
        | 'time'
        | 'mtm'
        | 'mm'
        | 'bufferMargin'
        | 'reservedCash'
        | 'impliedDiscount'
        | 'fMax'
        | 'percentOfCurrent'
        | 'bidRecomputed',
        number
      >
    > & { readonly test: string })[];
  };
}

/** Runs the published simulations, margins included, and the published numbers of each formula; absent files have no cases. */
export function runDeriveAuctionCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  const folder = ['margin-models', 'derive-auction'];
  const simulations = readVectorFile(vectors, ...folder, 'solvent_auctions.json') as
    PublishedSimulations | undefined;
  const formulas = readVectorFile(vectors, 'liquidation', 'liquidation.json') as
    PublishedFormulas | undefined;
  return [
    ...(simulations === undefined ? [] : runSimulations(vectors, engine, simulations)),
    ...(formulas === undefined ? [] : runFormulas(formulas)),
  ];
}

function runSimulations(
  vectors: string,
  engine: MarginCalculator,
  { about, params, cases }: PublishedSimulations,
): CaseResult[] {
  const rules: AuctionRules = {
    startingShare: params.startingMtMPercentage,
    cutoffShare: params.fastAuctionCutoffPercentage,
    fastSeconds: params.fastAuctionLength,
    slowSeconds: params.slowAuctionLength,
    insolventSeconds: params.insolventAuctionLength,
    feeRate: params.liquidatorFeeRate,
    bufferShare: params.bufferMarginPercentage,
    markToMarketCutoff: 0,
  };
  // The margins before each step are those of the first portfolio manager with the parameters of its own case file.
  const margins = readVectorFile(vectors, 'margin-models', 'derive-pm1', 'verified_scenarios.json') as
    PublishedParameters | undefined;
  const margined = (name: string, inputs: LegacyInputs, compare: (account: AuctionedAccount) => Check[]) =>
    runDerive(engine, margins, about.title, name, inputs, compare);
  return cases.flatMap(({ name, steps, initialPortfolio, liquidationFee }) => [
    margined(`${name} fee`, initialPortfolio, (account) => [
      check('liquidation fee', liquidationFee, auctionFee(account, rules)),
    ]),
    ...steps.map((step, index) =>
      margined(`${name} step ${String(index)}`, step.portfolioBefore, (account) =>
        stepChecks({ ...account, reservedCash: step.expected.reservedCashBefore }, rules, step),
      ),
    ),
  ]);
}

function runDerive(
  engine: MarginCalculator,
  margins: PublishedParameters | undefined,
  source: string,
  name: string,
  inputs: LegacyInputs,
  compare: (account: AuctionedAccount) => Check[],
): CaseResult {
  if (margins === undefined) {
    return {
      name,
      source,
      checks: [],
      error: 'derive-pm1/verified_scenarios.json with the parameters is absent',
    };
  }
  const common = casesOf({ number: 0, name, inputs });
  return runCase(
    engine,
    {
      name,
      source,
      model: { name: 'derive-pm1@cases', overrides: derivePm1Parameters(margins) },
      market: snapshotOf(common),
      portfolio: portfolioOf(common),
    },
    ({ equity, maintenanceExcess }) =>
      compare({ markToMarket: equity, maintenanceMargin: maintenanceExcess, reservedCash: 0 }),
  );
}

function stepChecks(
  account: AuctionedAccount,
  rules: AuctionRules,
  { time, percentWanted, expected }: PublishedStep,
): Check[] {
  const share = auctionShare(rules, time);
  const most = maximumFraction(account, rules, share);
  const fraction = Math.min(most, percentWanted);
  const sale = sellFraction(account, rules, time, fraction);
  const checks = [
    check('mark-to-market', expected.preMtM, account.markToMarket),
    check('maintenance margin', expected.preMM, account.maintenanceMargin),
    check('discount', expected.discount, share),
    check('buffer margin', expected.preBM, bufferMargin(account, rules.bufferShare)),
    check('largest fraction', expected.preFMax, most),
    check('fraction', expected.fraction, fraction),
  ];
  if (!sale.ok) return [...checks, check('bid', expected.bid, NaN)];
  const { bid, after } = sale.value;
  // What is left of a buffer margin that was restored is rounding of the amounts it came from.
  const restored = TOLERANCE * Math.abs(expected.preBM);
  const left = bufferMargin(after, rules.bufferShare);
  return [
    ...checks,
    check('bid', expected.bid, bid),
    check('mark-to-market after', expected.postMtM, after.markToMarket),
    check('maintenance margin after', expected.postMM, after.maintenanceMargin),
    { quantity: 'buffer margin after', expected: expected.postBM, actual: left, tolerance: restored },
    check('largest fraction after', expected.postFMax, maximumFraction(after, rules, share)),
  ];
}

function runFormulas({ dutch_auction: published }: PublishedFormulas): CaseResult[] {
  const scheduled = published.discount.map((one, index) => {
    const rules = {
      ...NO_RULES,
      startingShare: one.startingMtM,
      cutoffShare: one.cutoff,
      fastSeconds: one.fastSec,
      slowSeconds: one.slowSec,
    };
    return formula(`discount ${String(index)}`, [
      check('discount', one.discount, auctionShare(rules, one.t)),
    ]);
  });
  const fractions = published.max_proportion.map((one, index) => {
    const account = { markToMarket: one.mtm, reservedCash: one.reserved };
    const actual = fractionToRestore(one.bufferMargin, account, 0, one.discount);
    return formula(`largest fraction ${String(index)}`, [check('largest fraction', one.fMax, actual)]);
  });
  const insolvent = published.insolvent_bid.map((one, index) => {
    const account = { markToMarket: one.mtm, maintenanceMargin: one.maintenanceMargin };
    return formula(`insolvent bid ${String(index)}`, [
      check('insolvent bid', one.bid, insolventBid(account, one.length, one.t)),
    ]);
  });
  const simulated = published.portfolio_sims.map((one) => {
    const account = { markToMarket: one.mtm, maintenanceMargin: one.mm, reservedCash: one.reservedCash };
    const share = auctionShare(SIMULATED_RULES, one.time);
    const most = maximumFraction(account, SIMULATED_RULES, share);
    const sale = sellFraction(account, SIMULATED_RULES, one.time, Math.min(most, one.percentOfCurrent));
    return formula(`${one.test} at ${String(one.time)} s`, [
      check('discount', one.impliedDiscount, share),
      check('buffer margin', one.bufferMargin, bufferMargin(account, SIMULATED_RULES.bufferShare)),
      check('largest fraction', one.fMax, most),
      check('bid', one.bidRecomputed, sale.ok ? sale.value.bid : NaN, RECOMPUTED_BID_TOLERANCE),
    ]);
  });
  return [...scheduled, ...fractions, ...insolvent, ...simulated];
}

const NO_RULES: AuctionRules = {
  startingShare: 1,
  cutoffShare: 1,
  fastSeconds: 1,
  slowSeconds: 1,
  insolventSeconds: 1,
  feeRate: 0,
  bufferShare: 0,
  markToMarketCutoff: 0,
};

/** Stated by liquidation.json for `portfolio_sims`. */
const SIMULATED_RULES: AuctionRules = {
  ...NO_RULES,
  startingShare: 0.98,
  cutoffShare: 0.8,
  fastSeconds: 100,
  slowSeconds: 14_400,
  bufferShare: 0.2,
};

function formula(name: string, checks: readonly Check[]): CaseResult {
  return { name, source: RELATIVE_SOURCE, checks };
}

function check(quantity: string, expected: number, actual: number, relative = TOLERANCE): Check {
  return { quantity, expected, actual, tolerance: relative * Math.max(Math.abs(expected), 1) };
}
