import type { Cell } from '../cell.js';
import { jsonCell } from '../cell.js';
import type { ImportRow } from '../import-ledger.js';
import type { ImportRefusal } from '../import-report.js';
import type { NamedTerms } from './instrument-name.js';
import { isOtherProduct, parseInstrumentName } from './instrument-name.js';
import type { JsonRecord } from './json-rpc.js';
import type { RowFate } from './option-row.js';

/** What `get_instruments` says about one instrument. */
export interface ListedTerms {
  readonly row: ImportRow;
  readonly underlying: string | undefined;
  readonly optionType: string | undefined;
  readonly strike: Cell;
  readonly expiryMs: Cell;
  readonly contractSize: Cell;
}

/** The instruments that the venue lists, from any number of responses. */
export class Listings {
  private readonly terms = new Map<string, ListedTerms>();
  private readonly claimed = new Set<string>();
  /** Underlying and kind of the lists that were given: only there does absence mean "not listed". */
  private readonly covered = new Set<string>();

  add(row: ImportRow, record: JsonRecord): void {
    const name = row.instrument;
    const named = parseInstrumentName(name);
    if (!named) {
      row.refuse(
        isOtherProduct(name) ? 'UNSUPPORTED_PRODUCT' : 'MALFORMED_NAME',
        'Not an inverse instrument',
      );
      return;
    }
    this.covered.add(coverageKey(named));
    if (this.terms.has(name)) {
      row.refuse('DUPLICATE_INSTRUMENT', 'An earlier row has the name');
      return;
    }
    const refused = refusedTerms(record, named);
    if (refused !== undefined) {
      row.refuse(...refused);
      return;
    }
    this.terms.set(name, {
      row,
      underlying: text(record.base_currency),
      optionType: text(record.option_type),
      strike: jsonCell(record.strike),
      expiryMs: jsonCell(record.expiration_timestamp),
      contractSize: jsonCell(record.contract_size),
    });
  }

  /** The terms of a quoted instrument, once; undefined where none are listed. */
  claim(name: string): ListedTerms | undefined {
    if (this.claimed.has(name)) return undefined;
    const found = this.terms.get(name);
    if (found) this.claimed.add(name);
    return found;
  }

  /** Whether the venue's list of this kind was given and does not hold the name. */
  isUnlisted(name: string, named: NamedTerms): boolean {
    return this.covered.has(coverageKey(named)) && !this.terms.has(name);
  }

  /** Settles the instruments that no quote claimed. */
  close(): void {
    for (const [name, { row }] of this.terms)
      if (!this.claimed.has(name)) row.refuse('NOT_QUOTED', 'No summary quotes the instrument');
  }
}

function coverageKey({ kind, underlying }: NamedTerms): string {
  return `${underlying} ${kind === 'OPTION' ? 'option' : 'future'}`;
}

function refusedTerms(record: JsonRecord, named: NamedTerms): [ImportRefusal, string] | undefined {
  const type = text(record.instrument_type);
  if (type !== undefined && type !== 'reversed') return ['UNSUPPORTED_PRODUCT', `instrument_type is ${type}`];
  const settlement = text(record.settlement_currency);
  if (settlement !== undefined && settlement !== named.underlying)
    return ['UNSUPPORTED_PRODUCT', `settlement_currency is ${settlement}`];
  const kind = text(record.kind);
  const kindOfName = named.kind === 'OPTION' ? 'option' : 'future';
  if (kind !== undefined && kind !== kindOfName) return ['UNSUPPORTED_PRODUCT', `kind is ${kind}`];
  if (record.is_active === false) return ['NOT_LISTED', 'is_active is false'];
  return undefined;
}

/** A string; a value of another type is shown as text, so that it contradicts what it is compared with. */
export function text(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Quote and terms of one instrument live and die together. */
export function fateOf(quote: ImportRow, terms: ListedTerms | undefined): RowFate {
  if (!terms) return quote;
  return {
    use: () => {
      quote.use();
      terms.row.use();
    },
    refuse: (reason, detail) => {
      quote.refuse(reason, detail);
      terms.row.refuse('NOT_QUOTED', `The quote was refused: ${reason}`);
    },
  };
}
