/** Separators that a header may have, the one of the standard first. */
export const SEPARATORS = [',', ';', '\t', '|'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** The values of one record; `open` where a quote is not closed, `damaged` where something stands behind a closed one. */
export type CsvRecord =
  | { readonly form: 'whole'; readonly values: readonly string[] }
  | { readonly form: 'open' }
  | { readonly form: 'damaged'; readonly value: string };

/** Splits a record as RFC 4180 has it. */
export function splitRecord(text: string, separator: Separator): CsvRecord {
  const values: string[] = [];
  for (let at = 0; ; at += 1) {
    const isQuoted = text[at] === '"';
    const end = isQuoted ? closingQuote(text, at + 1) : separatorFrom(text, at, separator);
    if (end === undefined) return { form: 'open' };
    values.push(isQuoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end));
    const next = isQuoted ? end + 1 : end;
    if (next >= text.length) return { form: 'whole', values };
    if (text[next] !== separator)
      return { form: 'damaged', value: text.slice(at, separatorFrom(text, next, separator)) };
    at = next;
  }
}

function separatorFrom(text: string, from: number, separator: Separator): number {
  const at = text.indexOf(separator, from);
  return at < 0 ? text.length : at;
}

function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2))
    if (text[at + 1] !== '"') return at;
  return undefined;
}
