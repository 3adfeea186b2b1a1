import { aggregateRisk, type RiskAggregate, type RiskQuestion } from '../aggregation/aggregate-risk.js';
import type { RiskAggregate as AggregateMessage } from '../gen/margincube/v1/RiskAggregate.js';
import { AGGREGATES_MAX, UPDATES_PER_BATCH_MAX } from '../limits.js';
import { codec } from '../wire/schema.js';
import { onLoop } from './costed-work.js';
import { decodeRequest } from './decode-request.js';
import { unknownEpoch } from './errors.js';
import type { AnswerStream } from './paced-stream.js';
import { PacedStreams } from './paced-stream.js';
import { aggregateMessage, levelMessage, questionOf } from './risk-messages.js';
import type { ServerContext } from './server-context.js';
import type { VenueRisk } from './venue-risk.js';
import type { CallScope } from './with-call.js';
import type { WorkKind } from './work-costs.js';

/** RiskService.AggregateRisk. */
export function answerAggregateRisk(
  context: ServerContext,
  bytes: Buffer,
  scope: CallScope,
): Buffer | Promise<Buffer> {
  const { risk } = context;
  const question = questionOf(decodeRequest('margincube.v1.AggregateRiskRequest', bytes));
  return onLoop(context, scope, { kind: workOf(question, risk), byteLength: bytes.length }, () => {
    const source = risk.source();
    if (source === undefined) throw unknownEpoch(0, []);
    return codec('margincube.v1.AggregateRiskResponse').encode({
      epoch: String(source.epoch),
      aggregates: aggregateRisk(source, question).map(aggregateMessage),
    });
  });
}

function workOf(
  { level, includeBuckets, includeScenarios }: RiskQuestion,
  { accountCount }: VenueRisk,
): WorkKind {
  const terms = [level, includeBuckets, includeScenarios].join();
  return { method: 'AggregateRisk', terms, units: accountCount };
}

/** Shortest time between two messages where a reader names none: a sum over all accounts costs milliseconds of the event loop. */
const INTERVAL_DEFAULT_MS = 1_000;
/** Shortest that a reader may name. */
const INTERVAL_MIN_MS = 100;

/** Who follows the risk of accounts, summed up. */
export class RiskStreams {
  readonly #streams = new PacedStreams();

  constructor(private readonly risk: VenueRisk) {}

  /** Margins have changed. */
  onMargins(): void {
    this.#streams.poke();
  }

  /** RiskService.StreamRisk: every key first, then those that changed. */
  follow(call: AnswerStream): Promise<void> {
    const request = decodeRequest('margincube.v1.StreamRiskRequest', call.request);
    const question = { ...questionOf(request), limit: AGGREGATES_MAX };
    const { minimumIntervalMs } = request;
    const intervalMs =
      minimumIntervalMs === 0 ? INTERVAL_DEFAULT_MS : Math.max(INTERVAL_MIN_MS, minimumIntervalMs);
    const sent = new SentAggregates(question);
    return this.#streams.serve(call, intervalMs, () => this.#messages(sent, question));
  }

  endAll(): void {
    this.#streams.endAll();
  }

  *#messages(sent: SentAggregates, question: RiskQuestion): Generator<Buffer> {
    const source = this.risk.source();
    if (source === undefined) return;
    const changed = sent.changed(aggregateRisk(source, question));
    for (let first = 0; first < changed.length; first += UPDATES_PER_BATCH_MAX)
      yield codec('margincube.v1.StreamRiskResponse').encode({
        epoch: String(source.epoch),
        aggregates: changed.slice(first, first + UPDATES_PER_BATCH_MAX),
      });
  }
}

/** What one reader was sent last. */
class SentAggregates {
  #sent = new Map<string, string>();

  constructor(private readonly question: RiskQuestion) {}

  changed(aggregates: readonly RiskAggregate[]): AggregateMessage[] {
    const messages: AggregateMessage[] = [];
    const now = new Map<string, string>();
    for (const aggregate of aggregates) {
      const message = aggregateMessage(aggregate);
      const text = JSON.stringify(message);
      now.set(aggregate.key, text);
      if (this.#sent.get(aggregate.key) !== text) messages.push(message);
    }
    for (const key of this.#sent.keys())
      if (!now.has(key)) messages.push({ level: levelMessage(this.question.level), key, accountCount: 0 });
    this.#sent = now;
    return messages;
  }
}
