import type { Outcome } from '../../domain/outcome.js';
import { failureUnder, success } from '../../domain/outcome.js';
import type { OracleParameters, OracleRule, OracleSource } from '../oracles/oracle-config.js';
import { createPriceOracle } from '../oracles/price-oracle.js';
import type { PriceOracle } from '../oracles/price-oracle.js';
import type { MarketSnapshot } from '../snapshot/market-snapshot.js';

/** Sources of one index or asset price. */
export interface PriceSources {
  readonly sources: readonly OracleSource[];
  readonly rule?: OracleRule;
  readonly parameters?: Partial<OracleParameters>;
}

/** What a feed listens to; whatever is not named here is refused. */
export interface FeedConfig {
  readonly venue: string;
  /** By underlying: the exchanges of its index. */
  readonly indices: Readonly<Record<string, PriceSources>>;
  /** By asset: the sources of its price. An asset that is an underlying too follows its index. */
  readonly assets: Readonly<Record<string, PriceSources>>;
}

/**
 * A venue that is its own and only source: index and asset prices as it publishes them. With one source there is nobody to
 * outvote it, so a jump waits until it is confirmed, and the stable price and the breaker are what guards the accounts.
 */
export function venueFeed(snapshot: MarketSnapshot): FeedConfig {
  const own: PriceSources = {
    sources: [{ name: snapshot.venue === '' ? 'venue' : snapshot.venue }],
    rule: 'CAPPED_INDEX',
    parameters: { minPublishers: 1 },
  };
  const each = (names: readonly string[]): Record<string, PriceSources> =>
    Object.fromEntries(names.map((name) => [name, own]));
  return {
    venue: snapshot.venue,
    indices: each(snapshot.underlyings.map(({ name }) => name)),
    assets: each(snapshot.assets.map(({ asset }) => asset)),
  };
}

export interface FeedOracles {
  readonly indices: ReadonlyMap<string, PriceOracle>;
  readonly assets: ReadonlyMap<string, PriceOracle>;
}

export function createOracles({ indices, assets }: FeedConfig): Outcome<FeedOracles> {
  const index = oraclesOf('indices', indices);
  if (!index.ok) return index;
  const asset = oraclesOf('assets', assets);
  return asset.ok ? success({ indices: index.value, assets: asset.value }) : asset;
}

function oraclesOf(
  list: string,
  configs: Readonly<Record<string, PriceSources>>,
): Outcome<Map<string, PriceOracle>> {
  const oracles = new Map<string, PriceOracle>();
  for (const [name, config] of Object.entries(configs)) {
    const oracle = createPriceOracle({ name: `${name}/USD`, kind: 'SPOT', ...config });
    if (!oracle.ok) return failureUnder(`${list}.${name}`, oracle.failure);
    oracles.set(name, oracle.value);
  }
  return success(oracles);
}
