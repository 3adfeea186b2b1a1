import { bookOf } from '../backtest/book-day.js';
import { success, type Outcome } from '../domain/outcome.js';
import { ListMargins } from '../engine/list-margins.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { setMarks } from './crash-path.js';
import type { ReplayRequest } from './replay-venue.js';

/** Margins at recorded moments against what the books lost in the day after; nobody trades and nobody moves a price. */
export interface PathCoverage {
  /** Accounts times moments that have a later one within a day. */
  readonly cases: number;
  /** Cases whose largest loss of the day after exceeds the margin of the moment. */
  readonly initialBreaches: number;
  readonly maintenanceBreaches: number;
  /** US dollars lost beyond the initial margin, all cases together. */
  readonly lossBeyondInitialUsd: number;
}

/** A day: the holding period of most venues. */
const HORIZON_MINUTES = 1_440;

/** Failures are those of the first book that has no margin. */
export function pathCoverage(
  { path, accounts, engine }: Pick<ReplayRequest, 'path' | 'accounts' | 'engine'>,
  model: ResolvedModel,
): Outcome<PathCoverage> {
  const unmoved = new Float64Array(path.underlyings.length).fill(1);
  const moments = path.anchorMinutes.map((minute) => {
    const market = path.marketAt(minute, unmoved);
    const marks = engine.marks(market);
    setMarks(market, marks);
    return { minute, market, marks };
  });
  const books = accounts.map(({ accountId, positions }) => ({
    portfolio: bookOf(accountId, positions),
    held: positions.map(({ instrument, quantity }) => ({
      row: path.base.table.instrumentIndex.get(instrument) ?? -1,
      quantity,
    })),
  }));
  const list = new ListMargins(engine);
  let [cases, initialBreaches, maintenanceBreaches, lossBeyondInitialUsd] = [0, 0, 0, 0];
  for (const [at, { minute, market, marks }] of moments.entries()) {
    const later = moments.slice(at + 1).filter((one) => one.minute <= minute + HORIZON_MINUTES);
    if (later.length === 0) continue;
    const portfolios = books.map(({ portfolio }) => portfolio);
    for (const [account, margin] of list.margins(model, market, portfolios).entries()) {
      if (!margin.ok) return margin;
      const { initialMargin, maintenanceMargin } = margin.value;
      const held = books[account]?.held ?? [];
      const worth = (prices: Float64Array): number =>
        held.reduce((sum, { row, quantity }) => sum + quantity * (prices[row] ?? NaN), 0);
      const loss = worth(marks) - Math.min(...later.map((one) => worth(one.marks)));
      cases += 1;
      if (loss > initialMargin) initialBreaches += 1;
      if (loss > maintenanceMargin) maintenanceBreaches += 1;
      lossBeyondInitialUsd += Math.max(0, loss - initialMargin);
    }
  }
  return success({ cases, initialBreaches, maintenanceBreaches, lossBeyondInitialUsd });
}
