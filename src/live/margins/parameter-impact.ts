import type { MarketHandle } from '../../market/snapshot/shared-market.js';
import type { ModelReference } from '../../models/resolved-model.js';
import {
  ImpactTally,
  type AccountMargins,
  type ParameterImpact,
} from '../../recalibration/preview/impact.js';
import { LADDER_RULE } from '../state/ladder-rule.js';
import type { FoundMargin } from './account-margin.js';
import type { AccountShards } from './account-shards.js';
import { marginsOfShards, type Layout, type ShardThreads } from './shard-margins.js';

/** Accounts with the two sets that they are margined under. */
export interface ComparedShards {
  readonly shards: AccountShards;
  readonly before: ModelReference;
  readonly after: ModelReference;
  readonly beforeLayout: Layout;
  readonly afterLayout: Layout;
  /** US dollars for one unit of what an account is margined in; NaN where nobody knows. */
  readonly beforeUsd: (accountId: string) => number;
  readonly afterUsd: (accountId: string) => number;
}

/** How far a preview is. */
export interface ImpactProgress {
  readonly accountsDone: number;
  readonly accountCount: number;
  readonly impact: ParameterImpact;
}

/** Margins every account under both sets on all threads, some shards at a time, and sums up what changes. */
export async function* parameterImpact(
  threads: ShardThreads,
  handle: MarketHandle,
  compared: readonly ComparedShards[],
  topMovers: number,
): AsyncGenerator<ImpactProgress> {
  const tally = new ImpactTally(LADDER_RULE, topMovers);
  const all = compared.flatMap((one) => one.shards.shards.map((shard) => ({ ...one, shard })));
  const accountCount = all.reduce((sum, { shard }) => sum + shard.packed.length, 0);
  let accountsDone = 0;
  // Both sets of a shard are two tasks at least: threads are busy, and a reader sees how far it is.
  for (const { shard, before, after, beforeLayout, afterLayout, beforeUsd, afterUsd } of all) {
    const [old, proposed] = await Promise.all([
      marginsOfShards(threads, handle, before, [shard], beforeLayout),
      marginsOfShards(threads, handle, after, [shard], afterLayout),
    ]);
    for (const [accountId, found] of proposed)
      tally.add(
        accountId,
        dollarsOrNone(old.get(accountId), beforeUsd(accountId)),
        dollarsOrNone(found, afterUsd(accountId)),
      );
    if (proposed.size === 0) continue;
    accountsDone += proposed.size;
    yield { accountsDone, accountCount, impact: tally.impact };
  }
  if (accountsDone === 0) yield { accountsDone, accountCount, impact: tally.impact };
}

function dollarsOrNone(found: FoundMargin | undefined, usd: number): AccountMargins | undefined {
  if (found?.isMargined !== true || !(usd > 0)) return undefined;
  const { equity, initialMargin, maintenanceMargin } = found;
  return {
    equity: equity * usd,
    initialMargin: initialMargin * usd,
    maintenanceMargin: maintenanceMargin * usd,
  };
}
