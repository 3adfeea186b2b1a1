import type { TailMarginInputs, TailMargins } from '../tail-margins.js';
import { entry, requireCount, requireLength } from './checks.js';

const INPUTS = ['markToMarket', 'cash', 'expectedShortfall', 'worstPnl'] as const;
const OUTPUTS = [
  'equity',
  'initialMargin',
  'maintenanceMargin',
  'initialExcess',
  'maintenanceExcess',
  'worstLoss',
] as const;

export function tailMargins(books: TailMarginInputs, maintenanceShare: number, margins: TailMargins): void {
  requireCount('bookCount', books.bookCount);
  for (const name of INPUTS) requireLength(name, books[name], books.bookCount);
  for (const name of OUTPUTS) requireLength(name, margins[name], books.bookCount);
  for (let book = 0; book < books.bookCount; book += 1) {
    const equity = entry(books.markToMarket, book) + entry(books.cash, book);
    const initial = Math.max(0, entry(books.expectedShortfall, book));
    const maintenance = maintenanceShare * initial;
    const worst = entry(books.worstPnl, book);
    margins.equity[book] = equity;
    margins.initialMargin[book] = initial;
    margins.maintenanceMargin[book] = maintenance;
    margins.initialExcess[book] = equity - initial;
    margins.maintenanceExcess[book] = equity - maintenance;
    margins.worstLoss[book] = worst < 0 ? worst : NaN;
  }
}
