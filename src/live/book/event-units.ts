import type { AccountEvent } from '../../domain/account-event.js';

/**
 * Events in units that happen together or not at all: consecutive block trades with one block id and different accounts are the
 * sides of one block, everything else stands alone.
 */
export function unitsOf(events: readonly AccountEvent[]): AccountEvent[][] {
  const units: AccountEvent[][] = [];
  let last: AccountEvent[] = [];
  for (const event of events) {
    if (belongsTo(last, event)) last.push(event);
    else {
      last = [event];
      units.push(last);
    }
  }
  return units;
}

function belongsTo(unit: readonly AccountEvent[], { change, accountId }: AccountEvent): boolean {
  const [first] = unit;
  if (first?.change.kind !== 'BLOCK_TRADE' || change.kind !== 'BLOCK_TRADE') return false;
  if (change.blockId === '' || change.blockId !== first.change.blockId) return false;
  return unit.every((other) => other.accountId !== accountId);
}
