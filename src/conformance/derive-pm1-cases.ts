import type { MarginCalculator } from '../engine/margin-engine-types.js';
import { casesOf, truncatedCheck, type LegacyDeriveCase } from './derive-legacy-cases.js';
import type { CaseResult, Check } from './case-result.js';
import { portfolioOf, snapshotOf } from './derive-case.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** The tolerance that the files state: relative, with an absolute floor in dollars. */
const RELATIVE_TOLERANCE = 1e-9;
const ABSOLUTE_FLOOR_USD = 1e-8;
const FOLDER = ['margin-models', 'derive-pm1'];

export interface PublishedParameters {
  readonly params: Readonly<Record<string, number>>;
  readonly scenarios: readonly { readonly spotShock: number; readonly volShock: string }[];
}

interface PublishedFile extends PublishedParameters {
  readonly about: { readonly title: string };
  readonly cases: readonly LegacyDeriveCase[];
}

/** Runs both published sets of Derive's first portfolio manager; absent files have no cases. */
export function runDerivePm1Cases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return [
    ...runFile(vectors, 'verified_scenarios.json', engine),
    ...runFile(vectors, 'portfolio_cases.json', engine),
  ];
}

function runFile(vectors: string, file: string, engine: MarginCalculator): CaseResult[] {
  const published = readVectorFile(vectors, ...FOLDER, file) as PublishedFile | undefined;
  if (published === undefined) return [];
  return published.cases.map((one) => {
    const common = casesOf(one);
    return runCase(
      engine,
      {
        name: `${file.replace('.json', '')} ${String(one.number)} ${one.name}`,
        source: published.about.title,
        model: { name: 'derive-pm1@cases', overrides: derivePm1Parameters(published) },
        market: snapshotOf(common),
        portfolio: portfolioOf(common),
      },
      (report): Check[] => {
        const { expected, expectedTruncated } = one;
        const checks: Check[] = [];
        if (expected !== undefined) {
          checks.push(check('initial margin', expected.IM ?? NaN, report.initialExcess));
          checks.push(check('maintenance margin', expected.MM ?? NaN, report.maintenanceExcess));
          const worst = Math.min(0, ...(report.scenarioVector ?? []).map(({ pnl }) => pnl));
          if (expected.minSpan !== undefined)
            checks.push(check('worst scenario', Math.min(0, expected.minSpan), worst));
        }
        if (expectedTruncated !== undefined) {
          checks.push(truncatedCheck('initial margin', expectedTruncated.IM, report.initialExcess));
          checks.push(truncatedCheck('maintenance margin', expectedTruncated.MM, report.maintenanceExcess));
        }
        return checks;
      },
    );
  });
}

function check(quantity: string, expected: number, actual: number): Check {
  const tolerance = Math.max(RELATIVE_TOLERANCE * Math.abs(expected), ABSOLUTE_FLOOR_USD);
  return { quantity, expected, actual, tolerance };
}

/** Parameters of the first portfolio manager as a published file states them. */
export function derivePm1Parameters({ params, scenarios }: PublishedParameters): unknown {
  const SECONDS_PER_DAY = 86_400;
  return {
    scenarios: scenarios.map(({ spotShock, volShock }) => ({
      spotFactor: spotShock,
      volShock: volShock.toUpperCase(),
    })),
    volatility: {
      rangeUp: params.volRangeUp,
      rangeDown: params.volRangeDown,
      shortPower: params.shortTermPower,
      longPower: params.longTermPower,
      floorDays: (params.dteFloorSeconds ?? NaN) / SECONDS_PER_DAY,
    },
    initialLossFactor: params.imFactor,
    staticDiscount: {
      base: params.baseStaticDiscount,
      rateMultiplier: params.rateMultScale,
      rateAdd: params.rateAddScale,
    },
    basis: {
      spotFactorUp: params.basisScenarioUp,
      spotFactorDown: params.basisScenarioDown,
      addFactor: params.basisAddFactor,
      multFactor: params.basisMultFactor,
    },
    peg: { threshold: params.pegLossThreshold, lossFactor: params.pegLossFactor },
    confidence: { threshold: params.confidenceThreshold, margin: params.confidenceMargin },
    basePercent: params.basePercent,
    perpetualPercent: params.perpPercent,
    optionPercent: params.optionPercent,
  };
}
