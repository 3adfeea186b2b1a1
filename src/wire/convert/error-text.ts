import { ERROR_FIELD_BYTES_MAX, ERROR_TEXT_BYTES_MAX } from '../../limits.js';

/** What an error says, short enough for the trailers of a call: texts quote what was received, however long it was. */
export function errorText(text: string): string {
  return shortened(text, ERROR_TEXT_BYTES_MAX);
}

/** Where an error is: a path may quote names that were received. */
export function errorField(field: string): string {
  return shortened(field, ERROR_FIELD_BYTES_MAX);
}

/**
 * The beginning and the end of a text that is longer than `bytesMax` in UTF-8, and how much is left out between them. Halves of
 * characters, which damaged input leads to, are replaced: grpc-js could not send them and would end the call with UNKNOWN.
 */
function shortened(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= bytesMax) return bytes.toString();
  const kept = bytesMax - 40;
  const head = bytes.subarray(0, Math.ceil((kept * 2) / 3));
  const tail = bytes.subarray(bytes.length - Math.floor(kept / 3));
  const leftOut = ` … ${String(bytes.length - kept)} bytes left out … `;
  return wholeCharacters(head) + leftOut + wholeCharacters(tail);
}

const HALF_CHARACTERS = /^\uFFFD+|\uFFFD+$/g;

function wholeCharacters(bytes: Buffer): string {
  return bytes.toString().replace(HALF_CHARACTERS, '');
}
