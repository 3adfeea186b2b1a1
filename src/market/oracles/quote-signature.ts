/** Signed updates: what a source signs, and how a signature is checked (Ed25519, RFC 8032). */
import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { OracleQuote } from './oracle-quote.js';

/** First bytes of every message, so that a signature serves no other purpose. */
const DOMAIN = 'MARGINCUBE-QUOTE-1';
/** Numbers in the order in which they are signed; an absent one is a cleared bit and no bytes. */
const NUMBERS = ['bid', 'ask', 'price', 'confidence', 'exponent', 'timeMs', 'sequence'] as const;
const NUMBER_BYTES = 8;

/**
 * The bytes that a source signs: the domain, the oracle's and the source's name (each a 16-bit length and UTF-8), one byte that
 * says which numbers follow (bit 0 is the bid), and the numbers as big-endian doubles. The oracle's name keeps a quote of one
 * price from being replayed as another.
 */
export function quoteMessage(oracle: string, quote: OracleQuote): Buffer {
  const present = NUMBERS.filter((name) => quote[name] !== undefined);
  const numbers = Buffer.alloc(1 + present.length * NUMBER_BYTES);
  let flags = 0;
  for (const [at, name] of present.entries()) {
    flags |= 1 << NUMBERS.indexOf(name);
    numbers.writeDoubleBE(quote[name]!, 1 + at * NUMBER_BYTES);
  }
  numbers.writeUInt8(flags);
  return Buffer.concat([text(DOMAIN), text(oracle), text(quote.source), numbers]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The key of 64 hexadecimal digits (the 32 bytes of RFC 8032); undefined when it is none. */
export function readPublicKey(hex: string): KeyObject | undefined {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return undefined;
  const x = Buffer.from(hex, 'hex').toString('base64url');
  try {
    return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  } catch {
    return undefined;
  }
}

export function isSignatureValid(oracle: string, quote: OracleQuote, key: KeyObject): boolean {
  const { signature } = quote;
  if (!(signature instanceof Uint8Array)) return false;
  if (NUMBERS.some((name) => quote[name] !== undefined && typeof quote[name] !== 'number')) return false;
  return verify(null, quoteMessage(oracle, quote), key, signature);
}
