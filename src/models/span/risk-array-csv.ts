import { failure, success, type Outcome } from '../../domain/outcome.js';
import { SPAN_SCENARIO_COUNT } from './scenarios.js';

/**
 * A risk-array set as comma-separated text: the same content as the JSON form (docs/span-files.md). The first cell of a line
 * names its record, the others follow in fixed order; there are no quotes, so names contain no comma. Empty lines and lines
 * that begin with # are skipped; optional cells may be empty. Records may stand in any order, lists keep theirs.
 *
 *   file,<name>,<date>,<source>
 *   settings,<cash asset>,<initial factor>,<look-ahead days>
 *   commodity,<combined commodity>,<exposure rate>
 *   ranges,<combined commodity>,<underlying>,PRICE|FRACTION,<price scan range>,<volatility scan range>
 *   tier,<combined commodity>,<tier>,<first month>,<last month>
 *   inter-month,<combined commodity>,<tier A>,<ratio A>,<tier B>,<ratio B>,<rate>
 *   delivery,<combined commodity>,<month>,<rate in spreads>,<rate outright>
 *   short-option-minimum,<combined commodity>,<rate>,CONTRACT|UNIT,SUM|LARGER
 *   inter-commodity,<credit rate>,<combined commodity>,<ratio>,A|B,<combined commodity>,<ratio>,A|B,...
 *   array,<combined commodity>,<month>,<instrument>,<composite delta>,<loss 1>,...,<loss 16>
 */
export interface SpanModelFile {
  readonly model: 'span';
  readonly name: string;
  readonly date?: string;
  readonly source?: string;
  /** For `parseSpanParameters`, which judges ranges and names. */
  readonly parameters: unknown;
}

interface Draft {
  file: { name: string; date?: string; source?: string } | undefined;
  settings: object | undefined;
  readonly commodities: Map<string, CommodityDraft>;
  readonly interCommoditySpreads: object[];
  readonly contracts: Map<string, object>;
}

interface CommodityDraft {
  exposureRate: number;
  ranges?: object;
  shortOptionMinimum?: object;
  readonly tiers: object[];
  readonly interMonthSpreads: object[];
  readonly deliveryMonths: object[];
}

/** Reads the text; a failure names line and cell, e.g. `line 7, cell 5`, both counted from 1. */
export function spanModelFromCsv(text: string): Outcome<SpanModelFile> {
  const draft: Draft = {
    file: undefined,
    settings: undefined,
    commodities: new Map(),
    interCommoditySpreads: [],
    contracts: new Map(),
  };
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // Everything that other records refer to is read first, so that records may stand in any order.
  for (const isFirstPass of [true, false]) {
    for (const [index, content] of lines.entries()) {
      if (content.trim() === '' || content.startsWith('#')) continue;
      const line = new CsvLine(index + 1, content);
      if ((line.record === 'commodity') !== isFirstPass) continue;
      try {
        readRecord(draft, line);
      } catch (error) {
        if (error instanceof CsvError) return failure('INVALID_PARAMETER', error.field, error.message);
        throw error;
      }
    }
  }
  const { file, settings } = draft;
  if (file === undefined || settings === undefined) {
    const missing = file === undefined ? 'file' : 'settings';
    return failure('MISSING_FIELD', missing, `Expected one record "${missing}" but found none`);
  }
  return success({
    model: 'span',
    ...file,
    parameters: {
      ...settings,
      combinedCommodities: Object.fromEntries(draft.commodities),
      interCommoditySpreads: draft.interCommoditySpreads,
      contracts: Object.fromEntries(draft.contracts),
    },
  });
}

function readRecord(draft: Draft, line: CsvLine): void {
  switch (line.record) {
    case 'file': {
      line.requireOnce(draft.file);
      const [date, source] = [line.optional(2), line.optional(3)];
      draft.file = {
        name: line.text(1),
        ...(date === undefined ? {} : { date }),
        ...(source === undefined ? {} : { source }),
      };
      break;
    }
    case 'settings':
      line.requireOnce(draft.settings);
      draft.settings = {
        cashAsset: line.text(1),
        initialFactor: line.number(2),
        lookAheadDays: line.number(3),
      };
      break;
    case 'commodity':
      line.requireOnce(draft.commodities.get(line.text(1)));
      draft.commodities.set(line.text(1), {
        tiers: [],
        interMonthSpreads: [],
        deliveryMonths: [],
        exposureRate: line.number(2),
      });
      break;
    case 'inter-commodity':
      draft.interCommoditySpreads.push(interCommoditySpread(line));
      break;
    case 'array':
      line.requireOnce(draft.contracts.get(line.text(3)));
      draft.contracts.set(line.text(3), {
        combinedCommodity: line.text(1),
        month: line.text(2),
        compositeDelta: line.number(4),
        riskArray: Array.from({ length: SPAN_SCENARIO_COUNT }, (_, s) => line.number(5 + s)),
      });
      line.requireCells(5 + SPAN_SCENARIO_COUNT);
      break;
    default:
      readCommodityRule(line, draft);
  }
}

function readCommodityRule(line: CsvLine, draft: Draft): void {
  const known = COMMODITY_RULES.get(line.record);
  if (known === undefined) throw new CsvError(line.place(0), `Unknown record "${line.record}"`);
  const commodity = draft.commodities.get(line.text(1));
  if (commodity === undefined) {
    throw new CsvError(line.place(1), `Expected a name of a commodity record but received "${line.text(1)}"`);
  }
  known(line, commodity);
}

const COMMODITY_RULES: ReadonlyMap<string, (line: CsvLine, commodity: CommodityDraft) => void> = new Map([
  [
    'ranges',
    (line, commodity) => {
      line.requireOnce(commodity.ranges);
      commodity.ranges = {
        underlying: line.text(2),
        priceScanRange: { unit: line.text(3), value: line.number(4) },
        volatilityScanRange: line.number(5),
      };
    },
  ],
  [
    'tier',
    (line, commodity) => {
      const [firstMonth, lastMonth] = [line.optional(3), line.optional(4)];
      commodity.tiers.push({
        name: line.text(2),
        ...(firstMonth === undefined ? {} : { firstMonth }),
        ...(lastMonth === undefined ? {} : { lastMonth }),
      });
    },
  ],
  [
    'inter-month',
    (line, commodity) => {
      commodity.interMonthSpreads.push({
        legs: [
          { tier: line.text(2), ratio: line.number(3) },
          { tier: line.text(4), ratio: line.number(5) },
        ],
        rate: line.number(6),
      });
    },
  ],
  [
    'delivery',
    (line, commodity) => {
      commodity.deliveryMonths.push({
        month: line.text(2),
        spreadRate: line.number(3),
        outrightRate: line.number(4),
      });
    },
  ],
  [
    'short-option-minimum',
    (line, commodity) => {
      line.requireOnce(commodity.shortOptionMinimum);
      commodity.shortOptionMinimum = { rate: line.number(2), per: line.text(3), count: line.text(4) };
    },
  ],
] as const);

/** Cells of one leg: combined commodity, ratio, side. */
const LEG_CELLS = 3;

function interCommoditySpread(line: CsvLine): object {
  const legs = [];
  for (let at = 2; at < line.cells.length; at += LEG_CELLS) {
    legs.push({ combinedCommodity: line.text(at), ratio: line.number(at + 1), side: line.text(at + 2) });
  }
  return { creditRate: line.number(1), legs };
}

class CsvError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** One line with readers that say where they failed. */
class CsvLine {
  readonly cells: readonly string[];
  readonly #line: number;

  constructor(line: number, content: string) {
    this.#line = line;
    this.cells = content.split(',').map((cell) => cell.trim());
  }

  get record(): string {
    return this.cells[0] ?? '';
  }

  place(at: number): string {
    return `line ${String(this.#line)}, cell ${String(at + 1)}`;
  }

  optional(at: number): string | undefined {
    const cell = this.cells[at];
    return cell === '' ? undefined : cell;
  }

  text(at: number): string {
    const cell = this.optional(at);
    if (cell === undefined) throw new CsvError(this.place(at), 'Expected a text but the cell is empty');
    return cell;
  }

  number(at: number): number {
    const cell = this.text(at);
    const value = Number(cell);
    if (!Number.isFinite(value))
      throw new CsvError(this.place(at), `Expected a number but received "${cell}"`);
    return value;
  }

  requireOnce(earlier: unknown): void {
    if (earlier !== undefined) throw new CsvError(this.place(0), `Expected one such "${this.record}" record`);
  }

  requireCells(count: number): void {
    if (this.cells.length === count) return;
    throw new CsvError(
      this.place(count),
      `Expected ${String(count)} cells but received ${String(this.cells.length)}`,
    );
  }
}
