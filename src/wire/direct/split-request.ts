import type { ShallowCalculateMarginRequest } from '../twin.js';

/** Field number x 8 + wire type, as one byte of the wire. */
const CALCULATION_TAG = 10;
const PORTFOLIO_TAG = 18;

const CONTINUES = 0x80;
const LENGTH_BYTES_MAX = 4;

/**
 * The parts of a margincube.v1.CalculateMarginRequest as slices of its bytes; undefined for anything but its two fields, each
 * at most once, which is the twin's to read.
 */
export function splitUsualRequest(bytes: Buffer): ShallowCalculateMarginRequest | undefined {
  let calculation: Buffer | null = null;
  let portfolio: Buffer | null = null;
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at++];
    let length = 0;
    let shift = 0;
    let byte = CONTINUES;
    while (byte >= CONTINUES) {
      if (shift === 7 * LENGTH_BYTES_MAX) return undefined;
      byte = bytes[at++] ?? CONTINUES;
      length |= (byte & (CONTINUES - 1)) << shift;
      shift += 7;
    }
    const end = at + length;
    if (end > bytes.length) return undefined;
    if (tag === CALCULATION_TAG && calculation === null) calculation = bytes.subarray(at, end);
    else if (tag === PORTFOLIO_TAG && portfolio === null) portfolio = bytes.subarray(at, end);
    else return undefined;
    at = end;
  }
  return { calculation, portfolio };
}
