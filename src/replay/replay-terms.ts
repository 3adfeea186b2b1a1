import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import type { MarketDepth } from '../aggregation/market-impact.js';

/** An account of the venue that is replayed. */
export interface ReplayAccount {
  readonly accountId: string;
  /** Empty where it stands alone. */
  readonly groupId: string;
  /** Contracts of the path's instruments. */
  readonly positions: readonly { readonly instrument: string; readonly quantity: number }[];
  /** US dollars that it brings, positions paid. */
  readonly cashUsd: number;
  /**
   * Equity at the first minute as a multiple of the initial margin that the parameters ask for: who must hold more has brought more. At
   * least 1: what is missing is brought before the first minute.
   */
  readonly openingCover: number;
}

/** A model, from a minute on. */
export interface ScheduledModel {
  readonly fromMs: number;
  readonly model: ResolvedModel;
}

/** One set of parameters that a venue could have had. */
export interface ParameterSet {
  readonly name: string;
  /** In time; the first is in force from the beginning. */
  readonly schedule: readonly ScheduledModel[];
}

/** What clients do when they are called, and what the venue has. */
export interface VenueRules {
  /** Share of the clients who pay a call, in [0, 1]. */
  readonly payingShare: number;
  readonly paymentDelayMinutes: number;
  /** Minutes from one margin run to the next. */
  readonly stepMinutes: number;
  /** Share of what trades in a step that liquidations may take, in (0, 1]. */
  readonly participation: number;
  /** Minutes after which half of the impact is gone. */
  readonly impactHalfLifeMinutes: number;
  /** Share of a perpetual position that longs pay to shorts in a day, in [-0.1, 0.1]; negative: shorts pay longs. */
  readonly fundingPerDay: number;
  /** In the order in which they are drawn. US dollars, >= 0. */
  readonly firstLossUsd: number;
  readonly fundUsd: number;
  readonly secondLossUsd: number;
}

/** Reaction, speed and layers are design values; participation and half-life are those of market-and-risk.md 9. */
export const DEFAULT_VENUE_RULES: VenueRules = {
  payingShare: 0.6,
  paymentDelayMinutes: 60,
  stepMinutes: 1,
  participation: 0.1,
  impactHalfLifeMinutes: 30,
  fundingPerDay: 0,
  firstLossUsd: 100_000,
  fundUsd: 1_000_000,
  secondLossUsd: 100_000,
};

export type DepthOf = (underlying: string, spotUsd: number) => MarketDepth;

/** Failures name the rule. */
export function checkRules(rules: VenueRules): Outcome<undefined> {
  const wrong = (Object.keys(RANGES) as (keyof VenueRules)[]).find((name) => !RANGES[name].test(rules[name]));
  if (wrong === undefined) return success(undefined);
  const field = `rules.${wrong}`;
  return failure('INVALID_VALUE', field, expected(RANGES[wrong].wanted, field, rules[wrong]));
}

interface Range {
  readonly wanted: string;
  readonly test: (value: number) => boolean;
}

const SHARE: Range = { wanted: 'a share in [0, 1]', test: (value) => value >= 0 && value <= 1 };
const DOLLARS: Range = { wanted: 'dollars from 0 to 1e12', test: (value) => value >= 0 && value <= 1e12 };
const MINUTES: Range = {
  wanted: 'whole minutes from 1 to 10,000',
  test: (value) => Number.isInteger(value) && value >= 1 && value <= 10_000,
};

const RANGES: Readonly<Record<keyof VenueRules, Range>> = {
  payingShare: SHARE,
  paymentDelayMinutes: {
    ...MINUTES,
    wanted: 'whole minutes from 0 to 10,000',
    test: (value) => value === 0 || MINUTES.test(value),
  },
  stepMinutes: MINUTES,
  participation: { wanted: 'a share in (0, 1]', test: (value) => value > 0 && value <= 1 },
  impactHalfLifeMinutes: { wanted: 'minutes above 0', test: (value) => value > 0 && value < Infinity },
  fundingPerDay: { wanted: 'a share in [-0.1, 0.1]', test: (value) => Math.abs(value) <= 0.1 },
  firstLossUsd: DOLLARS,
  fundUsd: DOLLARS,
  secondLossUsd: DOLLARS,
};
