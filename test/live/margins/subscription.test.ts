import { describe, expect, it } from 'vitest';
import { MarginSubscription } from '../../../src/live/margins/margin-subscription.js';
import { AccountMargin } from '../../../src/live/margins/account-margin.js';
import type { LiveMargins } from '../../../src/live/margins/live-margins.js';
import { ChangeLog } from '../../../src/live/state/change-log.js';

describe('a reader of margins', () => {
  it.each([
    { relativeChangeMin: 0, told: 1 },
    { relativeChangeMin: 1e-6, told: 0 },
  ])('who asks for moves of $relativeChangeMin is told $told times of one in the last bits', (terms) => {
    const account = new AccountMargin('a', 0);
    Object.assign(account, { seq: 1, equity: 2e6, initialMargin: 5565.407171827566, maintenanceMargin: 1 });
    const margins: Pick<LiveMargins, 'changes' | 'all' | 'get'> = {
      changes: new ChangeLog(),
      get: () => account,
      all: () => [account][Symbol.iterator](),
    };
    const { relativeChangeMin, told } = terms;
    const reader = new MarginSubscription(margins, { relativeChangeMin, resume: [] });
    expect([...reader.due()]).toHaveLength(1);
    // The excess, two million, rounds to the same number.
    account.initialMargin = 5565.407171827622;
    expect([...reader.due()]).toHaveLength(told);
    expect([...reader.due()]).toHaveLength(0);
  });
});
