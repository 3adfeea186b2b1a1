import type { Outcome } from '../../../domain/outcome.js';
import { failure } from '../../../domain/outcome.js';
import type { Cell } from '../cell.js';
import { jsonCell, scaleCell, showCell } from '../cell.js';
import type { ImportRow } from '../import-ledger.js';
import { ImportLedger } from '../import-ledger.js';
import type { ImportResult } from '../import-report.js';
import type { TextSource } from '../text-source.js';
import type { DeribitImportOptions } from './build-market.js';
import { buildMarket } from './build-market.js';
import { ChainCollector } from './chain-collector.js';
import type { NamedTerms } from './instrument-name.js';
import { isOtherProduct, parseInstrumentName } from './instrument-name.js';
import type { JsonRecord } from './json-rpc.js';
import { isRecord, readResult } from './json-rpc.js';
import type { ListedTerms } from './listed-terms.js';
import { fateOf, Listings, text } from './listed-terms.js';
import { checkNumbers, isQuote } from './option-row.js';

/** `mark_iv` is in percent. */
const PERCENT = 100;

/** The responses of one market are called one after the other; rows farther apart are not of one moment. */
const TIME_SPREAD_MAX_MS = 10 * 60_000;

/** In the last half hour before an expiry its estimated delivery price is an average and no longer the index. */
const SETTLEMENT_WINDOW_MS = 30 * 60_000;

/** What stands for the name of a forward that was not delivered. */
const UNNAMED_FORWARD = 'index_price';

/** `index_price_btc_usd.json`: the response itself does not say which index it is. */
const INDEX_NAME = /index_price_([a-z0-9]+)_usd(?![a-z])/i;

/** One response, sorted by what it is. */
type Response =
  | { readonly kind: 'summaries' | 'instruments'; readonly name: string; readonly rows: readonly unknown[] }
  | { readonly kind: 'index'; readonly name: string; readonly record: JsonRecord }
  | { readonly kind: 'other'; readonly name: string };

/**
 * Imports responses of Deribit's public API: `get_book_summary_by_currency`, and where given `get_instruments` (else the
 * terms come from the names) and `get_index_price` (else the index is the median of the rows), for any number of
 * currencies, with or without the JSON-RPC envelope.
 */
export function importDeribitApi(
  sources: readonly TextSource[],
  options: DeribitImportOptions = {},
): Outcome<ImportResult> {
  const responses: Response[] = [];
  for (const source of sources) {
    const result = readResult(source);
    if (!result.ok) return result;
    responses.push(classify(source.name, result.value));
  }
  const timeMs = options.snapshotTimeMs ?? medianTime(responses);
  if (timeMs === undefined)
    return failure('MISSING_MARKET_DATA', 'sources', 'No summary has a creation_timestamp that can be read');

  const importer = new ApiImporter(new ChainCollector(timeMs, TIME_SPREAD_MAX_MS));
  for (const response of responses) importer.addTerms(response);
  for (const response of responses) importer.addQuotes(response);
  return importer.finish(options);
}

function classify(name: string, result: unknown): Response {
  if (isRecord(result))
    return 'index_price' in result ? { kind: 'index', name, record: result } : { kind: 'other', name };
  if (!Array.isArray(result)) return { kind: 'other', name };
  const rows = result as readonly unknown[];
  const isTerms = rows.some((row) => isRecord(row) && 'expiration_timestamp' in row);
  return { kind: isTerms ? 'instruments' : 'summaries', name, rows };
}

/** The middle creation time of all summaries: an actual one, and deaf to a few wrong ones. */
function medianTime(responses: readonly Response[]): number | undefined {
  const times = responses
    .flatMap((response) => (response.kind === 'summaries' ? response.rows : []))
    .map((row) => (isRecord(row) ? row.creation_timestamp : undefined))
    .filter((time): time is number => typeof time === 'number' && Number.isSafeInteger(time) && time > 0)
    .sort((a, b) => a - b);
  return times[(times.length - 1) >> 1];
}

class ApiImporter {
  private readonly ledger = new ImportLedger();
  private readonly listings = new Listings();
  private readonly notes: string[] = [];
  private readonly hasTerms = { instruments: false, index: new Set<string>() };

  constructor(private readonly collector: ChainCollector) {}

  addTerms(response: Response): void {
    if (response.kind === 'other') {
      this.ledger.source(response.name, 'not recognised');
      this.notes.push(`${response.name} is no response that this import reads; it was left out.`);
    } else if (response.kind === 'index') this.addIndex(response.name, response.record);
    else if (response.kind === 'instruments') {
      const register = this.ledger.source(response.name, 'instruments');
      this.hasTerms.instruments = true;
      for (const [index, record] of response.rows.entries()) {
        const row = register(index + 1, nameOf(record));
        if (isRecord(record)) this.listings.add(row, record);
        else row.refuse('MALFORMED_ROW', 'Not an object');
      }
    }
  }

  addQuotes(response: Response): void {
    if (response.kind !== 'summaries') return;
    const register = this.ledger.source(response.name, 'book summaries');
    for (const [index, record] of response.rows.entries()) {
      const row = register(index + 1, nameOf(record));
      if (isRecord(record)) this.addQuote(row, record);
      else row.refuse('MALFORMED_ROW', 'Not an object');
    }
  }

  finish(options: DeribitImportOptions): Outcome<ImportResult> {
    this.listings.close();
    if (!this.hasTerms.instruments)
      this.notes.push('No list of instruments was given: terms come from the names, sizes from the venue.');
    for (const { name } of this.collector.underlyings)
      if (!this.hasTerms.index.has(name))
        this.notes.push(`No index price of ${name} was given: it is the median of estimated_delivery_price.`);
    return buildMarket(this.collector, this.ledger, options, this.notes);
  }

  private addIndex(name: string, record: JsonRecord): void {
    const currency = INDEX_NAME.exec(name)?.[1]?.toUpperCase();
    const row = this.ledger.source(name, 'index price')(1, currency ?? '');
    const price = jsonCell(record.index_price);
    const refused = checkNumbers({ index_price: price });
    if (currency === undefined)
      row.refuse('CURRENCY_MISMATCH', 'The name of the file does not say which index it is');
    else if (this.hasTerms.index.has(currency))
      row.refuse('DUPLICATE_INSTRUMENT', 'An earlier file has this index');
    else if (refused) row.refuse(refused.reason, refused.detail);
    else if (!isQuote(price)) row.refuse('ZERO_PRICE', `index_price is ${showCell(price)}`);
    else {
      this.hasTerms.index.add(currency);
      this.collector.underlying(currency).indexPrice = price;
      row.use();
    }
  }

  private addQuote(row: ImportRow, record: JsonRecord): void {
    const name = row.instrument;
    const named = parseInstrumentName(name);
    if (!named) {
      row.refuse(
        isOtherProduct(name) ? 'UNSUPPORTED_PRODUCT' : 'MALFORMED_NAME',
        'Not an inverse instrument',
      );
      return;
    }
    if (this.listings.isUnlisted(name, named)) {
      row.refuse('NOT_LISTED', 'The list of instruments does not hold the name');
      return;
    }
    const terms = this.listings.claim(name);
    if (named.kind === 'OPTION') this.addOption(row, record, named, terms);
    else this.addFuture(row, record, named, terms);
  }

  private addOption(
    row: ImportRow,
    record: JsonRecord,
    named: Extract<NamedTerms, { kind: 'OPTION' }>,
    terms: ListedTerms | undefined,
  ): void {
    const isSettling = named.expiryMs - this.collector.timeMs <= SETTLEMENT_WINDOW_MS;
    this.collector.addOption({
      fate: fateOf(row, terms),
      name: row.instrument,
      terms: named,
      timeMs: jsonCell(record.creation_timestamp),
      forward: jsonCell(record.underlying_price),
      isForwardNamed: record.underlying_index !== UNNAMED_FORWARD,
      bid: jsonCell(record.bid_price),
      ask: jsonCell(record.ask_price),
      mark: jsonCell(record.mark_price),
      volatility: scaleCell(jsonCell(record.mark_iv), PERCENT),
      indexPrice: isSettling ? undefined : jsonCell(record.estimated_delivery_price),
      declared: {
        underlying: terms?.underlying ?? text(record.base_currency),
        optionType: terms?.optionType,
        strike: terms?.strike ?? null,
        expiryMs: terms?.expiryMs ?? null,
        contractSize: terms?.contractSize ?? null,
      },
    });
  }

  private addFuture(
    row: ImportRow,
    record: JsonRecord,
    named: Exclude<NamedTerms, { kind: 'OPTION' }>,
    terms: ListedTerms | undefined,
  ): void {
    const cell = (field: string): Cell => jsonCell(record[field]);
    this.collector.addFuture({
      fate: fateOf(row, terms),
      name: row.instrument,
      terms: named,
      timeMs: cell('creation_timestamp'),
      mark: cell('mark_price'),
      last: cell('last'),
      markLow: null,
      markHigh: null,
      bid: cell('bid_price'),
      ask: cell('ask_price'),
      declared: {
        underlying: terms?.underlying ?? text(record.base_currency),
        expiryMs: terms?.expiryMs ?? null,
        contractSize: terms?.contractSize ?? null,
      },
    });
  }
}

function nameOf(record: unknown): string {
  return isRecord(record) ? (text(record.instrument_name) ?? '') : '';
}
