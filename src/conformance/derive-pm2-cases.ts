import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { numberToAmount } from '../domain/money.js';
import type { Portfolio, Position } from '../domain/portfolio.js';
import { MILLISECONDS_PER_SECOND } from '../domain/time.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { ExpiryQuote, InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel } from '../models/catalogue.js';
import type { DerivePm2Parameters } from '../models/derive-pm2/parameters.js';
import type { CaseResult, Check } from './case-result.js';

/** Margins are differences of large numbers: relative to the larger of the margin and the gross value of the book. */
const RELATIVE_TOLERANCE = 1e-9;
const WINDOW_SECONDS = 1_800;
/** The cases state seconds to expiry; any fixed time will do. */
const NOW_MS = Date.UTC(2025, 0, 1);
const UNDERLYING = 'COIN';
const CASH = 'USDC';
const PERPETUAL = 'COIN-PERP';
/** Case 67's last row is a skew scenario with a spot move, which the venue's own suite has switched off. */
const ROW_NOT_REPRODUCIBLE = { number: 67, kind: 'skew', spotMoves: true };

interface PublishedCase {
  readonly name: string;
  readonly number: number;
  readonly about: { readonly title: string };
  readonly inputs: {
    readonly Cash: number;
    readonly SpotPrice: number;
    readonly SpotConfidence: number;
    readonly StablePrice: number;
    readonly StableConfidence: number;
    readonly NumPerps: number;
    readonly PerpPrice: number;
    readonly PerpConfidence: number;
    readonly UnrealisedPerpPNL: number;
    readonly UnrealisedFunding: number;
    readonly Collaterals: readonly {
      readonly Name: string;
      readonly Amount: number;
      readonly Price: number;
      readonly Confidence: number;
      readonly IsRiskCancelling: boolean;
      readonly IMHaircut: number;
      readonly MMHaircut: number;
    }[];
    readonly OptionFeeds: readonly {
      readonly Expiry: number;
      readonly Forward: number;
      readonly ForwardConfidence: number;
      readonly Rate: number;
      readonly RateConfidence: number;
      readonly VolConfidence: number;
    }[];
    readonly Options: readonly {
      readonly Expiry: number;
      readonly Strike: number;
      readonly IsCall: boolean;
      readonly Amount: number;
      readonly MarkVol: number;
    }[];
  };
  readonly params: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly expected: Readonly<Record<string, number>>;
  readonly expectedScenarios: readonly {
    readonly SpotShock: number;
    readonly VolShockDirection: string;
    readonly DampeningFactor: number;
    readonly kind: string;
    readonly pnl: number;
  }[];
}

/** Runs every `case_*.json` of a folder; an absent folder has no cases. */
export function runDerivePm2Cases(vectors: string, engine: MarginCalculator): CaseResult[] {
  const folder = join(vectors, 'margin-models', 'derive-pm2');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => /^case_.*\.json$/.test(file))
    .sort()
    .map((file) =>
      runCase(JSON.parse(readFileSync(join(folder, file), 'utf8')) as PublishedCase, file, engine),
    );
}

function runCase(published: PublishedCase, file: string, engine: MarginCalculator): CaseResult {
  const name = `${file.replace('.json', '')} ${published.name}`;
  const source = published.about.title;
  const model = resolveModel({ name: 'derive-pm2@cases', overrides: parametersOf(published) });
  if (!model.ok) return { name, source, checks: [], error: model.failure.message };
  const market = resolveMarket(marketOf(published));
  if (!market.ok)
    return { name, source, checks: [], error: `${market.failure.field}: ${market.failure.message}` };
  const [outcome] = engine.calculate({
    model: model.value,
    market: market.value,
    portfolios: [portfolioOf(published)],
    options: { includeScenarioVector: true, includePositionVectors: false, allowApproximations: false },
  });
  if (outcome?.ok !== true) {
    return {
      name,
      source,
      checks: [],
      error: `${outcome?.failure.field ?? ''}: ${outcome?.failure.message ?? 'no outcome'}`,
    };
  }
  const report = outcome.value;
  const gross = grossOf(published);
  const check = (quantity: string, expected: number, actual: number): Check => ({
    quantity,
    expected,
    actual,
    tolerance: RELATIVE_TOLERANCE * Math.max(Math.abs(expected), gross, 1),
  });
  const checks = [
    check('initial margin', published.expected.IM ?? NaN, report.initialExcess),
    check('maintenance margin', published.expected.MM ?? NaN, report.maintenanceExcess),
  ];
  published.expectedScenarios.forEach((row, index) => {
    if (isExcluded(published, row)) return;
    checks.push(check(`scenario ${String(index)}`, row.pnl, report.scenarioVector?.[index]?.pnl ?? NaN));
  });
  return { name, source, checks };
}

function isExcluded(published: PublishedCase, row: PublishedCase['expectedScenarios'][number]): boolean {
  return (
    published.number === ROW_NOT_REPRODUCIBLE.number &&
    row.kind === ROW_NOT_REPRODUCIBLE.kind &&
    (row.SpotShock !== 1) === ROW_NOT_REPRODUCIBLE.spotMoves
  );
}

function grossOf({ inputs }: PublishedCase): number {
  const options = inputs.Options.reduce((sum, option) => sum + Math.abs(option.Amount), 0) * inputs.SpotPrice;
  const collateral = inputs.Collaterals.reduce((sum, { Amount, Price }) => sum + Math.abs(Amount * Price), 0);
  return Math.abs(inputs.Cash) + options + Math.abs(inputs.NumPerps) * inputs.SpotPrice + collateral;
}

function parametersOf({ params, inputs, expectedScenarios }: PublishedCase): DerivePm2Parameters {
  const margin = params.Margin ?? {};
  const vol = params.VolShock ?? {};
  const skew = params.SkewShock ?? {};
  const basis = params.BasisContingency ?? {};
  const other = params.OtherContingency ?? {};
  const number = (table: Readonly<Record<string, number>>, key: string): number => table[key] ?? NaN;
  return {
    underlyings: [],
    cashAsset: CASH,
    scenarios: expectedScenarios.map((row) => ({
      spotFactor: row.SpotShock,
      volShock: row.VolShockDirection.toUpperCase() as DerivePm2Parameters['scenarios'][number]['volShock'],
      dampening: row.DampeningFactor,
    })),
    volatility: {
      rangeUp: number(vol, 'VOLRANGEUP'),
      rangeDown: number(vol, 'VOLRANGEDOWN'),
      minVolUp: number(vol, 'MIN_VOL_EVAL_SHOCKED'),
      shortPower: number(vol, 'SHORTTERMPOWER'),
      longPower: number(vol, 'LONGTERMPOWER'),
      floorDays: number(vol, 'DTE_FLOOR'),
    },
    skew: {
      linear: { capBase: number(skew, 'LINEAR_CBASE'), capScale: number(skew, 'LINEAR_SCALE_CAP') },
      abs: { capBase: number(skew, 'ABS_CBASE'), capScale: number(skew, 'ABS_SCALE_CAP') },
      minStrikeWidth: number(skew, 'MIN_K_STAR'),
      widthScale: number(skew, 'MIN_WIDTH_SCALE'),
      volStatic: number(skew, 'VOL_PARAM_STATIC'),
      volScale: number(skew, 'VOL_PARAM_SCALE'),
    },
    lossFactor: { initial: number(margin, 'IM_LOSS_FACTOR'), maintenance: number(margin, 'MM_LOSS_FACTOR') },
    staticDiscount: {
      longBase: number(margin, 'BASE_STATIC_DISCOUNT'),
      longRateMultiplier: number(margin, 'LONG_RATE_MULTSCALE'),
      longRateAdd: number(margin, 'LONG_RATE_ADDSCALE'),
      shortBase: number(margin, 'BASE_STATIC_DISCOUNT_NEG'),
      shortRateMultiplier: number(margin, 'SHORT_RATE_MULTSCALE'),
      shortRateAdd: number(margin, 'SHORT_RATE_ADDSCALE'),
    },
    basis: {
      spotFactorUp: number(basis, 'SCENARIO_SPOT_UP'),
      spotFactorDown: number(basis, 'SCENARIO_SPOT_DOWN'),
      addFactor: number(basis, 'BASIS_CONT_ADD_FACTOR'),
      multFactor: number(basis, 'BASIS_CONT_MULT_FACTOR'),
    },
    peg: { threshold: number(other, 'PEG_LOSS_THRESHOLD'), lossFactor: number(other, 'PEG_LOSS_FACTOR') },
    confidence: { threshold: number(other, 'CONF_THRESHOLD'), margin: number(other, 'CONF_MARGIN') },
    perpetual: { maintenance: number(other, 'MM_PERP_PERCENT'), initial: number(other, 'IM_PERP_PERCENT') },
    option: { maintenance: number(other, 'MM_OPTION_PERCENT'), initial: number(other, 'IM_OPTION_PERCENT') },
    collateral: Object.fromEntries(
      inputs.Collaterals.map((collateral, index) => [
        collateralAsset(collateral.Name, index),
        {
          maintenanceHaircut: collateral.MMHaircut,
          initialHaircut: collateral.IMHaircut,
          riskCancelling: collateral.IsRiskCancelling,
        },
      ]),
    ),
  };
}

function marketOf({ inputs }: PublishedCase): MarketSnapshot {
  const expiries: ExpiryQuote[] = inputs.OptionFeeds.map((feed) => ({
    underlying: UNDERLYING,
    expiryMs: expiryMs(feed.Expiry),
    forward: feed.Forward,
    ...(feed.Expiry < WINDOW_SECONDS
      ? { fixedForward: (feed.Forward * (WINDOW_SECONDS - feed.Expiry)) / WINDOW_SECONDS }
      : {}),
    forwardConfidence: feed.ForwardConfidence,
    rate: feed.Rate,
    rateConfidence: feed.RateConfidence,
    volatilityConfidence: feed.VolConfidence,
  }));
  const instruments: InstrumentQuote[] = inputs.Options.map((option, index) => ({
    instrument: {
      name: optionName(index),
      kind: 'OPTION',
      underlying: UNDERLYING,
      settlement: 'LINEAR',
      settlementCurrency: CASH,
      contractSize: 1,
      expiryMs: expiryMs(option.Expiry),
      strike: option.Strike,
      optionType: option.IsCall ? 'CALL' : 'PUT',
    },
    markVolatility: option.MarkVol,
  }));
  if (inputs.NumPerps !== 0) {
    instruments.push({
      instrument: {
        name: PERPETUAL,
        kind: 'PERPETUAL',
        underlying: UNDERLYING,
        settlement: 'LINEAR',
        settlementCurrency: CASH,
        contractSize: 1,
      },
      markPrice: inputs.PerpPrice,
      priceConfidence: inputs.PerpConfidence,
    });
  }
  return {
    epoch: 0,
    timeMs: NOW_MS,
    venue: 'derive',
    underlyings: [{ name: UNDERLYING, indexPrice: inputs.SpotPrice, confidence: inputs.SpotConfidence }],
    assets: [
      { asset: CASH, priceUsd: inputs.StablePrice, confidence: inputs.StableConfidence },
      ...inputs.Collaterals.map((collateral, index) => ({
        asset: collateralAsset(collateral.Name, index),
        priceUsd: collateral.Price,
        confidence: collateral.Confidence,
      })),
    ],
    expiries,
    instruments,
  };
}

function portfolioOf({ inputs, name }: PublishedCase): Portfolio {
  const positions: Position[] = inputs.Options.map((option, index) => ({
    instrument: optionName(index),
    quantity: option.Amount,
  }));
  if (inputs.NumPerps !== 0) {
    positions.push({
      instrument: PERPETUAL,
      quantity: inputs.NumPerps,
      unrealisedPnl: inputs.UnrealisedPerpPNL + inputs.UnrealisedFunding,
    });
  }
  const decimals = 18;
  return {
    accountId: name,
    positions,
    balances: [
      numberToAmount(CASH, inputs.Cash, decimals),
      ...inputs.Collaterals.map(({ Name, Amount }, index) =>
        numberToAmount(collateralAsset(Name, index), Amount, decimals),
      ),
    ],
    openOrders: [],
    mmpGroups: [],
  };
}

/** A case may hold two collaterals of one name with different prices and haircuts. */
function collateralAsset(name: string, index: number): string {
  return `${name}#${String(index)}`;
}

/** A case may hold one strike twice; names by place keep them apart. */
function optionName(index: number): string {
  return `OPTION-${String(index)}`;
}

function expiryMs(secondsToExpiry: number): number {
  return NOW_MS + secondsToExpiry * MILLISECONDS_PER_SECOND;
}
