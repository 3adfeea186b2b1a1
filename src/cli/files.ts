/** Reading and writing of the files a user names; every error names the file. */
import { mkdirSync, readFileSync, writeFileSync, type WriteFileOptions } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { IMPORT_FILE_BYTES_MAX } from '../limits.js';
import { InputError } from './exit.js';
import { parseStrictJson, StrictJsonError } from './strict-json.js';

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

/** A text in UTF-8, without the mark that some editors put in front of it. */
export function readText(file: string, what: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new InputError(`${file}: cannot read ${what}: ${messageOf(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${file}: expected ${what} in UTF-8`);
  }
}

export function writeText(file: string, text: string, options: WriteFileOptions = {}): void {
  try {
    writeFileSync(file, text, options);
  } catch (error) {
    throw new InputError(`${file}: cannot write: ${messageOf(error)}`);
  }
}

/** Makes the folder of results; commands that calculate for minutes call it before they do. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new InputError(`${folder}: cannot make the folder: ${messageOf(error)}`);
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
