import type { MarginReport } from '../../domain/report.js';
import type { MarginReport as ReportMessage } from '../../gen/margincube/v1/MarginReport.js';
import { timestampOf } from './fields.js';

/** A report as its message. */
export function reportToMessage(report: MarginReport): ReportMessage {
  const { snapshotTimeMs, epoch, quality, components, scenarioVector, positionVectors, ...same } = report;
  const message: ReportMessage = {
    ...(same as Omit<ReportMessage, 'quality' | 'components' | 'scenarioVector' | 'positionVectors'>),
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
  return message;
}
