import type { CurrencyBook } from './currency-book.js';
import type { DeribitPmParameters } from './parameters.js';
import { priceMove, standardCellCount } from './risk-matrix.js';

/**
 * The aggregated risk vector of one coin: losses count whole, gains only by the offset rule, and extended cells are damped
 * towards zero, gains and losses alike (margin-models.md 7: verified on one published response, fitted beyond it). Coins.
 */
export function aggregatedCells(parameters: DeribitPmParameters, book: CurrencyBook): Float64Array {
  const standard = standardCellCount(parameters);
  return book.cells.map((pnl, cell) => {
    const offset = pnl > 0 ? offsetGain(book, pnl) : pnl;
    return cell < standard ? offset : dampened(book, offset, priceMove(parameters, book.parameters, cell));
  });
}

/** A gain may offset losses by its share, up to a dollar limit. */
function offsetGain(book: CurrencyBook, gain: number): number {
  const { pnlOffset, maxOffsetablePnlUsd } = book.parameters;
  return Math.min(gain, maxOffsetablePnlUsd / book.indexPrice) * pnlOffset;
}

function dampened(book: CurrencyBook, pnl: number, move: number): number {
  const { priceRange, extendedDampenerUsd } = book.parameters;
  const dampenerUsd = Math.max(0, Math.abs(move) / priceRange - 1) * extendedDampenerUsd;
  const dampener = dampenerUsd / shockedIndex(book, move);
  const size = Math.max(0, Math.abs(pnl) - dampener);
  return pnl < 0 ? -size : size;
}

/** Price at which a cell's coins count in dollars: extended moves count at the end of the standard range. */
export function shockedIndex(book: CurrencyBook, move: number): number {
  const capped = Math.max(-book.parameters.priceRange, Math.min(book.parameters.priceRange, move));
  return (1 + capped) * book.indexPrice;
}
