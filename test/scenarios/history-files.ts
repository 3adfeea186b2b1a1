/** Readers of the recorded histories (`MARGINCUBE_DATA`): columns of compressed CSV files as dated levels. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DAY_MS } from '../../src/scenarios/history.js';
import type { DatedValue, FactorSeries } from '../../src/scenarios/history.js';
import { dataFolder } from '../support/folders.js';
import { factorOf } from './sample-history.js';

export const data = dataFolder();

/** One column of a file by the start of its UTC day; the last row of a day counts. */
function dailyColumn(file: string, dateColumn: string, column: string): DatedValue[] {
  const text = gunzipSync(readFileSync(path.join(data ?? '', file))).toString('utf8');
  const [header = '', ...lines] = text.trim().split('\n');
  const names = header.trim().split(',');
  const date = names.indexOf(dateColumn);
  const value = names.indexOf(column);
  const byDay = new Map<number, number>();
  for (const line of lines) {
    const cells = line.split(',');
    const dateMs = Math.floor(Date.parse(cells[date] ?? '') / DAY_MS) * DAY_MS;
    byDay.set(dateMs, Number(cells[value]));
  }
  return [...byDay].map(([dateMs, level]) => ({ dateMs, value: level }));
}

export function closes(file: string, underlying: string): FactorSeries {
  const factor = factorOf(`${underlying}.spot`, 'SPOT', underlying);
  return { factor, points: dailyColumn(`prices/${file}`, 'date', 'close') };
}

export function volatilityIndex(): FactorSeries {
  const factor = factorOf('BTC.vol.30d', 'ATM_VOLATILITY', 'BTC');
  return { factor, points: dailyColumn('dvol/BTC_dvol_daily.csv.gz', 'date', 'dvol') };
}

export function fundingRates(underlying: string): FactorSeries {
  const factor = factorOf(`${underlying}.funding`, 'FUNDING', underlying);
  return { factor, points: dailyColumn(`funding/${underlying}USDT.binance.csv.gz`, 'time', 'funding_rate') };
}
