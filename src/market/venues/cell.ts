/** A number as a source states it: null is absent (no quote, never zero), text is something that is no number. */
export type Cell = number | null | { readonly unreadable: string };

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** Longest piece of a bad value that a report repeats. */
const SHOWN_LENGTH_MAX = 40;

export function csvCell(text: string | undefined): Cell {
  if (text === undefined || text === '') return null;
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : { unreadable: text.slice(0, SHOWN_LENGTH_MAX) };
}

/** JSON carries numbers as numbers; a number in quotes is not what the venue sends and is not read as one. */
export function jsonCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return { unreadable: JSON.stringify(value).slice(0, SHOWN_LENGTH_MAX) };
}

/** The same cell in another unit. */
export function scaleCell(cell: Cell, divisor: number): Cell {
  return typeof cell === 'number' ? cell / divisor : cell;
}

export function isUnreadable(cell: Cell): cell is { readonly unreadable: string } {
  return typeof cell === 'object' && cell !== null;
}

/** For messages. */
export function showCell(cell: Cell): string {
  return isUnreadable(cell) ? cell.unreadable : cell === null ? 'absent' : String(cell);
}
