/** Plain text tables: two spaces between columns, numbers to the right, no width that depends on the terminal. */

export interface Column<Row> {
  readonly title: string;
  /** `right` for numbers. */
  readonly align: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

const GAP = '  ';

/** Header, rule and one line per row, without a trailing newline or trailing spaces. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => oneLine(column.cell(row))));
  const widths = columns.map((column, index) =>
    cells.reduce(
      (width, line) => Math.max(width, displayWidth(line[index] ?? '')),
      displayWidth(column.title),
    ),
  );
  const line = (texts: readonly string[]): string =>
    columns
      .map((column, index) => pad(texts[index] ?? '', widths[index] ?? 0, column.align))
      .join(GAP)
      .trimEnd();
  const header = line(columns.map((column) => column.title));
  const rule = widths.map((width) => '-'.repeat(width)).join(GAP);
  return [header, rule, ...cells.map(line)].join('\n');
}

function pad(text: string, width: number, align: 'left' | 'right'): string {
  const filling = ' '.repeat(width - displayWidth(text));
  return align === 'left' ? text + filling : filling + text;
}

/** Code points; names of accounts and instruments are not expected to hold wide characters. */
function displayWidth(text: string): number {
  return Array.from(text).length;
}

/** Names come from files: a line break or an escape sequence in one must not change the table or the terminal. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
