import type { MarginReport } from '../../domain/report.js';
import type { MarginReport as ReportMessage } from '../../gen/margincube/v1/MarginReport.js';
import { timestampOf } from './fields.js';

/** A report as its message. */
export function reportToMessage(report: MarginReport): ReportMessage {
  const { snapshotTimeMs, epoch, quality, components, ...rest } = report;
  const { scenarioVector, positionVectors, contributions, liquidationPrices, ...same } = rest;
  const message: ReportMessage = {
    ...(same as Omit<ReportMessage, ListField>),
    epoch: String(epoch),
    snapshotTime: timestampOf(snapshotTimeMs),
    quality: `QUALITY_${quality}`,
    components: components.map(({ name, initial, maintenance, quality: partQuality }) => ({
      name,
      initial,
      maintenance,
      quality: `QUALITY_${partQuality}` as const,
    })),
    status: 'NUMBER_STATUS_EXACT',
  };
  if (scenarioVector !== undefined) message.scenarioVector = [...scenarioVector];
  if (positionVectors !== undefined)
    message.positionVectors = positionVectors.map(({ instrument, pnl }) => ({ instrument, pnl: [...pnl] }));
  if (contributions !== undefined)
    message.contributions = contributions.map(({ level, ...entry }) => ({
      level: `CONTRIBUTION_LEVEL_${level}` as const,
      ...entry,
    }));
  if (liquidationPrices !== undefined)
    message.liquidationPrices = liquidationPrices.map((prices) => ({
      ...prices,
      rootsUsd: [...prices.rootsUsd],
    }));
  return message;
}

/** Fields that differ in shape between the report and its message. */
type ListField =
  'quality' | 'components' | 'scenarioVector' | 'positionVectors' | 'contributions' | 'liquidationPrices';
