import type { Outcome } from '../../../domain/outcome.js';
import { failure, success } from '../../../domain/outcome.js';
import type { CsvRow } from '../csv.js';

/** Places of named columns in a header. */
export class CsvColumns<Name extends string> {
  private constructor(
    private readonly places: Readonly<Record<Name, number>>,
    readonly width: number,
  ) {}

  /** Every column may be spelled in several ways; all must be there. The failure names the first that is not. */
  static find<Name extends string>(
    header: readonly string[],
    spellings: Readonly<Record<Name, readonly string[]>>,
  ): Outcome<CsvColumns<Name>> {
    const places: [string, number][] = [];
    for (const [name, spelled] of Object.entries<readonly string[]>(spellings)) {
      const place = header.findIndex((title) => spelled.includes(title));
      if (place < 0) return failure('MISSING_FIELD', spelled[0] ?? name, `No column ${spelled.join(' or ')}`);
      places.push([name, place]);
    }
    return success(new CsvColumns(Object.fromEntries(places) as Record<Name, number>, header.length));
  }

  fits(row: CsvRow): boolean {
    return row.cells.length === this.width;
  }

  text(row: CsvRow, name: Name): string {
    return row.cells[this.places[name]] ?? '';
  }
}
