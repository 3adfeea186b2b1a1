/** The contract's documents as JSON values (proto3 JSON mapping) to domain objects and back: what files and libraries hold. */
import type { Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { Leg, PathMargin } from '../domain/simulation.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { snapshotFromMessage, snapshotToMessage } from './convert/market.js';
import { portfolioFromMessage, portfolioToMessage } from './convert/portfolio.js';
import { reportToMessage } from './convert/report.js';
import { legsFromMessages, simulationToMessage } from './convert/simulation.js';
import { messageFromJsonValue, messageToJsonValue } from './json/json-mapping.js';

/** Leaves out what the wire leaves out. */
const COMPACT = { omitDefaults: true };

export function snapshotFromJson(json: unknown): Outcome<MarketSnapshot> {
  const message = messageFromJsonValue('margincube.v1.MarketSnapshot', json);
  return message.ok ? snapshotFromMessage(message.value) : message;
}

export function snapshotToJson(snapshot: MarketSnapshot): unknown {
  return messageToJsonValue('margincube.v1.MarketSnapshot', snapshotToMessage(snapshot), COMPACT);
}

export function portfolioFromJson(json: unknown): Outcome<Portfolio> {
  const message = messageFromJsonValue('margincube.v1.Portfolio', json);
  return message.ok ? portfolioFromMessage(message.value) : message;
}

export function portfolioToJson(portfolio: Portfolio): unknown {
  return messageToJsonValue('margincube.v1.Portfolio', portfolioToMessage(portfolio), COMPACT);
}

/** Every field, zeros too: a reader of reports looks for numbers. */
export function reportToJson(report: MarginReport): unknown {
  return messageToJsonValue('margincube.v1.MarginReport', reportToMessage(report));
}

/** `{"legs": [...]}`: the trades of a SimulateMarginRequest. */
export function legsFromJson(json: unknown): Outcome<readonly Leg[]> {
  const message = messageFromJsonValue('margincube.v1.SimulateMarginRequest', json);
  return message.ok ? legsFromMessages(message.value.legs ?? []) : message;
}

/** The JSON of a SimulateMarginResponse, components included. */
export function simulationToJson(path: PathMargin): unknown {
  return messageToJsonValue('margincube.v1.SimulateMarginResponse', simulationToMessage(path, true));
}
