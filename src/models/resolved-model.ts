import { createHash } from 'node:crypto';
import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import type { Market } from '../market/snapshot/market.js';
import type { BookRecord, BookToLayOut, ColumnEpoch, ColumnInput, ColumnMargins } from './column-margins.js';
import type { CubeSpec, MarginModel, ModelInput, ModelResult, PureTail } from './model.js';
import type { TradeSums, TradedMargins } from './traded-margins.js';

/** How a caller names a model. */
export interface ModelReference {
  /** `derive-pm2` or `derive-pm2@btc-2026-08-20`. */
  readonly name: string;
  /** Parameters that replace those of the named set, a partial tree of the same shape. */
  readonly overrides?: unknown;
}

/** A model with its parameters bound. */
export interface ResolvedModel {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** e.g. `btc-2026-08-20`, or `btc-2026-08-20+overrides`. */
  readonly parameterSet: string;
  /** SHA-256 of model id, version and the canonical JSON of the parameters, hex. */
  readonly parameterHash: string;
  /** The parameters as JSON. */
  readonly parameters: unknown;
  readonly warnings: readonly string[];
  /** Whether open orders are part of the initial margin. */
  readonly countsOrders: boolean;
  /** Draws of each holding period; 0 for a grid. */
  readonly drawCount: number;
  cube(market: Market): CubeSpec;
  furtherCubes(market: Market): readonly CubeSpec[];
  margin(input: Omit<ModelInput<unknown>, 'parameters'>): Outcome<ModelResult>;
  /** Margins of one book after trades; undefined where the model has no form of its own for them. */
  tradedMargins(
    input: Omit<ModelInput<unknown>, 'parameters'>,
    before: ModelResult,
    sums: TradeSums,
  ): TradedMargins | undefined;
  /** Margins of many books in columns, where the model has them. */
  readonly columns?: ResolvedColumns;
  /** Of a model that is a pure tail. */
  readonly pureTail?: PureTail;
}

/** `ColumnMargins` with the parameters bound. */
export interface ResolvedColumns {
  layOut(market: Market, book: BookToLayOut): BookRecord | undefined;
  begin(input: Omit<ColumnInput<unknown>, 'parameters'>): ColumnEpoch;
}

/** Binds validated parameters to a model; `parameters` is the JSON they were parsed from. */
export function bindModel<P>(
  model: MarginModel<P>,
  parameterSet: string,
  parameters: unknown,
): Outcome<ResolvedModel> {
  const parsed = model.parseParameters(parameters);
  if (!parsed.ok) return parsed;
  const bound = parsed.value;
  return success({
    id: model.id,
    title: model.title,
    version: model.version,
    parameterSet,
    parameterHash: hashParameters(model.id, model.version, bound),
    parameters: bound,
    warnings: model.parameterWarnings(bound),
    countsOrders: model.countsOrders?.(bound) ?? false,
    drawCount: model.drawCount?.(bound) ?? 0,
    cube: (market) => model.cube(bound, market),
    ...(model.pureTail === undefined ? {} : { pureTail: model.pureTail(bound) }),
    furtherCubes: (market) => model.furtherCubes?.(bound, market) ?? [],
    margin: (input) => model.margin(withParameters(input, bound)),
    tradedMargins: (input, before, sums) => model.tradedMargins?.(withParameters(input, bound), before, sums),
    ...(model.columns === undefined ? {} : { columns: bindColumns(model.columns, bound) }),
  });
}

function bindColumns<P>(columns: ColumnMargins<P>, parameters: P): ResolvedColumns {
  return {
    layOut: (market, book) => columns.layOut(parameters, market, book),
    begin: (input) => columns.begin({ ...input, parameters }),
  };
}

/** Field by field: a spread of an input costs as much as a small book. */
function withParameters<P>(input: Omit<ModelInput<unknown>, 'parameters'>, parameters: P): ModelInput<P> {
  return {
    parameters,
    market: input.market,
    scenarios: input.scenarios,
    accountId: input.accountId,
    positions: input.positions,
    groups: input.groups,
    groupPnl: input.groupPnl,
    further: input.further,
    unitValue: input.unitValue,
    unitDelta: input.unitDelta,
    unitPnl: (instrument, scenario) => input.unitPnl(instrument, scenario),
    balances: input.balances,
    orders: input.orders,
    mmpGroups: input.mmpGroups,
  };
}

function hashParameters(id: string, version: string, parameters: unknown): string {
  return createHash('sha256')
    .update(`${id}\n${version}\n${canonicalJson(parameters)}`)
    .digest('hex');
}

/** JSON with sorted keys and no white space: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
