/**
 * Puts submessages that are encoded already into the message around them, each copied once: batches are framed on threads and
 * in the client, and what they hold is large. Field numbers below 16, whose tag is one byte.
 */

const LENGTH_DELIMITED = 2;
const CONTINUES = 0x80;

/** Bytes of a field that holds `values`, one after the other. */
export function framedByteLength(values: readonly Uint8Array[]): number {
  let total = 0;
  for (const { length } of values) total += 1 + varintBytes(length) + length;
  return total;
}

/** Writes a field that holds `values`; returns where it ends. */
export function putFramed(
  target: Uint8Array,
  start: number,
  field: number,
  values: readonly Uint8Array[],
): number {
  let at = start;
  for (const value of values) {
    at = putHeader(target, at, field, value.length);
    target.set(value, at);
    at += value.length;
  }
  return at;
}

/** margincube.v1.BatchCalculateMarginRequest with a chunk of encoded portfolios. */
export function frameChunk(portfolios: readonly Uint8Array[]): Buffer {
  const chunkByteLength = framedByteLength(portfolios);
  const request = Buffer.allocUnsafeSlow(1 + varintBytes(chunkByteLength) + chunkByteLength);
  putFramed(request, putHeader(request, 0, 2, chunkByteLength), 1, portfolios);
  return request;
}

/** margincube.v1.BatchCalculateMarginResponse with encoded outcomes and their encoded timing, in memory of its own. */
export function frameOutcomePart(
  outcomes: readonly Uint8Array[],
  timing: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const response = new Uint8Array(framedByteLength(outcomes) + framedByteLength([timing]));
  putFramed(response, putFramed(response, 0, 1, outcomes), 2, [timing]);
  return response;
}

function putHeader(target: Uint8Array, start: number, field: number, byteLength: number): number {
  let at = start;
  target[at++] = field * 8 + LENGTH_DELIMITED;
  let rest = byteLength;
  while (rest >= CONTINUES) {
    target[at++] = (rest & (CONTINUES - 1)) | CONTINUES;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= CONTINUES; rest >>>= 7) bytes++;
  return bytes;
}
