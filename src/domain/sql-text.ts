/** Texts inside SQL for DuckDB. */

/** A text as a literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The name of a file that is read: DuckDB takes `*`, `?` and `[` for a pattern, and `a[1].csv` for `a1.csv`. A file that is written is
 * `quoted`.
 */
export function quotedFile(file: string): string {
  return quoted(file.replace(/[*?[]/g, '[$&]'));
}
