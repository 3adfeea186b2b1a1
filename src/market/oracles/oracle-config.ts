/** What an oracle is made of: its sources, its rule and its parameters, checked once. */
import type { KeyObject } from 'node:crypto';
import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import { NAME_LENGTH_MAX, ORACLE_SOURCES_MAX } from '../../limits.js';
import { readPublicKey } from './quote-signature.js';
import { STABLE_PRICE_DEFAULTS } from './stable-price.js';

export interface OracleSource {
  /** Unique in its oracle; ties are broken by it. */
  readonly name: string;
  /** > 0, 1 by default; capped at a quarter of all live sources. */
  readonly weight?: number;
  /** Ed25519, 64 hexadecimal digits. With a key every quote must be signed; no two sources share one. */
  readonly publicKey?: string;
  /** The source publishes whole units of 10^exponent, -18 to 18. */
  readonly exponent?: number;
}

/**
 * `WEIGHTED_PERCENTILE`: median of three votes per source. `CAPPED_INDEX`: a venue's index, which may go on below the minimum of
 * publishers and is flagged then. `WEIGHTED_MEDIAN`: lower weighted median, for marks.
 */
export const ORACLE_RULES = ['WEIGHTED_PERCENTILE', 'CAPPED_INDEX', 'WEIGHTED_MEDIAN'] as const;
export type OracleRule = (typeof ORACLE_RULES)[number];

export interface PriceOracleConfig {
  /** Part of every signed message. */
  readonly name: string;
  readonly kind: 'SPOT' | 'PERPETUAL';
  readonly rule?: OracleRule;
  readonly sources: readonly OracleSource[];
  readonly parameters?: Partial<OracleParameters>;
}

export interface OracleParameters {
  /** Age at which a quote no longer votes. */
  readonly quoteAgeSecondsMax: number;
  /** Stamps farther ahead of the clock are refused. */
  readonly aheadSecondsMax: number;
  readonly minPublishers: number;
  /** Widens a confidence with age. */
  readonly annualVolatility: number;
  /** Least confidence, share of the price. */
  readonly confidenceFloor: number;
  readonly indexCap: number;
  readonly logJumpPerSecondMax: number;
  readonly confirmationMax: number;
  /** Half-life of the slow average that `TooVolatile` compares with. */
  readonly averageHalfLifeSeconds: number;
  readonly averageGapSecondsMax: number;
  /** The slow average takes a price at most this often, so that a busy source weighs no more. */
  readonly averageStepSeconds: number;
  /** Time constant of the breaker's average. */
  readonly breakerTauSeconds: number;
  readonly cautiousDeviation: number;
  readonly haltDeviation: number;
  readonly staleForTradingSeconds: number;
  readonly staleForMarginSeconds: number;
  readonly confidenceMax: number;
  readonly volatileRatioMax: number;
  /** See `StablePriceParameters`. */
  readonly stableDelayGrowthMax: number;
  readonly stableGrowthPerSecondMax: number;
}

/** market-and-risk.md 1.2 and section 11, in the order of its steps; docs/oracles.md names the source of each. */
const SHARED_DEFAULTS: Omit<OracleParameters, 'quoteAgeSecondsMax'> = {
  aheadSecondsMax: 1,
  minPublishers: 4,
  annualVolatility: 0.6,
  confidenceFloor: 0.00005,
  indexCap: 0.005,
  logJumpPerSecondMax: 0.1,
  confirmationMax: 0.005,
  averageHalfLifeSeconds: 3_600,
  averageGapSecondsMax: 2_520,
  averageStepSeconds: 0.4,
  breakerTauSeconds: 300,
  cautiousDeviation: 0.1,
  haltDeviation: 0.5,
  staleForTradingSeconds: 5,
  staleForMarginSeconds: 60,
  confidenceMax: 0.02,
  volatileRatioMax: 5,
  stableDelayGrowthMax: STABLE_PRICE_DEFAULTS.delayGrowthMax,
  stableGrowthPerSecondMax: STABLE_PRICE_DEFAULTS.growthPerSecondMax,
};

const QUOTE_AGE_SECONDS_MAX = { SPOT: 5, PERPETUAL: 15 } as const;

export function oracleDefaults(kind: PriceOracleConfig['kind']): OracleParameters {
  return { quoteAgeSecondsMax: QUOTE_AGE_SECONDS_MAX[kind], ...SHARED_DEFAULTS };
}

/** Parameters that may be 0; every other one is above 0. */
const MAY_BE_ZERO: readonly (keyof OracleParameters)[] = ['aheadSecondsMax', 'annualVolatility'];

/** A checked configuration; rows are the sources in the order of their names. */
export interface OraclePlan {
  readonly name: string;
  readonly rule: OracleRule;
  readonly sources: readonly OracleSource[];
  readonly weights: Float64Array;
  readonly keys: readonly (KeyObject | undefined)[];
  readonly parameters: OracleParameters;
}

export function checkOracleConfig(config: PriceOracleConfig): Outcome<OraclePlan> {
  if (!isName(config.name)) return invalid('name', 'a name', config.name);
  if (!Object.hasOwn(QUOTE_AGE_SECONDS_MAX, config.kind))
    return invalid('kind', 'SPOT or PERPETUAL', config.kind);
  const rule = config.rule ?? 'WEIGHTED_PERCENTILE';
  if (!ORACLE_RULES.includes(rule)) return invalid('rule', `one of ${ORACLE_RULES.join(', ')}`, rule);
  const parameters = checkParameters(config);
  if (!parameters.ok) return parameters;
  const keys = checkSources(config.sources);
  if (!keys.ok) return keys;
  const sources = [...config.sources].sort((a, b) => (a.name < b.name ? -1 : 1));
  return success({
    name: config.name,
    rule,
    sources,
    weights: Float64Array.from(sources, ({ weight = 1 }) => weight),
    keys: sources.map(({ name }) => keys.value.get(name)),
    parameters: parameters.value,
  });
}

function checkParameters(config: PriceOracleConfig): Outcome<OracleParameters> {
  const parameters = { ...oracleDefaults(config.kind), ...config.parameters };
  const known = Object.keys(oracleDefaults(config.kind));
  for (const [name, value] of Object.entries(parameters)) {
    const field = `parameters.${name}`;
    if (!known.includes(name)) return failure('INVALID_PARAMETER', field, `No parameter ${name}`);
    const mayBeZero = MAY_BE_ZERO.includes(name as keyof OracleParameters);
    if (!(value < Infinity && (value > 0 || (mayBeZero && value === 0))))
      return failure('INVALID_PARAMETER', field, expected('a positive number', field, value));
  }
  const { minPublishers } = parameters;
  if (!Number.isInteger(minPublishers) || minPublishers > config.sources.length)
    return invalid('parameters.minPublishers', 'at most the number of sources', minPublishers);
  return success(parameters);
}

/** The keys by source, or what is wrong with the sources. */
function checkSources(sources: readonly OracleSource[]): Outcome<Map<string, KeyObject>> {
  if (sources.length === 0 || sources.length > ORACLE_SOURCES_MAX)
    return failure(
      'LIMIT_EXCEEDED',
      'sources',
      `Expected 1 to ${ORACLE_SOURCES_MAX} but received ${sources.length}`,
    );
  const names = new Set<string>();
  const hexKeys = new Set<string>();
  const keys = new Map<string, KeyObject>();
  for (const [row, { name, weight = 1, publicKey, exponent }] of sources.entries()) {
    const field = `sources[${row}]`;
    if (!isName(name)) return invalid(`${field}.name`, 'a name', name);
    if (names.has(name)) return failure('DUPLICATE', `${field}.name`, `Source ${name} stands twice`);
    names.add(name);
    if (!(weight > 0 && weight < Infinity)) return invalid(`${field}.weight`, 'a positive number', weight);
    if (exponent !== undefined && !(Number.isInteger(exponent) && Math.abs(exponent) <= 18))
      return invalid(`${field}.exponent`, 'a whole number from -18 to 18', exponent);
    if (publicKey === undefined) continue;
    const key = readPublicKey(publicKey);
    if (key === undefined)
      return invalid(`${field}.publicKey`, '64 hexadecimal digits of Ed25519', publicKey);
    if (hexKeys.has(publicKey.toLowerCase()))
      return failure('DUPLICATE', `${field}.publicKey`, `Another source has the key of ${name}`);
    hexKeys.add(publicKey.toLowerCase());
    keys.set(name, key);
  }
  return success(keys);
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name.length >= 1 && name.length <= NAME_LENGTH_MAX;
}

function invalid(field: string, what: string, value: unknown): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(what, field, value));
}
