import { marketRows, planCubes, type CubeRows, type MarketRows } from '../../engine/repriced-market.js';
import { valueMarket } from '../../engine/valuation.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { InstrumentColumns, ScenarioColumns } from '../../kernel/layout.js';
import type { Market } from '../../market/snapshot/market.js';
import type { PureTail } from '../../models/model.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import { sharedFloat64, sharedUint32, sharedUint8 } from '../book-columns.js';

/**
 * What a model that is a pure tail says of a market, in shared memory: scenarios, terms of the contracts and their worth now. Worked
 * out once per run, so that no other thread draws scenarios or loads a model for it.
 */
export interface TailPlan extends MarketRows {
  readonly terms: Omit<PureTail, 'draws'>;
  /** 1 where the law draws the underlying, one entry per underlying of the market. */
  readonly isDrawn: Uint8Array;
  /** Row of the price moves, one entry per underlying of the market. */
  readonly spotRow: Uint32Array;
  readonly order: ScenarioOrder;
  /** Labels of the scenarios, a JSON list in UTF-8. */
  readonly labels: Uint8Array;
}

/**
 * Scenarios in the order of the moves of all prices together: a tail lies at one or both ends of them for most books. Whatever the
 * order, the numbers are the same.
 */
export interface ScenarioOrder {
  /** Place of each scenario, and the scenario of each place. */
  readonly placeOf: Uint32Array;
  readonly scenarioAt: Uint32Array;
  /** Price factors by place, in the layout of the scenario columns. */
  readonly spotFactor: Float64Array;
}

/** Draws the scenarios; takes a tenth of a second for ten thousand of them. */
export function planTail(kernels: Kernels, market: Market, model: ResolvedModel, tail: PureTail): TailPlan {
  const { first } = planCubes(model, market, 0);
  const { rows, unitValue, usable } = marketRows(kernels, market, valueMarket(kernels, market), first);
  const { component, confidence, scenarioCount, maintenanceShare } = tail;
  const { underlyings } = market.table;
  return {
    terms: { component, confidence, scenarioCount, maintenanceShare },
    rows: shareRows(rows),
    unitValue: shareDoubles(unitValue),
    usable: shareBytes(usable),
    isDrawn: shareBytes(Uint8Array.from(underlyings, (name) => (tail.draws(name) ? 1 : 0))),
    spotRow: shareIntegers(Uint32Array.from(underlyings, (_, at) => first.factorRow(at))),
    order: orderByMove(rows.scenarios),
    labels: shareBytes(Buffer.from(JSON.stringify(first.scenarios.labels.map(({ label }) => label)))),
  };
}

function orderByMove({ count, stride, spotRows, spotFactor }: ScenarioColumns): ScenarioOrder {
  const moves = new Float64Array(count);
  for (let row = 0; row < spotRows; row += 1)
    for (let s = 0; s < count; s += 1) moves[s] = (moves[s] ?? NaN) + (spotFactor[row * stride + s] ?? NaN);
  const scenarioAt = shareIntegers(
    Uint32Array.from(moves.keys()).sort((a, b) => (moves[a] ?? 0) - (moves[b] ?? 0) || a - b),
  );
  const placeOf = sharedUint32(count);
  const byPlace = sharedFloat64(spotRows * stride);
  scenarioAt.forEach((scenario, place) => {
    placeOf[scenario] = place;
    for (let row = 0; row < spotRows; row += 1)
      byPlace[row * stride + place] = spotFactor[row * stride + scenario] ?? NaN;
  });
  return { placeOf, scenarioAt, spotFactor: byPlace };
}

function shareRows({ columns, scenarios, decay }: CubeRows): CubeRows {
  return {
    columns: shareInstruments(columns),
    scenarios: shareScenarios(scenarios),
    ...(decay === undefined ? {} : { decay: shareDoubles(decay) }),
  };
}

function shareInstruments(columns: InstrumentColumns): InstrumentColumns {
  return {
    count: columns.count,
    payoff: shareBytes(columns.payoff),
    forward: shareDoubles(columns.forward),
    fixedForward: shareDoubles(columns.fixedForward),
    strike: shareDoubles(columns.strike),
    volatility: shareDoubles(columns.volatility),
    timeToExpiryYears: shareDoubles(columns.timeToExpiryYears),
    scale: shareDoubles(columns.scale),
    spotRow: shareIntegers(columns.spotRow),
    volRow: shareIntegers(columns.volRow),
    termFactor: shareDoubles(columns.termFactor),
    skewFactor: shareDoubles(columns.skewFactor),
    smileFactor: shareDoubles(columns.smileFactor),
  };
}

function shareScenarios(columns: ScenarioColumns): ScenarioColumns {
  const { count, stride, spotRows, volRows } = columns;
  return {
    count,
    stride,
    spotRows,
    volRows,
    spotFactor: shareDoubles(columns.spotFactor),
    volShock: shareDoubles(columns.volShock),
    skewShock: shareDoubles(columns.skewShock),
    smileShock: shareDoubles(columns.smileShock),
    volFloor: shareDoubles(columns.volFloor),
  };
}

function shareDoubles(values: Float64Array): Float64Array {
  const shared = sharedFloat64(values.length);
  shared.set(values);
  return shared;
}

function shareIntegers(values: Uint32Array): Uint32Array {
  const shared = sharedUint32(values.length);
  shared.set(values);
  return shared;
}

function shareBytes(values: Uint8Array): Uint8Array {
  const shared = sharedUint8(values.length);
  shared.set(values);
  return shared;
}
