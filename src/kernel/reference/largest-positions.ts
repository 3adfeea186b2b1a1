import type { ContributingPositions, PositionRows } from '../largest-positions.js';
import { entry, requireCount, requireLength } from './checks.js';

export function largestPositions(
  { bookCount, positionOffsets, instrument, quantity, contribution }: ContributingPositions,
  most: number,
  rows: PositionRows,
): void {
  requireCount('bookCount', bookCount);
  requireCount('most', most);
  requireLength('positionOffsets', positionOffsets, bookCount + 1);
  requireLength('rows.offsets', rows.offsets, bookCount + 1);
  const counts = Array.from(
    { length: bookCount },
    (_, book) => entry(positionOffsets, book + 1) - entry(positionOffsets, book),
  );
  const room = counts.reduce((sum, count) => sum + Math.min(count, most), 0);
  for (const name of ['book', 'instrument', 'quantity', 'contribution'] as const)
    requireLength(`rows.${name}`, rows[name], room);
  let row = 0;
  rows.offsets[0] = 0;
  for (let book = 0; book < bookCount; book += 1) {
    const from = entry(positionOffsets, book);
    const size = (at: number): number => Math.abs(entry(contribution, at));
    const places = Array.from({ length: counts[book] ?? 0 }, (_, k) => from + k)
      .sort((a, b) => size(b) - size(a) || a - b)
      .slice(0, most);
    for (const at of places) {
      rows.book[row] = book;
      rows.instrument[row] = entry(instrument, at);
      rows.quantity[row] = entry(quantity, at);
      rows.contribution[row] = entry(contribution, at);
      row += 1;
    }
    rows.offsets[book + 1] = row;
  }
}
