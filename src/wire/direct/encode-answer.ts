import type { MarginReport } from '../../domain/report.js';
import { writeReport } from './encode-report.js';
import { MessageWriter } from './message-writer.js';

/** Where the time of a calculation went, microseconds >= 0. */
export interface Timing {
  readonly queueMicros: number;
  readonly computeMicros: number;
}

/** One per thread; its memory is reused, and every answer is a copy. */
const writer = new MessageWriter();

/** margincube.v1.CalculateMarginResponse; `timing` is asked for when the report is written. */
export function encodeMarginResponse(report: MarginReport, timing: () => Timing): Buffer {
  writer.reset();
  const begunReport = writer.begin(1);
  writeReport(writer, report);
  writer.end(begunReport);
  writeTiming(2, timing());
  return writer.finish();
}

/** margincube.v1.PortfolioOutcome with a report. */
export function encodeReportOutcome(index: number, report: MarginReport): Buffer {
  writer.reset();
  writer.integer(1, index);
  const begun = writer.begin(2);
  writeReport(writer, report);
  writer.end(begun);
  return writer.finish();
}

function writeTiming(field: number, { queueMicros, computeMicros }: Timing): void {
  const begun = writer.begin(field);
  writer.integer(1, Math.max(0, Math.round(queueMicros)));
  writer.integer(2, Math.max(0, Math.round(computeMicros)));
  writer.end(begun);
}
