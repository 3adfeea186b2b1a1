/** The answer: what a portfolio must hold, and every number that led to it. */

/**
 * How well a number is known, best first. A report is as good as its worst component.
 * - `EXACT`: the venue's published formula, reproduced on published numbers.
 * - `FITTED`: inferred from published numbers; the venue does not state the rule.
 * - `APPROXIMATE`: from second-hand descriptions, not reproduced.
 * - `UNAVAILABLE`: the rule is not public; the component is 0 and the report is refused unless approximations are allowed.
 */
export const QUALITIES = ['EXACT', 'FITTED', 'APPROXIMATE', 'UNAVAILABLE'] as const;
export type Quality = (typeof QUALITIES)[number];

export function worstQuality(qualities: Iterable<Quality>): Quality {
  let worst = 0;
  for (const quality of qualities) worst = Math.max(worst, QUALITIES.indexOf(quality));
  return QUALITIES[worst] ?? 'UNAVAILABLE';
}

/** One named part of the requirement; the parts add up to the margins. */
export interface MarginComponent {
  /** e.g. `scenario_loss`, `option_contingency`; prefixed by the currency where a model margins several: `BTC.roll_shock`. */
  readonly name: string;
  /** Part of the initial margin, in the report's currency; positive is a charge. */
  readonly initial: number;
  /** Part of the maintenance margin, in the report's currency; positive is a charge. */
  readonly maintenance: number;
  readonly quality: Quality;
}

/** The scenario that sets the loss. */
export interface BindingScenario {
  /** Index into the model's scenarios; the count of scenarios when a term that is no scenario binds (`family` names it). */
  readonly index: number;
  readonly label: string;
  readonly family: string;
  /** Relative move of spot, e.g. -0.14. */
  readonly spotShock: number;
  /** `UP`, `DOWN`, `NONE`, `LINEAR`, `ABS`. */
  readonly volShock: string;
  /** P&L of the account under it, in the report's currency; <= 0. */
  readonly pnl: number;
}

/** One entry of the scenario vector, on request. */
export interface ScenarioPnl {
  readonly label: string;
  readonly family: string;
  readonly spotShock: number;
  readonly volShock: string;
  /** After every rule of the model (discounts, offsets, dampening), in the report's currency. */
  readonly pnl: number;
}

/** P&L of one position in every scenario before the model's rules, on request. */
export interface PositionVector {
  readonly instrument: string;
  /** In the instrument's settlement currency, one entry per scenario of the model's set. */
  readonly pnl: readonly number[];
}

/** Sensitivities of the options and futures of one underlying, sums over positions. */
export interface UnderlyingGreeks {
  readonly underlying: string;
  /** Coins: change of value in quote currency per unit of the forward. */
  readonly deltaCoins: number;
  readonly gammaCoinsPerUsd: number;
  /** Quote currency per volatility point (0.01). */
  readonly vegaUsdPerPoint: number;
  /** Quote currency per day. */
  readonly thetaUsdPerDay: number;
}

export const CONTRIBUTION_LEVELS = ['POSITION', 'EXPIRY', 'UNDERLYING'] as const;
export type ContributionLevel = (typeof CONTRIBUTION_LEVELS)[number];

/** Part of the margins that belongs to one position, expiry or underlying; the entries of a level add up to the margins. */
export interface Contribution {
  readonly level: ContributionLevel;
  /**
   * Instrument; underlying and expiry (`BTC 2026-03-27T08:00:00.000Z`, `BTC` for what has none); underlying. What belongs to
   * no position, e.g. a haircut, stands under the name of its component at every level, and under `floor_at_zero` what lifts
   * a negative sum of components to a requirement of 0.
   */
  readonly key: string;
  /** In the report's currency; positive raises the requirement. */
  readonly initial: number;
  readonly maintenance: number;
}

/** Roots of the maintenance excess over the price of one underlying, all others unchanged. */
export interface LiquidationPrice {
  readonly underlying: string;
  /** US dollars per coin, ascending: every root, because margin is not monotone in spot. */
  readonly rootsUsd: readonly number[];
  /** Largest root below the present price; absent if there is none. */
  readonly nearestBelowUsd?: number;
  /** Smallest root at or above the present price; absent if there is none. */
  readonly nearestAboveUsd?: number;
}

/** How an estimated tail was found. */
export interface TailStatistics {
  /** In (0, 1), e.g. 0.975. */
  readonly confidenceLevel: number;
  /** Calendar days: trading runs every day. */
  readonly holdingPeriodDays: number;
  readonly scenarioCount: number;
  /** A loss is positive, in the report's currency. */
  readonly valueAtRisk: number;
  readonly valueAtRiskStandardError?: number;
  /** A loss is positive, in the report's currency. */
  readonly expectedShortfall: number;
  readonly expectedShortfallStandardError?: number;
  /** e.g. `fractional_tail`. */
  readonly convention: string;
}

/**
 * By how much an excess (equity less margin) would fall if the market data were wrong by as much as their confidence says,
 * whichever way is worse; >= 0, in the report's currency.
 */
export interface DataUncertainty {
  readonly volatilityInitial: number;
  readonly volatilityMaintenance: number;
  /** Index prices, forwards and marks of futures. */
  readonly priceInitial: number;
  readonly priceMaintenance: number;
}

export interface MarginReport {
  readonly accountId: string;
  /** e.g. `derive-pm2`. */
  readonly model: string;
  /** Version of the model's code and formulas. */
  readonly modelVersion: string;
  /** e.g. `btc-2026-08-20`; `+overrides` is appended where the caller changed parameters. */
  readonly parameterSet: string;
  /** SHA-256 of the canonical JSON of the parameters, hex. */
  readonly parameterHash: string;
  readonly epoch: number;
  readonly snapshotTimeMs: number;
  /** SHA-256 of the market's canonical bytes, hex. */
  readonly marketHash: string;
  /** Currency of every amount of this report that names no other. */
  readonly currency: string;
  readonly equity: number;
  readonly markToMarket: number;
  /** Requirement, >= 0. */
  readonly initialMargin: number;
  /** Requirement, >= 0. */
  readonly maintenanceMargin: number;
  /** equity - initialMargin; the venue's own number where it states margins as excess. */
  readonly initialExcess: number;
  /** equity - maintenanceMargin. */
  readonly maintenanceExcess: number;
  /** maintenanceMargin / equity; absent when equity is not positive. */
  readonly marginRatio?: number;
  readonly components: readonly MarginComponent[];
  readonly quality: Quality;
  /** Absent for a book without risk. */
  readonly bindingScenario?: BindingScenario;
  readonly scenarioVector?: readonly ScenarioPnl[];
  readonly positionVectors?: readonly PositionVector[];
  readonly greeks: readonly UnderlyingGreeks[];
  /** Of models that estimate a tail. */
  readonly tailStatistics?: TailStatistics;
  /** On request. */
  readonly contributions?: readonly Contribution[];
  /** Prices at which equity meets the maintenance margin, per underlying, on request. */
  readonly liquidationPrices?: readonly LiquidationPrice[];
  /** Lowest confidence among the market data used, in [0, 1]; absent for a book that uses none. */
  readonly dataConfidence?: number;
  /** How much of the margins is doubt about the market data, on request. */
  readonly dataUncertainty?: DataUncertainty;
  /** Remarks that a reader must see, e.g. a parameter outside its usual order. */
  readonly warnings: readonly string[];
  /** Instruction level that computed it (`reference`, `baseline`, `v3`, `v4`). */
  readonly isa: string;
}
