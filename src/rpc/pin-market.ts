import type { EpochRegistry, PinnedEpoch } from './epochs.js';
import { unknownEpoch } from './errors.js';

/** The market of an epoch until it is released; throws the error of the RPC for an epoch that is not kept. */
export function pinMarket(epochs: EpochRegistry, epoch: number): PinnedEpoch {
  const pinned = epochs.pin(epoch);
  if (pinned === undefined) throw unknownEpoch(epoch, epochs.known);
  return pinned;
}
