import { expected, failure, success, type Outcome } from '../domain/outcome.js';

/** Daily closing prices of several underlyings on the days that all of them have, ascending, without gaps. */
export interface PriceHistory {
  readonly datesMs: readonly number[];
  /** One row per underlying, one price per date, dollars per coin. */
  readonly prices: ReadonlyMap<string, Float64Array>;
}

const DAY_MS = 86_400_000;

/** Days that a series needs before its volatility means anything. */
const DAYS_MIN = 250;

/**
 * Reads `date,...,close` rows of one underlying (header required, dates as YYYY-MM-DD). Names the line of what cannot be used.
 */
export function parsePriceCsv(underlying: string, text: string): Outcome<ReadonlyMap<number, number>> {
  const [header = '', ...lines] = text.trim().split(/\r?\n/);
  const columns = header.split(',').map((name) => name.trim().toLowerCase());
  const [date, close] = [columns.indexOf('date'), columns.indexOf('close')];
  if (date < 0 || close < 0)
    return failure(
      'INVALID_VALUE',
      `prices.${underlying}`,
      expected('a header with the columns date and close', 'header', header),
    );
  const series = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const cells = line.split(',');
    const field = `prices.${underlying}[${String(index)}]`;
    const day = Date.parse(`${cells[date] ?? ''}T00:00:00Z`);
    if (!Number.isFinite(day))
      return failure('INVALID_VALUE', `${field}.date`, expected('a day as YYYY-MM-DD', 'date', cells[date]));
    const price = Number(cells[close] ?? '');
    if (!(price > 0 && Number.isFinite(price)))
      return failure('INVALID_VALUE', `${field}.close`, expected('a price > 0', 'close', cells[close]));
    if (series.has(day))
      return failure(
        'INVALID_VALUE',
        `${field}.date`,
        `Expected every day once but received ${cells[date] ?? ''} twice`,
      );
    series.set(day, price);
  }
  return success(series);
}

/** Joins series on their common days; refuses gaps, a constant series, and histories that are too short. */
export function joinHistory(series: ReadonlyMap<string, ReadonlyMap<number, number>>): Outcome<PriceHistory> {
  const [first] = series.values();
  const datesMs = [...(first?.keys() ?? [])]
    .filter((day) => [...series.values()].every((other) => other.has(day)))
    .sort((a, b) => a - b);
  if (datesMs.length < DAYS_MIN)
    return failure(
      'INVALID_VALUE',
      'prices',
      `Expected at least ${String(DAYS_MIN)} common days but received ${String(datesMs.length)}`,
    );
  const gap = datesMs.findIndex((day, at) => at > 0 && day - (datesMs[at - 1] ?? NaN) !== DAY_MS);
  if (gap > 0)
    return failure(
      'INVALID_VALUE',
      'prices',
      `Expected every day but nothing stands between ${isoDay(datesMs[gap - 1])} and ${isoDay(datesMs[gap])}`,
    );
  const prices = new Map<string, Float64Array>();
  for (const [underlying, byDay] of series) {
    const row = Float64Array.from(datesMs, (day) => byDay.get(day) ?? NaN);
    if (row.every((price) => price === row[0]))
      return failure(
        'INVALID_VALUE',
        `prices.${underlying}`,
        'Expected prices that move but they are constant',
      );
    prices.set(underlying, row);
  }
  return success({ datesMs, prices });
}

export function isoDay(dayMs: number | undefined): string {
  return dayMs === undefined ? '' : new Date(dayMs).toISOString().slice(0, 10);
}
