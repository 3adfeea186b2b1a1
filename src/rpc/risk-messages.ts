import type { AggregationLevel } from '../aggregation/account-tree.js';
import { AGGREGATION_LEVELS } from '../aggregation/account-tree.js';
import type { RiskAggregate, RiskBucket, RiskQuestion } from '../aggregation/aggregate-risk.js';
import { MONEYNESS_EDGES } from '../aggregation/risk-rows.js';
import { expected } from '../domain/outcome.js';
import type { AggregationLevel as LevelMessage } from '../gen/margincube/v1/AggregationLevel.js';
import type { RiskAggregate as AggregateMessage } from '../gen/margincube/v1/RiskAggregate.js';
import type { RiskBucket as BucketMessage } from '../gen/margincube/v1/RiskBucket.js';
import type { RiskFilter__Output } from '../gen/margincube/v1/RiskFilter.js';
import { AGGREGATES_MAX } from '../limits.js';
import { MARGIN_HEALTHS } from '../live/state/ladder.js';
import { timestampOf } from '../wire/convert/fields.js';
import { malformed } from './errors.js';

/** Aggregates of an answer where the request names no number. */
export const AGGREGATES_DEFAULT = 100;

/** Reads the parts that a question has in both methods; throws the error of the RPC. */
export function questionOf(request: {
  readonly level?: string | number;
  readonly filter?: RiskFilter__Output | null;
  readonly includeBuckets?: boolean;
  readonly includeScenarios?: boolean;
  readonly limit?: number;
}): RiskQuestion {
  const { filter, includeBuckets = false, includeScenarios = false, limit = 0 } = request;
  if (limit > AGGREGATES_MAX)
    throw malformed('limit', expected(`at most ${String(AGGREGATES_MAX)}`, 'limit', limit));
  return {
    level: levelOf(request.level),
    keys: new Set(filter?.keys),
    underlyings: new Set(filter?.underlyings),
    health: new Set((filter?.health ?? []).map(healthOf)),
    includeBuckets,
    includeScenarios,
    limit: limit === 0 ? AGGREGATES_DEFAULT : limit,
  };
}

const LEVEL_PREFIX = 'AGGREGATION_LEVEL_';
const HEALTH_PREFIX = 'MARGIN_HEALTH_';

function levelOf(level: string | number | undefined): AggregationLevel {
  const found = AGGREGATION_LEVELS.find((one) => `${LEVEL_PREFIX}${one}` === level);
  if (found !== undefined) return found;
  throw malformed('level', expected(`one of ${AGGREGATION_LEVELS.join(', ')}`, 'level', level));
}

function healthOf(health: string | number, at: number): string {
  const found = MARGIN_HEALTHS.find((one) => `${HEALTH_PREFIX}${one}` === health);
  if (found !== undefined) return found;
  const field = `filter.health[${String(at)}]`;
  throw malformed(field, expected(`one of ${MARGIN_HEALTHS.join(', ')}`, field, health));
}

export function levelMessage(level: AggregationLevel): LevelMessage {
  return `${LEVEL_PREFIX}${level}`;
}

export function aggregateMessage(aggregate: RiskAggregate): AggregateMessage {
  const { level, greeks, buckets, scenarios, concentration, healthCounts } = aggregate;
  const { componentExpectedShortfallUsd } = aggregate;
  return {
    level: levelMessage(level),
    key: aggregate.key,
    accountCount: aggregate.accountCount,
    equityUsd: aggregate.equityUsd,
    initialMarginUsd: aggregate.initialMarginUsd,
    maintenanceMarginUsd: aggregate.maintenanceMarginUsd,
    shortfallUsd: aggregate.shortfallUsd,
    greeks: greeks.map((one) => ({ ...one })),
    buckets: buckets.map(bucketMessage),
    scenarios: scenarios.map(({ pnlUsd, ...label }) => ({ ...label, pnl: pnlUsd })),
    concentration: {
      herfindahl: concentration.herfindahl,
      top_1Share: concentration.top1Share,
      top_10Share: concentration.top10Share,
      crowding: concentration.crowding,
    },
    ...(componentExpectedShortfallUsd === undefined ? {} : { componentExpectedShortfallUsd }),
    healthCounts: MARGIN_HEALTHS.flatMap((health) => {
      const accountCount = healthCounts.get(health);
      return accountCount === undefined
        ? []
        : [{ health: `${HEALTH_PREFIX}${health}` as const, accountCount }];
    }),
    unpricedInstruments: [...aggregate.unpricedInstruments],
    unmarginedAccountCount: aggregate.unmarginedCount,
  };
}

/** The latest that a Timestamp holds. */
const LAST_TIME_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

function bucketMessage({ terms, greeks, grossNotionalUsd }: RiskBucket): BucketMessage {
  const { underlying, expiryBeforeMs, moneyness } = terms;
  const from = moneyness === undefined ? undefined : MONEYNESS_EDGES[moneyness - 1];
  const to = moneyness === undefined ? undefined : MONEYNESS_EDGES[moneyness];
  return {
    underlying,
    ...(expiryBeforeMs === undefined
      ? {}
      : { expiryBefore: timestampOf(Math.min(expiryBeforeMs, LAST_TIME_MS)) }),
    ...(from === undefined ? {} : { logMoneynessFrom: from }),
    ...(to === undefined ? {} : { logMoneynessTo: to }),
    greeks: { ...greeks },
    grossNotionalUsd,
  };
}
