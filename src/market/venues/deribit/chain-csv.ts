import type { Outcome } from '../../../domain/outcome.js';
import { failure, failureUnder } from '../../../domain/outcome.js';
import type { Cell } from '../cell.js';
import { csvCell } from '../cell.js';
import type { CsvRow } from '../csv.js';
import { parseCsv } from '../csv.js';
import { ImportLedger } from '../import-ledger.js';
import type { ImportResult } from '../import-report.js';
import { isoTimeMs } from '../iso-time.js';
import type { TextSource } from '../text-source.js';
import type { DeribitImportOptions } from './build-market.js';
import { buildMarket } from './build-market.js';
import { ChainCollector } from './chain-collector.js';
import { addPerpetualTrades, addTermFutures } from './companion-csv.js';
import { CsvColumns } from './csv-columns.js';
import { isOtherProduct, parseInstrumentName } from './instrument-name.js';

/** A recorded chain with the files of futures beside it. */
export interface ChainSources {
  readonly chain: TextSource;
  /** Last trades of the perpetuals; rows of other snapshots are left alone. */
  readonly perpetuals?: TextSource;
  /** Marks of the dated futures; rows of other snapshots are left alone. */
  readonly termFutures?: TextSource;
}

/** Columns that are read; the forward has two names in use. All others are ignored, greeks included: they lag the mark. */
const COLUMNS = [
  'timestamp',
  'instrument_name',
  'underlying_name',
  'option_type',
  'strike',
  'expiry_datetime',
  'bid_price',
  'ask_price',
  'mark_price',
  'implied_volatility',
  'currency',
  'index_price',
] as const;
type Column = (typeof COLUMNS)[number] | 'forward';
const FORWARD_COLUMNS = ['underlying', 'underlying_price'];

/** What stands for the name of a forward that was not delivered. */
const UNNAMED_FORWARD = 'index_price';

/**
 * Imports one recorded option chain as comma-separated text: coin prices, volatility as a fraction, an empty field for no
 * quote. The column `time_to_maturity` counts years of 365.25 days and is not read. All rows of a snapshot carry the same
 * time, its start.
 */
export function importDeribitChain(
  sources: ChainSources,
  options: DeribitImportOptions = {},
): Outcome<ImportResult> {
  const { header, rows } = parseCsv(sources.chain.text);
  const columns = CsvColumns.find<Column>(header, { ...named(COLUMNS), forward: FORWARD_COLUMNS });
  if (!columns.ok) return failureUnder(sources.chain.name, columns.failure);
  const timeMs = chooseTime(rows, columns.value, sources.chain.name, options.snapshotTimeMs);
  if (!timeMs.ok) return timeMs;

  const ledger = new ImportLedger();
  const collector = new ChainCollector(timeMs.value, 0);
  const register = ledger.source(sources.chain.name, 'option chain');
  const isChosen = options.snapshotTimeMs !== undefined;
  for (const row of rows) addRow(row, columns.value, collector, register, isChosen);

  const notes: string[] = [];
  for (const [source, add, what] of [
    [sources.perpetuals, addPerpetualTrades, 'perpetuals'],
    [sources.termFutures, addTermFutures, 'dated futures'],
  ] as const) {
    if (source === undefined) notes.push(`No file of ${what} was given: the market has none.`);
    else {
      const added = add(source, collector, ledger);
      if (!added.ok) return added;
    }
  }
  return buildMarket(collector, ledger, options, notes);
}

function named<Name extends string>(names: readonly Name[]): Record<Name, readonly string[]> {
  return Object.fromEntries(names.map((name) => [name, [name]])) as unknown as Record<
    Name,
    readonly string[]
  >;
}

function addRow(
  row: CsvRow,
  columns: CsvColumns<Column>,
  collector: ChainCollector,
  register: ReturnType<ImportLedger['source']>,
  isChosen: boolean,
): void {
  const name = columns.text(row, 'instrument_name');
  const fate = register(row.row, name);
  if (!columns.fits(row)) {
    fate.refuse('MALFORMED_ROW', `${row.cells.length} cells under a header of ${columns.width}`);
    return;
  }
  const timeMs = timeCell(columns.text(row, 'timestamp'));
  if (isChosen && typeof timeMs === 'number' && timeMs !== collector.timeMs) {
    fate.leaveToOtherSnapshot();
    return;
  }
  const terms = parseInstrumentName(name);
  if (terms?.kind !== 'OPTION') {
    const isKnown = terms !== undefined || isOtherProduct(name);
    fate.refuse(isKnown ? 'UNSUPPORTED_PRODUCT' : 'MALFORMED_NAME', 'Not the name of an inverse option');
    return;
  }
  const cell = (column: Column): Cell => csvCell(columns.text(row, column));
  collector.addOption({
    fate,
    name,
    terms,
    timeMs,
    forward: cell('forward'),
    isForwardNamed: columns.text(row, 'underlying_name') !== UNNAMED_FORWARD,
    bid: cell('bid_price'),
    ask: cell('ask_price'),
    mark: cell('mark_price'),
    volatility: cell('implied_volatility'),
    indexPrice: cell('index_price'),
    declared: {
      underlying: columns.text(row, 'currency'),
      optionType: columns.text(row, 'option_type'),
      strike: cell('strike'),
      expiryMs: timeCell(columns.text(row, 'expiry_datetime')),
      contractSize: null,
    },
  });
}

export function timeCell(text: string): Cell {
  return isoTimeMs(text) ?? { unreadable: text.slice(0, 40) };
}

/** The moment asked for, else the one that more than half of the rows carry. */
function chooseTime(
  rows: readonly CsvRow[],
  columns: CsvColumns<Column>,
  file: string,
  wantedMs: number | undefined,
): Outcome<number> {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const timeMs = isoTimeMs(columns.text(row, 'timestamp'));
    if (timeMs !== undefined) counts.set(timeMs, (counts.get(timeMs) ?? 0) + 1);
  }
  if (wantedMs !== undefined) {
    if (counts.has(wantedMs)) return { ok: true, value: wantedMs };
    return failure('INVALID_VALUE', 'snapshotTimeMs', `${file} has no rows of ${wantedMs} ms`);
  }
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  if (best === undefined) return failure('INVALID_VALUE', file, 'No row has a time that can be read');
  const [timeMs, count] = best;
  if (count * 2 > rows.length) return { ok: true, value: timeMs };
  return failure(
    'MISSING_FIELD',
    'snapshotTimeMs',
    `${file} holds ${counts.size} moments: choose one of them`,
  );
}
