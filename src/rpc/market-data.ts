import type { ServerConfig } from '../config/server-config.js';
import type { Kernels } from '../kernel/kernels.js';
import type { TakeUpdates } from '../live/connect/deribit-connector.js';
import { EpochPublisher } from '../live/feed/epoch-publisher.js';
import { SurfaceKeeper } from '../live/feed/surface-keeper.js';
import type { FeedConfig } from '../market/feed/feed-config.js';
import { venueFeed } from '../market/feed/feed-config.js';
import { createMarketFeed } from '../market/feed/market-feed.js';
import type { ComposedMarket } from '../market/feed/market-feed.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { marketOnSurfaces } from '../market/volatility/surface-market.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import type { Logger } from '../observability/log.js';
import type { MarginPool } from '../pool/margin-pool.js';
import type { EpochRegistry, PublishedEpoch } from './epochs.js';

/** Who sends what a connector hears. */
const CONNECTOR_SOURCE = 'deribit';

/** What the market data of one server rests on. */
export interface MarketDataParts {
  readonly config: ServerConfig;
  readonly feed: FeedConfig | undefined;
  readonly start: MarketSnapshot;
  /** The surfaces of the start; absent where volatilities are the venue's marks. */
  readonly calibrated: readonly CalibratedUnderlying[] | undefined;
  readonly kernels: Kernels;
  readonly pool: MarginPool;
  readonly epochs: EpochRegistry;
  readonly logger: Logger;
  readonly now: () => number;
  /** Called with every new epoch. */
  readonly onEpoch: (epoch: PublishedEpoch, moved: ReadonlySet<string>) => void;
}

/** Updates in, epochs out: the feed, its surfaces and the rate of publication. Throws for a configuration that is none. */
export function createPublisher(parts: MarketDataParts): EpochPublisher {
  const { feed, start, epochs, calibrated, kernels, pool, logger } = parts;
  const made = createMarketFeed(feed ?? venueFeed(start), start);
  if (!made.ok) throw new Error(`feed.${made.failure.field}: ${made.failure.message}`);
  const surfaces = new SurfaceKeeper(
    (request) => pool.calibrate(request),
    () => {
      publisher.poke();
    },
    calibrated,
  );
  const isOnSurfaces = calibrated !== undefined;
  const publish = ({ snapshot, permissions }: ComposedMarket, moved: ReadonlySet<string>): void => {
    if (isOnSurfaces) surfaces.consider(snapshot, moved);
    const onSurfaces = isOnSurfaces
      ? marketOnSurfaces(kernels, snapshot, surfaces.surfacesOn(snapshot)).snapshot
      : snapshot;
    const published = epochs.publish(onSurfaces, {
      permissions,
      ...(isOnSurfaces ? { calibrated: surfaces.calibrated } : {}),
    });
    if (published.ok) parts.onEpoch(published.value, moved);
    else logger.error({ failure: published.failure }, 'a market was not published');
  };
  const publisher: EpochPublisher = new EpochPublisher(made.value, { now: parts.now, later, publish });
  return publisher;
}

/** Publishes what a connector hears; what is refused is said in the log, the reason once. */
export function intoMarket(publisher: EpochPublisher, logger: Logger): TakeUpdates {
  let sequence = 0;
  const said = new Set<string>();
  return (updates) => {
    for (const update of updates) {
      sequence += 1;
      const refused = publisher.apply(update, { source: CONNECTOR_SOURCE, sequence });
      if (refused === undefined || said.has(refused.reason)) continue;
      said.add(refused.reason);
      logger.warn({ refused }, 'an update of the venue was refused; others of this reason are not logged');
    }
  };
}

/** A timer that keeps no process alive. */
function later(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  timer.unref();
  return () => {
    clearTimeout(timer);
  };
}
