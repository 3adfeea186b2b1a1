/** What `margincube margin` adds beside the margins: margins along trades, and surfaces of the maintenance excess. */
import type { Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { Leg, PathMargin } from '../domain/simulation.js';
import type { LiquidationSurface, SurfaceShocks } from '../engine/liquidation-surface.js';
import type { BreakingMove } from '../engine/reverse-stress.js';
import type { DrawnLaw } from '../models/drawn/law.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import { statusOfFailure } from '../wire/convert/status.js';
import { legsFromJson, simulationToJson } from '../wire/documents.js';
import { messageToJsonValue } from '../wire/json/json-mapping.js';
import { InputError } from './exit.js';
import { readJson } from './files.js';
import type { MarginRow } from './margin-table.js';
import type { BookEntry } from './portfolio-file.js';

/** What one model says about one portfolio of the file. */
export interface WhatIf<Result> extends Omit<MarginRow, 'outcome'> {
  readonly outcome: Outcome<Result>;
}

export interface WhatIfRequest {
  readonly engine: MarginEngine;
  readonly models: readonly ResolvedModel[];
  readonly market: Market;
  readonly book: readonly BookEntry[];
  /** Margins of the book, by every model. */
  readonly rows: readonly MarginRow[];
  readonly allowApproximations: boolean;
}

/** Trades of a file, `{"legs": [...]}` in the JSON of SimulateMarginRequest. */
export function readLegs(file: string): readonly Leg[] {
  const legs = legsFromJson(readJson(file, 'trades as {"legs": [...]}'));
  if (legs.ok) return legs.value;
  throw new InputError(`${file}: ${legs.failure.message}`);
}

export function simulatePaths(request: WhatIfRequest, legs: readonly Leg[]): WhatIf<PathMargin>[] {
  const { engine, market, allowApproximations } = request;
  const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations };
  return eachBook(request, (model, portfolio) => engine.path({ model, market, portfolio, legs, options }));
}

export function mapSurfaces(
  request: WhatIfRequest,
  shocks: SurfaceShocks,
): WhatIf<readonly LiquidationSurface[]>[] {
  const { engine, market, allowApproximations } = request;
  return eachBook(request, (model, portfolio) =>
    engine.liquidationSurfaces({ model, market, portfolio, shocks, allowApproximations }),
  );
}

/** The least unlikely move that costs each portfolio an amount. */
export function breakBooks(
  request: WhatIfRequest,
  law: DrawnLaw,
  lossUsd: number,
): WhatIf<BreakingMove | undefined>[] {
  const { engine, market, models } = request;
  // The move does not depend on the model of a margin: once per portfolio.
  return eachBook({ ...request, models: models.slice(0, 1) }, (model, portfolio) =>
    engine.breakingMove({ model, market, portfolio, law, lossUsd }),
  );
}

/** Of portfolios that have a margin; the others have failed already. */
function eachBook<Result>(
  { models, book, rows }: WhatIfRequest,
  ask: (model: ResolvedModel, portfolio: Portfolio) => Outcome<Result>,
): WhatIf<Result>[] {
  return rows.flatMap(({ index, accountId, model: name, outcome: margin }) => {
    const model = models.find(({ id, parameterSet }) => `${id}@${parameterSet}` === name);
    const entry = book[index];
    if (!margin.ok || model === undefined || entry?.portfolio.ok !== true) return [];
    return [{ index, accountId, model: name, outcome: ask(model, entry.portfolio.value) }];
  });
}

/** `{index, model, simulation}` with the JSON of SimulateMarginResponse, or `error`. */
export function simulationsToJson(paths: readonly WhatIf<PathMargin>[]): unknown[] {
  return paths.map((one) => ({
    ...place(one),
    ...(one.outcome.ok ? { simulation: simulationToJson(one.outcome.value) } : errorOf(one.outcome)),
  }));
}

/** `{index, model, surfaces}`, or `error`. */
export function surfacesToJson(surfaces: readonly WhatIf<readonly LiquidationSurface[]>[]): unknown[] {
  return surfaces.map((one) => ({
    ...place(one),
    ...(one.outcome.ok ? { surfaces: one.outcome.value } : errorOf(one.outcome)),
  }));
}

/** `{index, move}` with null where nothing within reach loses as much, or `error`. */
export function breakingMovesToJson(moves: readonly WhatIf<BreakingMove | undefined>[]): unknown[] {
  return moves.map((one) => ({
    index: one.index,
    ...(one.outcome.ok ? { move: one.outcome.value ?? null } : errorOf(one.outcome)),
  }));
}

function place({ index, model }: WhatIf<unknown>): object {
  return { index, model };
}

function errorOf({ failure }: Outcome<unknown> & { ok: false }): object {
  return { error: messageToJsonValue('google.rpc.Status', statusOfFailure(failure)) };
}
