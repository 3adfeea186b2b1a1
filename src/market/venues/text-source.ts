import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { IMPORT_FILE_BYTES_MAX } from '../../limits.js';

/** A file that was read: its name for reports and its text. */
export interface TextSource {
  readonly name: string;
  readonly text: string;
}

/** Reads UTF-8 text, packed with gzip or not (told by its first bytes, not by its name). */
export function readTextSource(file: string): Outcome<TextSource> {
  try {
    const bytes = readFileSync(file);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip ? gunzipSync(bytes, { maxOutputLength: IMPORT_FILE_BYTES_MAX }) : bytes;
    if (plain.byteLength > IMPORT_FILE_BYTES_MAX)
      return failure('LIMIT_EXCEEDED', file, `Expected at most ${IMPORT_FILE_BYTES_MAX} bytes`);
    return success({ name: file, text: plain.toString('utf8') });
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return failure('INVALID_VALUE', file, `Cannot read the file: ${cause}`);
  }
}
