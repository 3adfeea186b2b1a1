import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes of a line that no reader takes; a quote that is never closed makes one. */
export const LINE_BYTES_MAX = 2 << 20;

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The last line may have none. */
export type LineEnd = '\n' | '\r\n' | '';

/**
 * What `look` says of the first line of a text file, unpacked if it is gzipped, that it says anything of. Lines count from 1 and
 * come without their end; a byte order mark belongs to the first.
 */
export async function findLine<T>(
  file: string,
  look: (bytes: Buffer, line: number, end: LineEnd) => T | undefined,
): Promise<T | undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let line = 0;
  for await (const chunk of openText(file)) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const hasReturn = end > start && bytes[end - 1] === RETURN;
      line += 1;
      const found = look(bytes.subarray(start, hasReturn ? end - 1 : end), line, hasReturn ? '\r\n' : '\n');
      if (found !== undefined) return found;
      start = end + 1;
    }
    rest = bytes.subarray(start);
    if (rest.length > LINE_BYTES_MAX) break;
  }
  return rest.length === 0 ? undefined : look(rest, line + 1, '');
}

function openText(file: string): AsyncIterable<unknown> {
  const source = createReadStream(file, { highWaterMark: 1 << 18 });
  // What is wrong with either is told to the reader of the last.
  return file.endsWith('.gz') ? pipeline(source, createGunzip(), () => undefined) : source;
}
