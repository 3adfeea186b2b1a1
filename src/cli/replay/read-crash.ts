import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { linearOptionName } from '../../backtest/option-books.js';
import type { PathAnchor, QuotedOption } from '../../replay/crash-path.js';
import { InputError } from '../exit.js';
import { readMaybeGzipped } from '../files.js';

/** Recorded moments from one time to another, and the underlyings that are wanted (empty: all). */
export interface CrashWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly underlyings: ReadonlySet<string>;
}

const SNAPSHOT = /^\d{8}T\d{6}Z\.csv(\.gz)?$/;

/** A folder of option chains, one file a moment, or `underlying=file` of daily prices (date, open, high, low, close), several of them. */
export function readCrash(sources: readonly string[], window: CrashWindow): PathAnchor[] {
  const [first] = sources;
  if (first === undefined) throw new InputError('--market: expected a folder of chains or underlying=file');
  if (existsSync(first) && statSync(first).isDirectory()) {
    if (sources.length > 1) throw new InputError('--market: expected one folder, or files of prices');
    const files = readdirSync(first).filter((file) => SNAPSHOT.test(file));
    if (files.length === 0)
      throw new InputError(`${first}: expected files of chains such as 20260205T093647Z.csv.gz`);
    return files
      .sort()
      .filter((file) => isInside(timeOfName(file), window))
      .map((file) => readChain(join(first, file), window));
  }
  return readDays(sources, window);
}

function timeOfName(file: string): number {
  const [, date = '', hour = '', minute = '', second = ''] = /^(\d{8})T(\d\d)(\d\d)(\d\d)Z/.exec(file) ?? [];
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
  return Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}

function isInside(timeMs: number, { fromMs, toMs }: CrashWindow): boolean {
  return timeMs >= fromMs && timeMs <= toMs;
}

const CHAIN_COLUMNS = [
  'timestamp',
  'currency',
  'index_price',
  'underlying',
  'option_type',
  'strike',
  'expiry_datetime',
  'bid_price',
  'ask_price',
  'mark_price',
  'implied_volatility',
] as const;

function readChain(file: string, { underlyings }: CrashWindow): PathAnchor {
  const rows = readRows(file, CHAIN_COLUMNS);
  const spotUsd = new Map<string, number>();
  const options = new Map<string, QuotedOption>();
  for (const row of rows) {
    const underlying = row.currency;
    if (underlyings.size > 0 && !underlyings.has(underlying)) continue;
    const index = Number(row.index_price);
    if (!spotUsd.has(underlying)) spotUsd.set(underlying, index);
    const dollars = (coins: string): number | undefined => (coins === '' ? undefined : Number(coins) * index);
    const [bid, ask] = [dollars(row.bid_price), dollars(row.ask_price)];
    const option: QuotedOption = {
      underlying,
      expiryMs: Date.parse(row.expiry_datetime),
      strike: Number(row.strike),
      optionType: row.option_type === 'call' ? 'CALL' : 'PUT',
      forward: Number(row.underlying),
      volatility: Number(row.implied_volatility),
      mark: dollars(row.mark_price) ?? 0,
      ...(bid === undefined ? {} : { bid }),
      ...(ask === undefined ? {} : { ask }),
    };
    if (option.volatility > 0 && option.forward > 0) options.set(linearOptionName(option), option);
  }
  const timeMs = Math.floor(Date.parse(rows[0]?.timestamp ?? ''));
  return { timeMs, spotUsd, options };
}

const DAY_COLUMNS = ['date', 'open', 'high', 'low', 'close'] as const;
const HOUR_MS = 3_600_000;

/** Four moments a day: open, the extreme that lies against the day's move, the one along it, and close. */
function readDays(sources: readonly string[], window: CrashWindow): PathAnchor[] {
  const moments = new Map<number, Map<string, number>>();
  for (const source of sources) {
    const at = source.indexOf('=');
    if (at <= 0) throw new InputError(`--market ${source}: expected a folder of chains or underlying=file`);
    const [underlying, file] = [source.slice(0, at), source.slice(at + 1)];
    for (const row of readRows(file, DAY_COLUMNS)) {
      const dayMs = Date.parse(`${row.date}T00:00:00Z`);
      if (!isInside(dayMs, window)) continue;
      const [open, high, low, close] = [row.open, row.high, row.low, row.close].map(Number);
      const [second, third] = (close ?? NaN) < (open ?? NaN) ? [high, low] : [low, high];
      [open, second, third, close].forEach((price, quarter) => {
        // The close is a minute before the next day's open.
        const timeMs = dayMs + (quarter === 3 ? 24 * HOUR_MS - 60_000 : quarter * 8 * HOUR_MS);
        const prices = moments.get(timeMs) ?? new Map<string, number>();
        prices.set(underlying, price ?? NaN);
        moments.set(timeMs, prices);
      });
    }
  }
  return [...moments]
    .filter(([, prices]) => prices.size === sources.length)
    .sort(([a], [b]) => a - b)
    .map(([timeMs, spotUsd]) => ({ timeMs, spotUsd, options: new Map() }));
}

function readRows<Name extends string>(file: string, columns: readonly Name[]): Record<Name, string>[] {
  const [header = '', ...lines] = readMaybeGzipped(file, 'recorded prices').trim().split(/\r?\n/);
  const names = header.split(',');
  const places = columns.map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw new InputError(`${file}: expected a column ${name} but the header is ${header}`);
    return [name, at] as const;
  });
  return lines.map((line) => {
    const row = line.split(',');
    return Object.fromEntries(places.map(([name, at]) => [name, row[at] ?? ''])) as Record<Name, string>;
  });
}
