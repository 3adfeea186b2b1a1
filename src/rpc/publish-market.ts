import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { EpochOrigin, EpochRegistry, PublishedEpoch } from './epochs.js';

/** A market that cannot be published. */
export class MarketRefusedError extends Error {
  override readonly name = 'MarketRefusedError';
}

/** Makes a market the current epoch; throws MarketRefusedError when it is refused. */
export function publishOrThrow(
  epochs: EpochRegistry,
  snapshot: MarketSnapshot,
  origin: EpochOrigin = {},
): PublishedEpoch {
  const published = epochs.publish(snapshot, origin);
  if (published.ok) return published.value;
  const { field, message } = published.failure;
  throw new MarketRefusedError(`${field}: ${message}`);
}
