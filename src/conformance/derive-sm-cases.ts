import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { CaseResult, Check } from './case-result.js';
import { portfolioOf, snapshotOf } from './derive-case.js';
import { casesOf, truncatedCheck, type LegacyDeriveCase } from './derive-legacy-cases.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** The tolerance that the files state. */
const RELATIVE_TOLERANCE = 1e-9;
const ABSOLUTE_FLOOR_USD = 1e-8;
const FOLDER = ['margin-models', 'derive-sm'];

interface PublishedFile {
  readonly about: { readonly title: string };
  readonly params: Readonly<
    Record<'option' | 'perp' | 'oracleContingency' | 'base' | 'depeg', Readonly<Record<string, number>>>
  >;
  readonly cases: readonly LegacyDeriveCase[];
}

/** Runs both published sets of Derive's standard manager; absent files have no cases. */
export function runDeriveSmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return ['cases.json', 'portfolio_cases.json'].flatMap((file) => {
    const published = readVectorFile(vectors, ...FOLDER, file) as PublishedFile | undefined;
    return (published?.cases ?? []).map((one) => {
      const common = casesOf(one);
      return runCase(
        engine,
        {
          name: `${file.replace('.json', '')} ${String(one.number)} ${one.name}`,
          source: published?.about.title ?? '',
          model: {
            name: 'derive-sm@cases',
            overrides: published === undefined ? {} : parametersOf(published),
          },
          market: snapshotOf(common),
          portfolio: portfolioOf(common),
        },
        ({ initialExcess, maintenanceExcess }): Check[] => {
          const { expected, expectedTruncated } = one;
          if (expectedTruncated !== undefined) {
            return [
              truncatedCheck('initial margin', expectedTruncated.IM, initialExcess),
              truncatedCheck('maintenance margin', expectedTruncated.MM, maintenanceExcess),
            ];
          }
          return [
            check('initial margin', expected?.IM ?? NaN, initialExcess),
            check('maintenance margin', expected?.MM ?? NaN, maintenanceExcess),
          ];
        },
      );
    });
  });
}

function check(quantity: string, expected: number, actual: number): Check {
  const tolerance = Math.max(RELATIVE_TOLERANCE * Math.abs(expected), ABSOLUTE_FLOOR_USD);
  return { quantity, expected, actual, tolerance };
}

function parametersOf({ params: { option, perp, oracleContingency, base, depeg } }: PublishedFile): unknown {
  return {
    markets: {
      '*': {
        option: {
          maxSpotRequirement: option.maxSpotReq,
          minSpotRequirement: option.minSpotReq,
          callMaintenance: option.mmCallSpotReq,
          putMaintenance: option.mmPutSpotReq,
          putValueMaintenance: option.mmPutMtmReq,
          unpairedInitial: option.unpairedIMScale,
          unpairedMaintenance: option.unpairedMMScale,
          maintenanceOffset: option.mmOffsetScale,
        },
        perpetual: { initial: perp.imReq, maintenance: perp.mmReq },
      },
    },
    base: { '*': { marginFactor: base.marginFactor, initialScale: base.imScale } },
    oracle: {
      perpetualThreshold: oracleContingency.perpThreshold,
      optionThreshold: oracleContingency.optionThreshold,
      baseThreshold: oracleContingency.baseThreshold,
      factor: oracleContingency.factor,
    },
    depeg: { threshold: depeg.threshold, factor: depeg.factor },
  };
}
