import { autoDeleverage } from '../live/liquidation/auto-deleveraging.js';
import { largestRemainder } from '../live/liquidation/largest-remainder.js';
import { drawWaterfall } from '../live/liquidation/waterfall.js';
import type { ReplayTally } from './replay-tally.js';
import type { VenueLedger } from './venue-ledger.js';

export interface DeficitParts {
  readonly ledger: VenueLedger;
  readonly tally: ReplayTally;
  /** The first parties are clients, the others makers. */
  readonly clients: number;
  /** The next maker who takes a position over. */
  readonly nextMaker: () => number;
  /** Change of a party's maintenance margin when it trades so many units; 0 for who is not margined. */
  readonly maintenanceChange: (party: number, instrument: number, units: bigint) => number;
}

const LAYERS = ['firstLoss', 'fund', 'secondLoss'] as const;

/**
 * Brings every client who owes more than he has back to nothing, flat: from the venue's first loss, the fund, the venue's second loss,
 * then by closing his positions against those who have gained on the other side. What nobody can bear is the venue's, uncovered. What he
 * held and nobody was deleveraged for goes over to the makers at the marks: the fund bears a debt, never a position.
 */
export function bearDeficits(parts: DeficitParts, marks: readonly bigint[]): void {
  for (let client = 0; client < parts.clients; client += 1) {
    const owed = -parts.ledger.equity(client, marks);
    if (owed <= 0n) continue;
    bear(parts, marks, client, owed);
    takeOver(parts, marks, client);
  }
}

function bear(parts: DeficitParts, marks: readonly bigint[], client: number, owed: bigint): void {
  const { ledger, tally } = parts;
  const { draws, left } = drawWaterfall(
    owed,
    LAYERS.map((name) => ({ name, units: ledger.pools[name] })),
  );
  LAYERS.forEach((pool, at) => {
    const money = draws[at]?.units ?? 0n;
    if (money === 0n) return;
    ledger.pay(pool, client, money);
    tally.drawn(client, pool, money);
  });
  if (left === 0n) return;
  const uncovered = deleverage(parts, marks, client, left);
  tally.borne(client, left - uncovered);
  if (uncovered === 0n) return;
  ledger.pay('uncovered', client, uncovered);
  tally.drawn(client, 'uncovered', uncovered);
}

function takeOver({ ledger, nextMaker }: DeficitParts, marks: readonly bigint[], client: number): void {
  for (const [instrument, { units }] of [...ledger.positionsOf(client)])
    ledger.trade(nextMaker(), client, instrument, units, marks[instrument] ?? 0n);
}

/** Closes what the client holds against winners; what they could not bear. */
function deleverage(parts: DeficitParts, marks: readonly bigint[], client: number, deficit: bigint): bigint {
  const { ledger, tally } = parts;
  const positions = [...ledger.positionsOf(client)];
  const sizes = positions.map(([instrument, { units }]) => magnitude(units * (marks[instrument] ?? 0n)) + 1n);
  if (positions.length === 0) return deficit;
  const shares = largestRemainder(deficit, sizes);
  let left = 0n;
  positions.forEach(([instrument, { units }], at) => {
    const mark = marks[instrument] ?? 0n;
    const side = units > 0n ? 1n : -1n;
    const opposite = opposites(parts, marks, client, instrument, side);
    const done = autoDeleverage(magnitude(units), (shares[at] ?? 0n) + left, opposite);
    if (!done.ok) throw new RangeError(done.failure.message);
    for (const { accountId, units: closed, loss } of done.value.fills) {
      const winner = Number(accountId);
      ledger.trade(winner, client, instrument, side * closed, mark);
      ledger.transfer(winner, client, loss);
      tally.deleveraged(winner, loss);
    }
    // What nobody on this side could bear is asked of the next.
    left = done.value.deficitLeft;
  });
  return left;
}

/** Parties with the other side of a position, named by their rows. */
function opposites(
  { ledger, maintenanceChange }: DeficitParts,
  marks: readonly bigint[],
  client: number,
  instrument: number,
  side: bigint,
): Parameters<typeof autoDeleverage>[2] {
  const mark = marks[instrument] ?? 0n;
  return Array.from({ length: ledger.parties }, (_, party) => party).flatMap((party) => {
    const held = ledger.unitsOf(party, instrument);
    const profit = ledger.profit(party, instrument, mark);
    const equity = ledger.equity(party, marks);
    if (party === client || held * side >= 0n || profit <= 0n) return [];
    return [
      {
        accountId: String(party),
        units: magnitude(held),
        profit,
        equity: equity > 0n ? equity : 0n,
        maintenanceChange: maintenanceChange(party, instrument, -held),
      },
    ];
  });
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
