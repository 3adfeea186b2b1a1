/** Reading and writing of the files a user names; every error names the file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { IMPORT_FILE_BYTES_MAX } from '../limits.js';
import { InputError } from './exit.js';
import { parseStrictJson, StrictJsonError } from './strict-json.js';

/** What some editors put in front of UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

/** The value of a JSON file. */
export function readJson(file: string, what: string): unknown {
  const text = readText(file, what);
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (error instanceof StrictJsonError) throw new InputError(`${file}: ${error.message}`);
    throw new InputError(`${file}: expected ${what} as JSON: ${messageOf(error)}`);
  }
}

export function readText(file: string, what: string): string {
  try {
    const text = readFileSync(file, 'utf8');
    return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
  } catch (error) {
    throw new InputError(`${file}: cannot read ${what}: ${messageOf(error)}`);
  }
}

export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InputError(`${file}: cannot write: ${messageOf(error)}`);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A text file, unpacked if it is gzipped. */
export function readMaybeGzipped(file: string, what: string): string {
  try {
    const bytes = readFileSync(file);
    const isGzip = bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
    return (isGzip ? gunzipSync(bytes, { maxOutputLength: IMPORT_FILE_BYTES_MAX }) : bytes).toString('utf8');
  } catch (error) {
    throw new InputError(`${file}: cannot read ${what}: ${messageOf(error)}`);
  }
}

const GZIP_MAGIC = [0x1f, 0x8b] as const;
