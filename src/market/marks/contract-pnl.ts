import type { Settlement } from '../../domain/instrument.js';

/**
 * P&L of futures and perpetuals in doubles, for risk numbers; the ledger is exact (`future-position.ts`).
 * `size` is signed: coins for linear contracts, quote currency for inverse ones. Prices > 0.
 */

/** Linear: size (exit - entry), quote currency. Inverse: size (1/entry - 1/exit), coins. */
export function contractPnl(settlement: Settlement, size: number, entry: number, exit: number): number {
  // (exit - entry) / (entry exit) keeps the digits that 1/entry - 1/exit loses when the prices are close.
  return settlement === 'LINEAR' ? size * (exit - entry) : size * ((exit - entry) / (entry * exit));
}

/** d P&L / d price: the size, or size / price^2 coins per unit of quote currency. */
export function contractDelta(settlement: Settlement, size: number, price: number): number {
  return settlement === 'LINEAR' ? size : size / (price * price);
}
