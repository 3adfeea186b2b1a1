import { KIND } from '../domain/codes.js';
import type { Market } from '../market/snapshot/market.js';
import type { ReplayTally } from './replay-tally.js';
import type { VenueLedger } from './venue-ledger.js';

/** Parts of a share that funding is exact to. */
const RATE_UNITS = 1e12;
const MINUTES_PER_DAY = 1_440;

export interface Funding {
  /** Share of what is held that longs pay to shorts in a day; negative: shorts pay longs. */
  readonly ratePerDay: number;
  readonly minutes: number;
  readonly market: Pick<Market, 'columns'>;
  /** Price units by instrument. */
  readonly marks: readonly bigint[];
}

/**
 * Funding of perpetuals over some minutes at their marks. What is long is short elsewhere, so that the payments add up to nothing; they go
 * through the last party, a maker that bears the rounding, which conserves money to the unit whatever is rounded.
 */
export function payFunding(
  ledger: VenueLedger,
  tally: Pick<ReplayTally, 'funding'>,
  { ratePerDay, minutes, market, marks }: Funding,
): void {
  const rate = BigInt(Math.round((ratePerDay * minutes * RATE_UNITS) / MINUTES_PER_DAY));
  const { kind } = market.columns;
  const perpetuals = [...kind.keys()].filter((row) => kind[row] === KIND.PERPETUAL);
  const clearing = ledger.parties - 1;
  for (let party = 0; party < clearing; party += 1) {
    let money = 0n;
    for (const row of perpetuals)
      money += (ledger.unitsOf(party, row) * (marks[row] ?? 0n) * rate) / BigInt(RATE_UNITS);
    if (money === 0n) continue;
    ledger.transfer(party, clearing, money);
    tally.funding(party, money);
  }
}
