/** A small sound chain of two coins in both forms that the importers read; tests change single fields of it. */
import type { TextSource } from '../../../src/market/venues/text-source.js';
import { black76Price } from '../../../src/kernel/reference/black76.js';

export const CHAIN_TIME = '2026-01-15T09:21:30.027641+00:00';
export const CHAIN_TIME_MS = Date.UTC(2026, 0, 15, 9, 21, 30, 27);

export type ChainRow = Record<string, string>;
export type ApiRecord = Record<string, unknown>;

const COINS = [
  { coin: 'BTC', index: 96_650, step: 10_000, strikes: [70_000, 80_000, 90_000, 100_000, 110_000, 120_000] },
  { coin: 'ETH', index: 3_336, step: 400, strikes: [2_400, 2_800, 3_200, 3_600, 4_000, 4_400] },
];
const EXPIRIES = [
  {
    label: '30JAN26',
    iso: '2026-01-30T08:00:00+00:00',
    ms: Date.UTC(2026, 0, 30, 8),
    carry: 1.002,
    isListed: false,
  },
  {
    label: '27MAR26',
    iso: '2026-03-27T08:00:00+00:00',
    ms: Date.UTC(2026, 2, 27, 8),
    carry: 1.01,
    isListed: true,
  },
];

/** The columns of a recorded chain that are read, and one that is not. */
export const CHAIN_COLUMNS = [
  'timestamp',
  'instrument_name',
  'underlying',
  'underlying_name',
  'option_type',
  'strike',
  'expiry_datetime',
  'time_to_maturity',
  'bid_price',
  'ask_price',
  'mark_price',
  'implied_volatility',
  'currency',
  'index_price',
];

/** 48 options; the forwards of an expiry differ between rows by 2 dollars in 100,000. */
export function chainRows(): ChainRow[] {
  return COINS.flatMap(({ coin, index, strikes }) =>
    EXPIRIES.flatMap(({ label, iso, ms, carry, isListed }) =>
      strikes.flatMap((strike, place) =>
        ['call', 'put'].map((optionType): ChainRow => {
          const forward = index * carry * (1 + 1e-5 * (place % 3));
          const volatility = 0.4 + 0.1 * Math.abs(Math.log(strike / forward));
          const years = (ms - CHAIN_TIME_MS) / (365 * 86_400_000);
          const mark = black76Price(optionType === 'call', forward, strike, volatility, years) / forward;
          return {
            timestamp: CHAIN_TIME,
            instrument_name: `${coin}-${label}-${strike}-${optionType === 'call' ? 'C' : 'P'}`,
            underlying: String(forward),
            underlying_name: isListed ? `${coin}-${label}` : `SYN.${coin}-${label}`,
            option_type: optionType,
            strike: strike.toFixed(1),
            expiry_datetime: iso,
            time_to_maturity: String((years * 365) / 365.25),
            bid_price: String(mark * 0.99),
            ask_price: String(mark * 1.01),
            mark_price: String(mark),
            implied_volatility: String(volatility),
            currency: coin,
            index_price: String(index * (1 + 1e-4 * (place % 2))),
          };
        }),
      ),
    ),
  );
}

export function csvOf(columns: readonly string[], rows: readonly ChainRow[], name = 'chain.csv'): TextSource {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(','));
  return { name, text: [columns.join(','), ...lines, ''].join('\n') };
}

export function chainCsv(rows: readonly ChainRow[] = chainRows()): TextSource {
  return csvOf(CHAIN_COLUMNS, rows);
}

const PERPETUAL_COLUMNS = [
  'snapshot_timestamp_ms',
  'coin',
  'instrument_name',
  'candle_open',
  'candle_close',
  'accepted_under_max_gap',
  'candle_price_used',
];

/** Two rows of the snapshot and one of another. */
export function perpetualRows(): ChainRow[] {
  const row = (coin: string, price: number, timeMs: number): ChainRow => ({
    snapshot_timestamp_ms: String(timeMs),
    coin,
    instrument_name: `${coin}-PERPETUAL`,
    candle_open: String(price),
    candle_close: String(price),
    accepted_under_max_gap: 'True',
    candle_price_used: String(price),
  });
  return [
    row('BTC', 96_660, CHAIN_TIME_MS),
    row('ETH', 3_336.5, CHAIN_TIME_MS),
    row('BTC', 90_000, CHAIN_TIME_MS + 1),
  ];
}

export function perpetualCsv(rows: readonly ChainRow[] = perpetualRows()): TextSource {
  return csvOf(PERPETUAL_COLUMNS, rows, 'perpetual_futures_last.csv');
}

const TERM_COLUMNS = [
  'snapshot_timestamp_ms',
  'currency',
  'futures_instrument_name',
  'snapshot_term_mark_price',
  'snapshot_term_mark_min',
  'snapshot_term_mark_max',
];

export function termRows(): ChainRow[] {
  return COINS.map(({ coin, index }) => ({
    snapshot_timestamp_ms: String(CHAIN_TIME_MS),
    currency: coin,
    futures_instrument_name: `${coin}-27MAR26`,
    snapshot_term_mark_price: String(index * 1.01),
    snapshot_term_mark_min: String(index * 1.01),
    snapshot_term_mark_max: String(index * 1.01 * 1.000_02),
  }));
}

export function termCsv(rows: readonly ChainRow[] = termRows()): TextSource {
  return csvOf(TERM_COLUMNS, rows, 'term_futures_marks.csv');
}

/** Responses of the public API about the same chain, one list per file. */
export interface ApiFiles {
  optionSummaries: ApiRecord[];
  futureSummaries: ApiRecord[];
  instruments: ApiRecord[];
  index: Record<string, ApiRecord>;
}

export function apiFiles(): ApiFiles {
  const options = chainRows();
  const number = (text: string | undefined): number | null => (text === '' ? null : Number(text));
  return {
    optionSummaries: options.map((row) => ({
      instrument_name: row.instrument_name,
      base_currency: row.currency,
      quote_currency: row.currency,
      creation_timestamp: CHAIN_TIME_MS,
      bid_price: number(row.bid_price),
      ask_price: number(row.ask_price),
      mark_price: number(row.mark_price),
      mark_iv: 100 * Number(row.implied_volatility),
      underlying_price: number(row.underlying),
      underlying_index: row.underlying_name,
      estimated_delivery_price: number(row.index_price),
    })),
    futureSummaries: COINS.flatMap(({ coin, index }) => [
      futureSummary(coin, 'PERPETUAL', { last: index + (coin === 'BTC' ? 10 : 0.5) }),
      futureSummary(coin, '27MAR26', { mark_price: index * 1.01, last: index }),
    ]),
    instruments: [
      ...options.map((row) => ({
        instrument_name: row.instrument_name,
        kind: 'option',
        instrument_type: 'reversed',
        base_currency: row.currency,
        settlement_currency: row.currency,
        option_type: row.option_type,
        strike: number(row.strike),
        expiration_timestamp: Date.parse(row.expiry_datetime ?? ''),
        contract_size: 1,
        is_active: true,
      })),
      ...COINS.flatMap(({ coin }) => [
        futureTerms(coin, 'PERPETUAL', 32_503_708_800_000),
        futureTerms(coin, '27MAR26', Date.UTC(2026, 2, 27, 8)),
      ]),
    ],
    index: Object.fromEntries(
      COINS.map(({ coin, index }) => [
        coin.toLowerCase(),
        { index_price: index, estimated_delivery_price: index },
      ]),
    ),
  };
}

function futureSummary(coin: string, label: string, prices: ApiRecord): ApiRecord {
  const instrument_name = `${coin}-${label}`;
  return {
    instrument_name,
    base_currency: coin,
    quote_currency: 'USD',
    creation_timestamp: CHAIN_TIME_MS,
    ...prices,
  };
}

function futureTerms(coin: string, label: string, expiration_timestamp: number): ApiRecord {
  return {
    instrument_name: `${coin}-${label}`,
    kind: 'future',
    instrument_type: 'reversed',
    base_currency: coin,
    settlement_currency: coin,
    expiration_timestamp,
    is_active: true,
  };
}

export function apiSources(files: ApiFiles = apiFiles(), envelope = true): TextSource[] {
  const text = (result: unknown): string => JSON.stringify(envelope ? { jsonrpc: '2.0', result } : result);
  return [
    { name: 'book_summary_option.json', text: text(files.optionSummaries) },
    { name: 'book_summary_future.json', text: text(files.futureSummaries) },
    { name: 'instruments.json', text: text(files.instruments) },
    ...Object.entries(files.index).map(([coin, record]) => ({
      name: `index_price_${coin}_usd.json`,
      text: text(record),
    })),
  ];
}
