import type { Failure } from '../domain/outcome.js';
import type { MarginReport } from '../domain/report.js';
import { reportToMessage } from '../wire/convert/report.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { messageToJsonValue } from '../wire/json/json-mapping.js';
import type { MarginRow } from './margin-table.js';

/**
 * `{"outcomes": [...]}`: PortfolioOutcome in the proto3 JSON mapping, model after model in the order of the command line;
 * `index` is the place of the portfolio in its file. What was asked for beside the margins stands beside them.
 */
export function marginsToJson(rows: readonly MarginRow[], beside: object = {}): string {
  const outcomes = rows.map(({ index, outcome }) =>
    messageToJsonValue('margincube.v1.PortfolioOutcome', {
      index,
      ...(outcome.ok ? reportPart(outcome.value) : errorPart(outcome.failure)),
    }),
  );
  return JSON.stringify({ outcomes, ...beside }, null, 2);
}

function reportPart(report: MarginReport): object {
  return { outcome: 'report', report: reportToMessage(report) };
}

function errorPart(failure: Failure): object {
  return { outcome: 'error', error: statusOfFailure(failure) };
}
