import type {
  ImportRefusal,
  RefusalExample,
  RefusalReport,
  RowCounts,
  SourceReport,
} from './import-report.js';

/** Examples kept for each reason. */
const EXAMPLES_PER_REASON_MAX = 5;

interface SourceCounts {
  readonly name: string;
  readonly kind: string;
  rowsUsed: number;
  rowsRefused: number;
  rowsOfOtherSnapshots: number;
}

/** A row on its way through an import: it ends as exactly one of used, refused or about another snapshot. */
export class ImportRow {
  private isSettled = false;

  constructor(
    private readonly ledger: ImportLedger,
    private readonly source: SourceCounts,
    readonly row: number,
    readonly instrument: string,
  ) {}

  use(): void {
    this.settle();
    this.source.rowsUsed += 1;
  }

  refuse(reason: ImportRefusal, detail: string): void {
    this.settle();
    this.source.rowsRefused += 1;
    const { row, instrument } = this;
    this.ledger.recordRefusal(reason, { source: this.source.name, row, instrument, detail });
  }

  leaveToOtherSnapshot(): void {
    this.settle();
    this.source.rowsOfOtherSnapshots += 1;
  }

  private settle(): void {
    if (this.isSettled) throw new Error(`Row ${this.row} of ${this.source.name} is counted twice`);
    this.isSettled = true;
    this.ledger.recordSettled();
  }
}

/** Accounts for every row of every source of one import. */
export class ImportLedger {
  private readonly sources: SourceCounts[] = [];
  private readonly refusals = new Map<ImportRefusal, { count: number; examples: RefusalExample[] }>();
  private rowsOpen = 0;

  /** A function that registers the rows of a new source. */
  source(name: string, kind: string): (row: number, instrument: string) => ImportRow {
    const counts = { name, kind, rowsUsed: 0, rowsRefused: 0, rowsOfOtherSnapshots: 0 };
    this.sources.push(counts);
    return (row, instrument) => {
      this.rowsOpen += 1;
      return new ImportRow(this, counts, row, instrument);
    };
  }

  recordSettled(): void {
    this.rowsOpen -= 1;
  }

  recordRefusal(reason: ImportRefusal, example: RefusalExample): void {
    const entry = this.refusals.get(reason) ?? { count: 0, examples: [] };
    entry.count += 1;
    if (entry.examples.length < EXAMPLES_PER_REASON_MAX) entry.examples.push(example);
    this.refusals.set(reason, entry);
  }

  /** The counts; throws when a row was registered and never settled, which is a defect of the importer. */
  close(): RowCounts & {
    readonly sources: readonly SourceReport[];
    readonly refusals: readonly RefusalReport[];
  } {
    if (this.rowsOpen !== 0) throw new Error(`${this.rowsOpen} rows are neither used nor refused`);
    const sources = this.sources.map((counts) => ({
      ...counts,
      rowsRead: counts.rowsUsed + counts.rowsRefused,
    }));
    const total = (key: keyof RowCounts): number => sources.reduce((sum, counts) => sum + counts[key], 0);
    const refusals = [...this.refusals].map(([reason, entry]) => ({ reason, ...entry }));
    return {
      rowsRead: total('rowsRead'),
      rowsUsed: total('rowsUsed'),
      rowsRefused: total('rowsRefused'),
      rowsOfOtherSnapshots: total('rowsOfOtherSnapshots'),
      sources,
      refusals: refusals.sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    };
  }
}
