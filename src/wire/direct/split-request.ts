import type { ShallowCalculateMarginRequest } from '../twin.js';
import { FieldReader } from './field-reader.js';

/** Field number x 8 + wire type, as one byte of the wire. */
const CALCULATION_TAG = 10;
const PORTFOLIO_TAG = 18;

/**
 * The parts of a margincube.v1.CalculateMarginRequest as slices of its bytes; undefined for anything but its two fields, each
 * at most once, which is the twin's to read.
 */
export function splitUsualRequest(bytes: Buffer): ShallowCalculateMarginRequest | undefined {
  let calculation: Buffer | null = null;
  let portfolio: Buffer | null = null;
  const fields = new FieldReader(bytes);
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at];
    const end = fields.endOf(at);
    if (end < 0) return undefined;
    if (tag === CALCULATION_TAG && calculation === null) calculation = bytes.subarray(fields.start, end);
    else if (tag === PORTFOLIO_TAG && portfolio === null) portfolio = bytes.subarray(fields.start, end);
    else return undefined;
    at = end;
  }
  return { calculation, portfolio };
}
