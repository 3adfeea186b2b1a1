import type { UnderlyingGreeks } from '../domain/report.js';
import { GREEK, GREEK_COUNT } from '../engine/unit-risk.js';
import { tailWeights, type TailWeights } from '../measures/tail-weights.js';
import type { ScenarioLabel } from '../scenarios/scenario-set.js';
import type { AggregationLevel } from './account-tree.js';
import type { AccountDeltas } from './account-deltas.js';
import { Crowding, sizeConcentration, type SizeConcentration } from './concentration.js';
import { contracts, RiskNode, type NodeRisk } from './risk-node.js';
import type { BucketTerms, RiskRows } from './risk-rows.js';
import type { RiskTree } from './risk-tree.js';

/** The margin of one account, US dollars, and its step of the ladder. */
export interface AccountStanding {
  readonly equityUsd: number;
  readonly initialMarginUsd: number;
  readonly maintenanceMarginUsd: number;
  readonly health: string;
}

/** What sums are made of: who holds what, what it is worth, how the accounts stand. */
export interface RiskSource {
  readonly tree: RiskTree;
  readonly rows: RiskRows;
  readonly deltas: AccountDeltas;
  /** Undefined for an account that has no margin. */
  readonly standingOf: (accountId: string) => AccountStanding | undefined;
}

export interface RiskQuestion {
  readonly level: AggregationLevel;
  /** Names at the level; empty is all. */
  readonly keys: ReadonlySet<string>;
  /** Positions in others are left out, and accounts that hold nothing in these; empty is all. */
  readonly underlyings: ReadonlySet<string>;
  /** Steps of the ladder; empty is all. */
  readonly health: ReadonlySet<string>;
  readonly includeBuckets: boolean;
  readonly includeScenarios: boolean;
  /** At most this many, the largest initial margin first. */
  readonly limit: number;
}

/** Sums over the accounts of one name. US dollars. */
export interface RiskAggregate {
  readonly level: AggregationLevel;
  readonly key: string;
  readonly accountCount: number;
  /** Accounts without a margin: they count in positions and in nothing that is made of margins. */
  readonly unmarginedCount: number;
  readonly equityUsd: number;
  readonly initialMarginUsd: number;
  readonly maintenanceMarginUsd: number;
  /** Sum over accounts of max(0, maintenance margin - equity). */
  readonly shortfallUsd: number;
  readonly greeks: readonly UnderlyingGreeks[];
  readonly buckets: readonly RiskBucket[];
  readonly scenarios: readonly (ScenarioLabel & { readonly pnlUsd: number })[];
  readonly concentration: SizeConcentration & { readonly crowding: number };
  /** Part of the venue's expected shortfall; the parts of a level add up to it. Absent without scenarios. */
  readonly componentExpectedShortfallUsd?: number;
  readonly healthCounts: ReadonlyMap<string, number>;
  /** Held, and not priced by the market: part of no sum. */
  readonly unpricedInstruments: readonly string[];
}

export interface RiskBucket {
  readonly terms: BucketTerms;
  readonly greeks: UnderlyingGreeks;
  readonly grossNotionalUsd: number;
}

/** Confidence of the expected shortfall that is divided (market-and-risk.md 11). */
export const SHORTFALL_CONFIDENCE = 0.975;

/** Sums at one level, the largest initial margin first; equal ones by name. */
export function aggregateRisk(source: RiskSource, question: RiskQuestion): RiskAggregate[] {
  const { tree } = source;
  const { level, keys, limit } = question;
  const found = [...tree.members(level)]
    .filter(([key]) => keys.size === 0 || keys.has(key))
    .map(([key, all]) => ({ key, ...selected(source, question, all) }))
    .filter(({ accounts }) => accounts.length > 0);
  found.sort(
    (a, b) =>
      b.sums.initialMarginUsd - a.sums.initialMarginUsd || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
  );
  const tail = venueTail(source);
  return found.slice(0, limit).map(({ key, accounts, sums }) => {
    const node = nodeOf(source, question, key, accounts);
    const risk = node.risk(source.rows);
    return {
      level,
      key,
      accountCount: accounts.length,
      ...sums,
      greeks: greeksOf(risk),
      buckets: question.includeBuckets ? bucketsOf(risk) : [],
      scenarios: question.includeScenarios ? scenariosOf(risk) : [],
      concentration: {
        ...sizeConcentration(accounts.map((one) => source.standingOf(one)?.initialMarginUsd ?? 0)),
        crowding: crowdingOf(source, question, accounts, node),
      },
      ...(tail === undefined ? {} : { componentExpectedShortfallUsd: shareOfTail(tail, risk) }),
      unpricedInstruments: [...node.held.keys()].filter((name) => !source.rows.rowOf.has(name)).sort(),
    };
  });
}

interface MarginSums {
  unmarginedCount: number;
  equityUsd: number;
  initialMarginUsd: number;
  maintenanceMarginUsd: number;
  shortfallUsd: number;
  readonly healthCounts: Map<string, number>;
}

/** The accounts that the question asks for, and their margins added up. */
function selected(
  source: RiskSource,
  { health, underlyings }: RiskQuestion,
  all: readonly string[],
): { readonly accounts: readonly string[]; readonly sums: MarginSums } {
  const sums: MarginSums = {
    unmarginedCount: 0,
    equityUsd: 0,
    initialMarginUsd: 0,
    maintenanceMarginUsd: 0,
    shortfallUsd: 0,
    healthCounts: new Map(),
  };
  const accounts = all.filter((accountId) => {
    const standing = source.standingOf(accountId);
    if (health.size > 0 && (standing === undefined || !health.has(standing.health))) return false;
    if (underlyings.size > 0 && !holdsAny(source, accountId, underlyings)) return false;
    if (standing === undefined) {
      sums.unmarginedCount += 1;
      return true;
    }
    const { equityUsd, initialMarginUsd, maintenanceMarginUsd } = standing;
    sums.equityUsd += equityUsd;
    sums.initialMarginUsd += initialMarginUsd;
    sums.maintenanceMarginUsd += maintenanceMarginUsd;
    sums.shortfallUsd += Math.max(0, maintenanceMarginUsd - equityUsd);
    sums.healthCounts.set(standing.health, (sums.healthCounts.get(standing.health) ?? 0) + 1);
    return true;
  });
  return { accounts, sums };
}

function holdsAny({ tree, rows }: RiskSource, accountId: string, underlyings: ReadonlySet<string>): boolean {
  for (const instrument of tree.positionsOf(accountId).keys())
    if (isOn(rows, instrument, underlyings)) return true;
  return false;
}

function isOn(
  { rowOf, underlying, underlyings: names }: RiskRows,
  instrument: string,
  underlyings: ReadonlySet<string>,
): boolean {
  const row = rowOf.get(instrument);
  return row !== undefined && underlyings.has(names[underlying[row] ?? -1] ?? '');
}

/** The tree's own node, or one of the selected accounts and positions only. */
function nodeOf(
  { tree, rows }: RiskSource,
  { level, underlyings, health }: RiskQuestion,
  key: string,
  accounts: readonly string[],
): RiskNode {
  const whole = tree.node(level, key);
  if (whole !== undefined && underlyings.size === 0 && health.size === 0) return whole;
  const part = new RiskNode();
  for (const accountId of accounts)
    for (const [instrument, units] of tree.positionsOf(accountId))
      if (underlyings.size === 0 || isOn(rows, instrument, underlyings)) part.change(instrument, 0n, units);
  return part;
}

/** Underlyings in which anything is held. */
function greeksOf(risk: NodeRisk): UnderlyingGreeks[] {
  return risk.rows.underlyings
    .map((underlying, at) => namedGreeks(underlying, (greek) => risk.greek(at, greek)))
    .filter(isAnything);
}

function bucketsOf(risk: NodeRisk): RiskBucket[] {
  return risk.rows.buckets.flatMap((terms, at) => {
    const grossNotionalUsd = risk.bucketNotionalUsd(at);
    const greeks = namedGreeks(terms.underlying, (greek) => risk.bucketGreek(at, greek));
    return grossNotionalUsd > 0 || isAnything(greeks) ? [{ terms, greeks, grossNotionalUsd }] : [];
  });
}

function namedGreeks(underlying: string, of: (greek: number) => number): UnderlyingGreeks {
  return {
    underlying,
    deltaCoins: of(GREEK.delta),
    gammaCoinsPerUsd: of(GREEK.gamma),
    vegaUsdPerPoint: of(GREEK.vega),
    thetaUsdPerDay: of(GREEK.theta),
  };
}

function isAnything({
  deltaCoins,
  gammaCoinsPerUsd,
  vegaUsdPerPoint,
  thetaUsdPerDay,
}: UnderlyingGreeks): boolean {
  return deltaCoins !== 0 || gammaCoinsPerUsd !== 0 || vegaUsdPerPoint !== 0 || thetaUsdPerDay !== 0;
}

function scenariosOf(risk: NodeRisk): (ScenarioLabel & { readonly pnlUsd: number })[] {
  const pnl = risk.scenarioPnlUsd();
  return risk.rows.labels.map((label, s) => ({ ...label, pnlUsd: pnl[s] ?? NaN }));
}

/** The scenarios that the venue's expected shortfall is a mean of. */
function venueTail({ tree, rows }: RiskSource): TailWeights | undefined {
  const venue = tree.node('VENUE', '');
  if (venue === undefined || rows.labels.length === 0) return undefined;
  const losses = venue
    .risk(rows)
    .scenarioPnlUsd()
    .map((pnl) => -pnl);
  const tail = tailWeights(losses, SHORTFALL_CONFIDENCE);
  return tail.ok ? tail.value : undefined;
}

function shareOfTail({ scenario, weight }: TailWeights, risk: NodeRisk): number {
  const { scenariosAt } = risk.layout;
  let share = 0;
  scenario.forEach((s, k) => (share -= (weight[k] ?? NaN) * risk.at(scenariosAt + s)));
  return share;
}

/** Delta on the crowded side as a share of the delta of what is open; 0 where nothing is, 1 where nobody is hedged. */
function crowdingOf(
  { rows, deltas }: RiskSource,
  { underlyings }: RiskQuestion,
  accounts: readonly string[],
  node: RiskNode,
): number {
  const sides = rows.underlyings.map(() => new Crowding());
  const own = new Float64Array(sides.length);
  for (const accountId of accounts) {
    own.fill(0);
    deltas.addTo(own, accountId, rows);
    own.forEach((delta, at) => sides[at]?.addAccount(delta));
  }
  const isAsked = (at: number): boolean =>
    underlyings.size === 0 || underlyings.has(rows.underlyings[at] ?? '');
  const crowded = sides.reduce((sum, side, at) => sum + (isAsked(at) ? side.crowdedSide : 0), 0);
  let open = 0;
  for (const [instrument, { long, short }] of node.held) {
    const row = rows.rowOf.get(instrument);
    if (row === undefined) continue;
    const delta = Math.abs(rows.greeks[row * GREEK_COUNT + GREEK.delta] ?? NaN);
    open += delta * contracts(long > short ? long : short);
  }
  return open > 0 ? Math.min(1, crowded / open) : 0;
}
