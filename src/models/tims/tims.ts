import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { ComponentShares, MarginModel, ModelInput, ModelResult, ResolvedPosition } from '../model.js';
import {
  cashBalance,
  openTradeEquity,
  optionPositionValue,
  positionConfidences,
  refusedCashAccount,
} from '../shared/cash-account.js';
import { groupPnl } from '../shared/group-pnl.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, component } from '../shared/result.js';
import { sectionVectors } from '../shared/sections.js';
import { sharesOf } from '../shared/shares.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { parseTimsParameters, type TimsParameters } from './parameters.js';
import { classRule, timsCube } from './valuation-points.js';

/**
 * TIMS, the scan of customer portfolio margin: ten valuation points per class, gains of other classes of a product group
 * and of other groups offset in part, a minimum per contract (margin-models.md 13). Only the point count is published, so
 * every component is approximate. One requirement: initial and maintenance margin are equal.
 */
export const tims: MarginModel<TimsParameters> = {
  id: 'tims',
  title: 'TIMS customer portfolio margin',
  version: '1.0.0',
  parseParameters: parseTimsParameters,
  parameterWarnings: () => [],
  cube: timsCube,
  margin,
};

type Input = ModelInput<TimsParameters>;

/** P&L of one underlying at every valuation point. */
interface ClassPnl {
  readonly underlying: number;
  readonly pnl: Float64Array;
}

/** Classes that offset each other, with what is left of them at every point. */
interface ProductGroup {
  readonly classes: readonly ClassPnl[];
  readonly offset: number;
  readonly pnl: Float64Array;
}

/** Product groups that offset each other: what has a requirement of its own. */
interface ClassGroup {
  readonly name: string;
  readonly groups: readonly ProductGroup[];
  readonly pnl: Float64Array;
  readonly worst: Worst;
  readonly minimum: number;
}

function margin(input: Input): Outcome<ModelResult> {
  const { cashAsset, minimumPerUnit } = input.parameters;
  const refused = refusedCashAccount(input, 'tims', cashAsset) ?? refusedUnderlying(input);
  if (refused !== undefined) return refused;
  const classGroups = arrange(input, minimumPerUnit);
  const vectors = sectionVectors(classGroups, input.scenarios);
  const loss = classGroups.reduce((sum, { worst }) => sum + Math.max(0, -worst.pnl), 0);
  const beyond = classGroups.reduce(
    (sum, { worst, minimum }) => sum + Math.max(0, minimum - Math.max(0, -worst.pnl)),
    0,
  );
  return success(
    buildResult(input, {
      currency: cashAsset,
      cash: cashBalance(input, cashAsset),
      markToMarket:
        openTradeEquity(input) +
        input.positions.reduce((sum, position) => sum + optionPositionValue(input, position), 0),
      components: [
        component('scenario_loss', loss, loss, 'APPROXIMATE', () => lossShares(input, classGroups, loss)),
        component('contract_minimum', beyond, beyond, 'APPROXIMATE', () =>
          minimumShares(input, classGroups, beyond),
        ),
      ],
      ...vectors,
      worst: worstOf(vectors.scenarioPnl),
      confidences: positionConfidences(input),
    }),
  );
}

function refusedUnderlying(input: Input): ReturnType<typeof failure> | undefined {
  const { table, columns } = input.market;
  for (const { instrument, requestIndex } of input.positions) {
    const name = table.underlyings[columns.underlying[instrument] ?? 0] ?? '';
    if (classRule(input.parameters, name) !== undefined) continue;
    return failure(
      'UNSUPPORTED',
      `positions[${String(requestIndex)}].instrument`,
      `Expected an underlying of parameters.classes for tims but received ${name}`,
    );
  }
  return undefined;
}

/** Classes into product groups, product groups into class groups. */
function arrange(input: Input, minimumPerUnit: number): ClassGroup[] {
  const { parameters, market } = input;
  const byClassGroup = new Map<string, Map<string, ClassPnl[]>>();
  for (const one of classPnls(input)) {
    const name = market.table.underlyings[one.underlying] ?? '';
    const groupName = classRule(parameters, name)?.productGroup;
    // Names of classes and groups may coincide; a class that stands alone must not join a group of its name.
    const group = groupName ?? `class ${name}`;
    const rule = groupName === undefined ? undefined : ownEntry(parameters.productGroups, groupName);
    const classGroup = rule?.classGroup ?? group;
    const groups = byClassGroup.get(classGroup) ?? new Map<string, ClassPnl[]>();
    byClassGroup.set(classGroup, groups);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  return [...byClassGroup].map(([name, byGroup]) => {
    const groups = [...byGroup].map(([group, classes]): ProductGroup => {
      const offset = ownEntry(parameters.productGroups, group)?.offset ?? 0;
      return { classes, offset, pnl: offsetGains(classes, offset) };
    });
    const pnl = offsetGains(groups, parameters.classGroupOffset);
    const units = groups.flatMap(({ classes }) => classes).reduce((sum, one) => sum + unitsOf(input, one), 0);
    return { name, groups, pnl, worst: worstOf(pnl), minimum: minimumPerUnit * units };
  });
}

function classPnls(input: Input): ClassPnl[] {
  const points = input.scenarios.labels.length;
  const byUnderlying = new Map<number, Float64Array>();
  for (const [row, { underlying }] of input.groups.entries()) {
    const pnl = byUnderlying.get(underlying) ?? new Float64Array(points);
    byUnderlying.set(underlying, pnl);
    for (let s = 0; s < points; s += 1) pnl[s] = (pnl[s] ?? NaN) + groupPnl(input, row, s);
  }
  return [...byUnderlying].map(([underlying, pnl]) => ({ underlying, pnl }));
}

/** At every point the losses, and of the gains a share; a member by itself keeps its own. */
function offsetGains(members: readonly { readonly pnl: Float64Array }[], offset: number): Float64Array {
  const [only] = members;
  if (only === undefined || members.length === 1) return only?.pnl ?? new Float64Array(0);
  return only.pnl.map((_, s) =>
    members.reduce(
      (sum, { pnl }) => sum + (pnl[s] ?? NaN) * keptShare(pnl[s] ?? NaN, members.length, offset),
      0,
    ),
  );
}

function keptShare(pnl: number, memberCount: number, offset: number): number {
  return memberCount > 1 && pnl > 0 ? offset : 1;
}

function unitsOf(input: Input, { underlying }: ClassPnl): number {
  const ofClass = input.positions.filter(
    ({ instrument }) => input.market.columns.underlying[instrument] === underlying,
  );
  return ofClass.reduce((sum, position) => sum + positionUnits(input, position), 0);
}

function positionUnits({ market: { columns } }: Input, { instrument, quantity }: ResolvedPosition): number {
  return columns.kind[instrument] === KIND.SPOT
    ? 0
    : Math.abs(quantity) * (columns.contractSize[instrument] ?? NaN);
}

/** Where the minimum binds: what each position adds to it, less what it adds to the loss that the minimum exceeds. */
function minimumShares(input: Input, classGroups: readonly ClassGroup[], beyond: number): ComponentShares {
  const bound = classGroups.filter(({ worst, minimum }) => minimum > Math.max(0, -worst.pnl));
  const underlyings = new Set(
    bound.flatMap(({ groups }) => groups.flatMap(({ classes }) => classes.map((one) => one.underlying))),
  );
  const { byPosition } = lossShares(input, bound, 1);
  return sharesOf(input, beyond, (position, at) => {
    if (!underlyings.has(input.market.columns.underlying[position.instrument] ?? 0)) return 0;
    return input.parameters.minimumPerUnit * positionUnits(input, position) - (byPosition[at] ?? NaN);
  });
}

/** What each position loses at the binding point of its class group, after the offsets of its class and group. */
function lossShares(input: Input, classGroups: readonly ClassGroup[], loss: number): ComponentShares {
  const factorOf = new Map<number, { readonly point: number; readonly factor: number }>();
  for (const { groups, worst } of classGroups) {
    if (worst.pnl >= 0) continue;
    const point = worst.index;
    for (const group of groups) {
      const ofGroup = keptShare(group.pnl[point] ?? NaN, groups.length, input.parameters.classGroupOffset);
      for (const { underlying, pnl } of group.classes) {
        const ofClass = keptShare(pnl[point] ?? NaN, group.classes.length, group.offset);
        factorOf.set(underlying, { point, factor: ofClass * ofGroup });
      }
    }
  }
  return sharesOf(input, loss, ({ instrument, quantity }) => {
    const at = factorOf.get(input.market.columns.underlying[instrument] ?? 0);
    return at === undefined ? 0 : -at.factor * quantity * input.unitPnl(instrument, at.point);
  });
}
