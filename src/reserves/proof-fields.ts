/**
 * How a verifier reads the JSON of proofs and attestations, strictly, and turns it into the bytes that were hashed and signed
 * (`docs/reserve-audit.md`, sections 2, 4 and 8). Imports nothing, so that it can stand in a page as it is.
 */
export interface Sum {
  readonly asset: string;
  readonly units?: string;
  readonly decimals?: number;
}
export interface Header {
  readonly [field: string]: unknown;
  readonly liabilities?: readonly Sum[];
  readonly negativeEquity?: readonly Sum[];
}
export interface Attestation {
  readonly header: Header;
  readonly headerHash: string;
  readonly signature: string;
  readonly publicKey: string;
}
export interface Proof {
  readonly accountId: string;
  readonly leafIndex?: string;
  readonly salt: string;
  readonly balances?: readonly Sum[];
  readonly siblings?: readonly { readonly hash: string; readonly sums?: readonly Sum[] }[];
  readonly emptyLevels?: string;
}
/** What the holder knows without the venue; each is checked when given. */
export interface Expectations {
  readonly accountId?: string;
  /** Units per asset of the holder's own statement. */
  readonly balances?: Readonly<Record<string, string>>;
  /** Hex of the key that the venue published elsewhere. */
  readonly publicKeyHex?: string;
  /** The attestation that was verified before. */
  readonly previous?: { readonly attestation: Attestation };
}

export type Bytes = Uint8Array<ArrayBuffer>;

export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what was found. */
  readonly detail: string;
}

/** The checks of a proof, one after the other. */
export class Checks {
  readonly all: Check[] = [];

  holds(name: string, passed: boolean, detail: string): void {
    this.all.push({ name, passed, detail });
  }

  same(name: string, found: string, wanted: string): void {
    this.holds(name, found === wanted, found === wanted ? found : `expected ${wanted} but found ${found}`);
  }
}

const LIMIT = 1n << 127n;

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}

export function base64(text: unknown): Bytes {
  return Uint8Array.from(atob(typeof text === 'string' ? text : ''), (c) => c.charCodeAt(0));
}

export function hash32(text: unknown, field: string): Bytes {
  const bytes = base64(text);
  if (bytes.length !== 32) throw new Error(`expected 32 bytes of ${field} but found ${bytes.length}`);
  return bytes;
}

export function hex(bytes: Bytes): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

export function integer(value: unknown): bigint {
  const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : '0';
  if (!/^(0|-?[1-9]\d*)$/.test(text)) throw new Error(`expected an integer but found ${text}`);
  return BigInt(text);
}

/** The integers of a list of amounts. */
export function unitsOf(sums: readonly Sum[] | undefined): bigint[] {
  return (sums ?? []).map(({ units }) => integer(units));
}

/** The assets of a list of amounts with their decimals, as text. */
export function assetsOf(sums: readonly Sum[] | undefined): string {
  return (sums ?? []).map(({ asset, decimals }) => `${asset}/${decimals ?? 0}`).join(' ');
}

export async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)));
}

/** Whether a key, 32 bytes in base64, signed these bytes by Ed25519. */
export async function isSigned(bytes: Bytes, signature: string, publicKey: string): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', base64(publicKey), 'Ed25519', false, ['verify']);
  return crypto.subtle.verify('Ed25519', key, base64(signature), bytes);
}

function join(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** `value` as `length` big-endian bytes; throws where they would not show it whole. */
export function bigEndian(value: bigint, length: number): Bytes {
  if (value < 0n || value >> BigInt(8 * length) !== 0n)
    throw new Error(`expected 0 or more in ${length} bytes but found ${value}`);
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
}

/** 16 bytes per asset; throws for a sum that is negative or too large. */
export function encoded(sums: readonly bigint[]): Bytes {
  return join(
    sums.map((sum) => {
      if (sum < 0n || sum >= LIMIT) throw new Error(`a sum of ${sum} is outside 0 to 2^127 - 1`);
      return bigEndian(sum, 16);
    }),
  );
}

/** A hash of the header that may be left out: 32 zeros then. */
export function committed(field: string, header: Header): Bytes {
  return (header[field] ?? '') === '' ? new Uint8Array(32) : hash32(header[field], field);
}

const COMMITTED = [
  ...['reservesRoot', 'priceHash', 'surfaceHash', 'parameterHash', 'openInterestHash'],
  'previousHash',
];

/** Milliseconds since 1970; only what the signed bytes can hold is a time. */
export function timeMs({ time }: Header): bigint {
  const text = String(time);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(text))
    throw new Error(`expected a time in UTC with milliseconds but found ${text}`);
  return BigInt(Date.parse(text));
}

/** The bytes that were signed, built anew from the fields that are shown. */
export function headerBytes(header: Header): Bytes {
  const sums = header.liabilities ?? [];
  const number = (field: string, length = 8): Bytes => bigEndian(integer(header[field]), length);
  const assets = sums.map(({ asset, decimals }) => {
    if (!/^[!-~]{1,32}$/.test(asset)) throw new Error(`expected an asset in ASCII but found ${asset}`);
    return join([bigEndian(BigInt(asset.length), 1), utf8(asset), bigEndian(integer(decimals), 1)]);
  });
  return join([
    utf8('PMPOL1H2'),
    number('sequence'),
    number('epoch'),
    bigEndian(timeMs(header), 8),
    number('saltEpoch'),
    bigEndian(BigInt(sums.length), 2),
    ...assets,
    number('depth', 1),
    number('accountCount'),
    hash32(header.padSeed, 'padSeed'),
    hash32(header.liabilitiesRoot, 'liabilitiesRoot'),
    encoded(unitsOf(sums)),
    number('negativeAccountCount'),
    encoded(unitsOf(header.negativeEquity)),
    ...COMMITTED.map((field) => committed(field, header)),
  ]);
}
