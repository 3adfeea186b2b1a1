import type { Outcome } from '../../domain/outcome.js';
import { expected, failure, success } from '../../domain/outcome.js';
import { largestRemainder } from './largest-remainder.js';

/** A position on the other side of the one that must be closed. */
export interface OppositePosition {
  readonly accountId: string;
  /** Smallest units of the position, > 0. */
  readonly units: bigint;
  /** Unrealised profit of the position, smallest currency units; only those > 0 take part. */
  readonly profit: bigint;
  /** What the account can lose before its equity is below 0, smallest currency units, >= 0. */
  readonly equity: bigint;
  /** Change of the account's maintenance margin when the position is closed: <= 0 relieves it. */
  readonly maintenanceChange: number;
}

export interface DeleveragedPosition {
  readonly accountId: string;
  /** Units closed against it. */
  readonly units: bigint;
  /** Its part of the deficit, given up against the mark, smallest currency units, >= 0. */
  readonly loss: bigint;
}

export interface Deleveraged {
  readonly fills: readonly DeleveragedPosition[];
  /** Of the position, for which nobody was left. */
  readonly unitsLeft: bigint;
  /** Of the deficit, which nobody could bear. */
  readonly deficitLeft: bigint;
}

/**
 * Closes `units` of a bankrupt position against the profitable positions opposite, and divides `deficit` among them. First the
 * accounts whose margin the close does not raise, pro rata to their size; then the others, pro rata to their profit. Nobody
 * gives up more than the profit of what is closed, nor than the account has. Both totals are met to the unit, or what is left is
 * said.
 */
export function autoDeleverage(
  units: bigint,
  deficit: bigint,
  opposite: readonly OppositePosition[],
): Outcome<Deleveraged> {
  if (units <= 0n)
    return failure('INVALID_VALUE', 'units', expected('a number of units > 0', 'units', Number(units)));
  if (deficit < 0n)
    return failure('INVALID_VALUE', 'deficit', expected('a deficit >= 0', 'deficit', Number(deficit)));
  const winners = opposite
    .filter(({ profit, units: size }) => profit > 0n && size > 0n)
    .sort((a, b) => (a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0));
  const relieved = winners.filter(({ maintenanceChange }) => maintenanceChange <= 0);
  const burdened = winners.filter(({ maintenanceChange }) => !(maintenanceChange <= 0));

  const filled = new Map<string, bigint>();
  let left = units;
  for (const [group, weightOf] of [
    [relieved, ({ units: size }: OppositePosition) => size],
    [burdened, ({ profit }: OppositePosition) => profit],
  ] as const)
    left = fillGroup(left, group, weightOf, filled);

  const parts = winners.flatMap((winner) => {
    const closed = filled.get(winner.accountId) ?? 0n;
    return closed > 0n ? [{ winner, closed }] : [];
  });
  const bearable = parts.map(({ winner, closed }) => {
    const profit = (winner.profit * closed) / winner.units;
    return profit < winner.equity ? profit : winner.equity;
  });
  const borne = minimum(
    deficit,
    bearable.reduce((a, b) => a + b, 0n),
  );
  const losses = largestRemainder(borne, bearable);
  return success({
    fills: parts.map(({ winner, closed }, i) => ({
      accountId: winner.accountId,
      units: closed,
      loss: losses[i] ?? 0n,
    })),
    unitsLeft: left,
    deficitLeft: deficit - borne,
  });
}

/** Fills a group by weight, never beyond a position; what a full position leaves goes to the others. Returns what is left. */
function fillGroup(
  units: bigint,
  group: readonly OppositePosition[],
  weightOf: (position: OppositePosition) => bigint,
  filled: Map<string, bigint>,
): bigint {
  const size = group.reduce((sum, position) => sum + position.units, 0n);
  let left = minimum(units, size);
  const after = units - left;
  let open = group;
  while (left > 0n) {
    const parts = largestRemainder(left, open.map(weightOf));
    for (const [i, position] of open.entries()) {
      const before = filled.get(position.accountId) ?? 0n;
      const taken = minimum(parts[i] ?? 0n, position.units - before);
      filled.set(position.accountId, before + taken);
      left -= taken;
    }
    open = open.filter(({ accountId, units: all }) => (filled.get(accountId) ?? 0n) < all);
  }
  return after;
}

function minimum(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

/** An account of a venue that deleverages by a queue. */
export interface QueuedAccount {
  readonly accountId: string;
  /** Profit of the position, percent of its value. */
  readonly pnlPercent: number;
  /** Notional / equity, > 0. */
  readonly leverage: number;
}

/** Profit times leverage, highest first; equal ones by account. */
export function deleveragingQueue(accounts: readonly QueuedAccount[]): readonly QueuedAccount[] {
  const score = ({ pnlPercent, leverage }: QueuedAccount): number => pnlPercent * leverage;
  return [...accounts].sort(
    (a, b) => score(b) - score(a) || (a.accountId < b.accountId ? -1 : a.accountId > b.accountId ? 1 : 0),
  );
}
