import { table, type HtmlColumn } from './html.js';

interface Fact {
  readonly name: string;
  readonly value: string;
}

/** How the run was made: every entry of its manifest, whatever later versions add to it. */
export function provenanceSection(manifest: unknown): string {
  const facts = flatten(manifest, '').slice(0, FACTS_MAX);
  return `<section id="provenance"><h2>How it was made</h2>${table(COLUMNS, facts)}</section>`;
}

/** A manifest of a run in thousands of shards is read in its file. */
const FACTS_MAX = 120;

function flatten(value: unknown, name: string): Fact[] {
  if (typeof value !== 'object' || value === null) return [{ name, value: String(value) }];
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [`${name}[${String(index)}]`, item])
    : Object.entries(value).map(([key, item]) => [name === '' ? key : `${name}.${key}`, item]);
  return entries.flatMap(([key, item]) => flatten(item, key));
}

const COLUMNS: readonly HtmlColumn<Fact>[] = [
  { title: 'entry', align: 'left', cell: ({ name }) => name },
  {
    title: 'value',
    align: 'text',
    cell: ({ value }) => value,
    kind: ({ value }) => (/^[\da-f]{32,}$/.test(value) ? 'hash' : ''),
  },
];
