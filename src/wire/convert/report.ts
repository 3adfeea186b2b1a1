import {
  CONTRIBUTION_LEVELS,
  QUALITIES,
  type ContributionLevel,
  type MarginComponent,
  type MarginReport,
  type Quality,
} from '../../domain/report.js';
import type { ContributionLevel as LevelCode } from '../../gen/margincube/v1/ContributionLevel.js';
import type { MarginComponent as ComponentMessage } from '../../gen/margincube/v1/MarginComponent.js';
import type { MarginReport as ReportMessage } from '../../gen/margincube/v1/MarginReport.js';
import type { Quality as QualityCode } from '../../gen/margincube/v1/Quality.js';
import { timestampParts } from './fields.js';

/** Numbers of the enums: the words of the domain in their order, from 1. */
const QUALITY_CODE = codes(QUALITIES) as Readonly<Record<Quality, QualityCode>>;
const CONTRIBUTION_LEVEL_CODE = codes(CONTRIBUTION_LEVELS) as Readonly<Record<ContributionLevel, LevelCode>>;

/** NUMBER_STATUS_EXACT. */
const STATUS_EXACT = 1;

/**
 * A report as its message, for files and for the test of `direct/encode-report.ts`, which writes the same fields without a
 * message in between. Enums and 64-bit integers are numbers; lists are shared with the report, which nobody changes.
 */
export function reportToMessage(report: MarginReport): ReportMessage {
  const message: ReportMessage = {
    accountId: report.accountId,
    model: report.model,
    modelVersion: report.modelVersion,
    parameterSet: report.parameterSet,
    parameterHash: report.parameterHash,
    epoch: report.epoch,
    snapshotTime: timestampParts(report.snapshotTimeMs),
    marketHash: report.marketHash,
    currency: report.currency,
    equity: report.equity,
    markToMarket: report.markToMarket,
    initialMargin: report.initialMargin,
    maintenanceMargin: report.maintenanceMargin,
    initialExcess: report.initialExcess,
    maintenanceExcess: report.maintenanceExcess,
    components: report.components.map(componentToMessage),
    quality: QUALITY_CODE[report.quality],
    greeks: report.greeks as Mutable<MarginReport['greeks']>,
    warnings: report.warnings as string[],
    isa: report.isa,
    status: STATUS_EXACT,
  };
  addOptional(message, report);
  return message;
}

export function componentToMessage({
  name,
  initial,
  maintenance,
  quality,
}: MarginComponent): ComponentMessage {
  return { name, initial, maintenance, quality: QUALITY_CODE[quality] };
}

function addOptional(message: ReportMessage, report: MarginReport): void {
  const { marginRatio, bindingScenario, dataConfidence, scenarioVector } = report;
  const { positionVectors, contributions, liquidationPrices, tailStatistics } = report;
  if (marginRatio !== undefined) message.marginRatio = marginRatio;
  if (bindingScenario !== undefined) message.bindingScenario = bindingScenario;
  if (dataConfidence !== undefined) message.dataConfidence = dataConfidence;
  if (scenarioVector !== undefined) message.scenarioVector = scenarioVector as Mutable<typeof scenarioVector>;
  if (positionVectors !== undefined)
    message.positionVectors = positionVectors.map(({ instrument, pnl }) => ({
      instrument,
      pnl: pnl as number[],
    }));
  if (tailStatistics !== undefined) message.tailStatistics = tailStatistics;
  if (contributions !== undefined)
    message.contributions = contributions.map(({ level, ...entry }) => ({
      level: CONTRIBUTION_LEVEL_CODE[level],
      ...entry,
    }));
  if (report.dataUncertainty !== undefined) message.dataUncertainty = report.dataUncertainty;
  if (liquidationPrices !== undefined)
    message.liquidationPrices = liquidationPrices.map((prices) => ({
      ...prices,
      rootsUsd: prices.rootsUsd as number[],
    }));
}

function codes(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(words.map((word, index) => [word, index + 1]));
}

type Mutable<List extends readonly unknown[]> = List[number][];
