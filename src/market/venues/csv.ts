/** One data row: its number counts from 1 below the header; empty lines have no number. */
export interface CsvRow {
  readonly row: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

/** Comma-separated text with optional double quotes (RFC 4180), LF or CRLF. Rows keep however many cells they have. */
export function parseCsv(text: string): CsvTable {
  const lines = splitRecords(text.startsWith('\uFEFF') ? text.slice(1) : text);
  const [header = [], ...rest] = lines;
  return { header, rows: rest.map((cells, index) => ({ row: index + 1, cells })) };
}

function splitRecords(text: string): string[][] {
  return text.includes('"') ? splitQuoted(text) : splitPlain(text);
}

function splitPlain(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(','));
}

function splitQuoted(text: string): string[][] {
  const records: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRecord = (): void => {
    cells.push(cell);
    if (cells.length > 1 || cells[0] !== '') records.push(cells);
    cells = [];
    cell = '';
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i]!;
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') {
      if (cell.endsWith('\r')) cell = cell.slice(0, -1);
      endRecord();
    } else cell += character;
  }
  if (cell !== '' || cells.length > 0) endRecord();
  return records;
}
