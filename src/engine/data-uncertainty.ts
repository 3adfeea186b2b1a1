import { success, type Outcome } from '../domain/outcome.js';
import type { DataUncertainty } from '../domain/report.js';
import { selectInstruments } from '../market/snapshot/derived-market.js';
import { withDoubtfulPrices, withDoubtfulVolatilities } from '../market/snapshot/doubtful-market.js';
import type { Market } from '../market/snapshot/market.js';
import type { RepricedMarket } from './repriced-market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import { carryOptionMarks, onMarket, withMovedPnl } from './spot-excess.js';

/** What revaluing a book on doubtful data needs of the engine. */
export interface UncertaintyCalculator {
  /** The instruments of the book on a market that is used once. */
  reprice(market: Market, book: ResolvedPortfolio): RepricedMarket;
  excesses(market: Market, repriced: RepricedMarket, book: ResolvedPortfolio): Outcome<Excesses>;
}

interface Excesses {
  readonly initialExcess: number;
  readonly maintenanceExcess: number;
}

/**
 * The book margined anew with all volatilities, then all prices, wrong by what their confidence admits, up and down: what the
 * excess loses in the worse direction is doubt about data, not risk.
 */
export function dataUncertainty(
  market: Market,
  book: ResolvedPortfolio,
  calculator: UncertaintyCalculator,
): Outcome<DataUncertainty> {
  const held = [...new Set([...book.positions, ...book.orders].map(({ instrument }) => instrument))];
  const ownMarket = selectInstruments(market, held);
  const ownBook = onMarket(book, (instrument) => held.indexOf(instrument));
  const own = calculator.reprice(ownMarket, ownBook);
  const present = calculator.excesses(ownMarket, own, ownBook);
  if (!present.ok) return present;
  // The engine's vectors live until its next calculation, so the numbers are taken now.
  const { initialExcess, maintenanceExcess } = present.value;

  const lossOf = (moved: Market): Outcome<Excesses> => {
    const movedBook = withMovedPnl(ownBook, ownMarket, moved);
    const repriced = calculator.reprice(moved, movedBook);
    carryOptionMarks(ownMarket, own.unitValue, moved, repriced.unitValue);
    const excesses = calculator.excesses(moved, repriced, movedBook);
    if (!excesses.ok) return excesses;
    return success({
      initialExcess: Math.max(0, initialExcess - excesses.value.initialExcess),
      maintenanceExcess: Math.max(0, maintenanceExcess - excesses.value.maintenanceExcess),
    });
  };
  const volatility = worse(lossOf(withDoubtfulVolatilities(ownMarket, 1)), () =>
    lossOf(withDoubtfulVolatilities(ownMarket, -1)),
  );
  if (!volatility.ok) return volatility;
  const price = worse(lossOf(withDoubtfulPrices(ownMarket, 1)), () =>
    lossOf(withDoubtfulPrices(ownMarket, -1)),
  );
  if (!price.ok) return price;
  return success({
    volatilityInitial: volatility.value.initialExcess,
    volatilityMaintenance: volatility.value.maintenanceExcess,
    priceInitial: price.value.initialExcess,
    priceMaintenance: price.value.maintenanceExcess,
  });
}

function worse(one: Outcome<Excesses>, ask: () => Outcome<Excesses>): Outcome<Excesses> {
  if (!one.ok) return one;
  const other = ask();
  if (!other.ok) return other;
  return success({
    initialExcess: Math.max(one.value.initialExcess, other.value.initialExcess),
    maintenanceExcess: Math.max(one.value.maintenanceExcess, other.value.maintenanceExcess),
  });
}
