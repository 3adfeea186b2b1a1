import type { Outcome } from '../../../domain/outcome.js';
import { failureUnder, success } from '../../../domain/outcome.js';
import type { Cell } from '../cell.js';
import { csvCell } from '../cell.js';
import type { CsvRow } from '../csv.js';
import { parseCsv } from '../csv.js';
import type { ImportLedger, ImportRow } from '../import-ledger.js';
import type { TextSource } from '../text-source.js';
import type { ChainCollector } from './chain-collector.js';
import { CsvColumns } from './csv-columns.js';
import type { FutureTerms } from './future-row.js';
import { isOtherProduct, parseInstrumentName } from './instrument-name.js';

const PERPETUAL_COLUMNS = {
  time: ['snapshot_timestamp_ms'],
  name: ['instrument_name'],
  currency: ['coin'],
  isAccepted: ['accepted_under_max_gap'],
  open: ['candle_open'],
  close: ['candle_close'],
  price: ['candle_price_used'],
} as const;

const TERM_COLUMNS = {
  time: ['snapshot_timestamp_ms'],
  name: ['futures_instrument_name'],
  currency: ['currency'],
  mark: ['snapshot_term_mark_price'],
  markLow: ['snapshot_term_mark_min'],
  markHigh: ['snapshot_term_mark_max'],
} as const;

/** A row of this snapshot, with its name understood. */
interface FutureEntry {
  readonly row: CsvRow;
  readonly fate: ImportRow;
  readonly name: string;
  readonly terms: FutureTerms;
  readonly timeMs: Cell;
}

/**
 * Perpetuals as one-minute candles: the price is the open or the close, whichever trade is nearer to the snapshot. Columns
 * that call the same number a mark are not read.
 */
export function addPerpetualTrades(
  source: TextSource,
  collector: ChainCollector,
  ledger: ImportLedger,
): Outcome<void> {
  const { header, rows } = parseCsv(source.text);
  const columns = CsvColumns.find(header, PERPETUAL_COLUMNS);
  if (!columns.ok) return failureUnder(source.name, columns.failure);
  const { value: found } = columns;
  for (const entry of entriesOf(rows, found, collector, ledger.source(source.name, 'perpetual trades'))) {
    const { row, fate } = entry;
    const cell = (name: keyof typeof PERPETUAL_COLUMNS): Cell => csvCell(found.text(row, name));
    if (found.text(row, 'isAccepted') !== 'True') {
      fate.refuse('NOT_ACCEPTED_BY_SOURCE', 'accepted_under_max_gap is not True');
      continue;
    }
    // A candle that opened or closed at 0 had no trade.
    if (cell('open') === 0 || cell('close') === 0) {
      fate.refuse('ZERO_PRICE', 'the candle opens or closes at 0');
      continue;
    }
    addFuture(collector, entry, found.text(row, 'currency'), { mark: null, last: cell('price') });
  }
  return success(undefined);
}

/** Dated futures: the mark is the forward that the options of the expiry show, with its range over the rows. */
export function addTermFutures(
  source: TextSource,
  collector: ChainCollector,
  ledger: ImportLedger,
): Outcome<void> {
  const { header, rows } = parseCsv(source.text);
  const columns = CsvColumns.find(header, TERM_COLUMNS);
  if (!columns.ok) return failureUnder(source.name, columns.failure);
  const { value: found } = columns;
  for (const entry of entriesOf(rows, found, collector, ledger.source(source.name, 'dated future marks'))) {
    const cell = (name: keyof typeof TERM_COLUMNS): Cell => csvCell(found.text(entry.row, name));
    addFuture(collector, entry, found.text(entry.row, 'currency'), {
      mark: cell('mark'),
      markLow: cell('markLow'),
      markHigh: cell('markHigh'),
    });
  }
  return success(undefined);
}

/** Rows of this snapshot whose name reads as a future or perpetual; the others are settled here. */
function* entriesOf(
  rows: readonly CsvRow[],
  columns: CsvColumns<'time' | 'name'>,
  collector: ChainCollector,
  register: ReturnType<ImportLedger['source']>,
): Generator<FutureEntry> {
  for (const row of rows) {
    const name = columns.text(row, 'name');
    const fate = register(row.row, name);
    const timeMs = csvCell(columns.text(row, 'time'));
    const terms = parseInstrumentName(name);
    if (!columns.fits(row))
      fate.refuse('MALFORMED_ROW', `${row.cells.length} cells under a header of ${columns.width}`);
    else if (typeof timeMs === 'number' && timeMs !== collector.timeMs) fate.leaveToOtherSnapshot();
    else if (terms === undefined || terms.kind === 'OPTION') {
      const isKnown = terms !== undefined || isOtherProduct(name);
      fate.refuse(isKnown ? 'UNSUPPORTED_PRODUCT' : 'MALFORMED_NAME', 'Not the name of an inverse future');
    } else yield { row, fate, name, terms, timeMs };
  }
}

function addFuture(
  collector: ChainCollector,
  { fate, name, terms, timeMs }: FutureEntry,
  currency: string,
  prices: { mark: Cell; last?: Cell; markLow?: Cell; markHigh?: Cell },
): void {
  const { mark, last = null, markLow = null, markHigh = null } = prices;
  collector.addFuture({
    fate,
    name,
    terms,
    timeMs,
    mark,
    last,
    markLow,
    markHigh,
    bid: null,
    ask: null,
    declared: { underlying: currency, expiryMs: null, contractSize: null },
  });
}
