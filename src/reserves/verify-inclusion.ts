/**
 * What an account holder runs: checks a proof and the attestation it belongs to, and names every check that fails. It imports
 * nothing and uses Web Crypto only, so that the same lines run in Node and in a page without a server; `docs/reserve-audit.md` is
 * all that is needed to write another. Input: the JSON of `GetInclusionProofResponse`.
 */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  /** What was expected and what was found. */
  readonly detail: string;
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

interface Sum {
  readonly asset: string;
  readonly units?: string;
  readonly decimals?: number;
}
interface Header {
  readonly [field: string]: unknown;
  readonly liabilities?: readonly Sum[];
  readonly negativeEquity?: readonly Sum[];
}
interface Attestation {
  readonly header: Header;
  readonly headerHash: string;
  readonly signature: string;
  readonly publicKey: string;
}
interface Proof {
  readonly accountId: string;
  readonly leafIndex?: string;
  readonly salt: string;
  readonly balances?: readonly Sum[];
  readonly siblings?: readonly { readonly hash: string; readonly sums?: readonly Sum[] }[];
  readonly emptyLevels?: string;
}
type Bytes = Uint8Array<ArrayBuffer>;

const LIMIT = 1n << 127n;
const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const base64 = (text: unknown): Bytes =>
  Uint8Array.from(atob(typeof text === 'string' ? text : ''), (c) => c.charCodeAt(0));
const hex = (bytes: Bytes): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const integer = (text: unknown): bigint =>
  BigInt(typeof text === 'string' || typeof text === 'number' ? text : 0);
const digest = async (...parts: Bytes[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)));

function join(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** `value` as `length` big-endian bytes. */
function bigEndian(value: bigint, length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * (length - 1 - i))) & 255n));
}

/** 16 bytes per asset; throws for a sum that is negative or too large. */
function encoded(sums: readonly bigint[]): Bytes {
  return join(
    sums.map((sum) => {
      if (sum < 0n || sum >= LIMIT) throw new Error(`a sum of ${sum} is outside 0 to 2^127 - 1`);
      return bigEndian(sum, 16);
    }),
  );
}

/** The bytes that were signed, built anew from the fields that are shown. */
function headerBytes(header: Header): Bytes {
  const sums = header.liabilities ?? [];
  const number = (field: string, length = 8): Bytes => bigEndian(integer(header[field]), length);
  const hash = (field: string): Bytes =>
    (header[field] ?? '') === '' ? new Uint8Array(32) : base64(header[field]);
  const assets = sums.map(({ asset, decimals }) =>
    join([bigEndian(BigInt(asset.length), 1), utf8(asset), bigEndian(BigInt(decimals ?? 0), 1)]),
  );
  return join([
    utf8('PMPOL1H2'),
    number('sequence'),
    number('epoch'),
    bigEndian(BigInt(Date.parse(String(header.time))), 8),
    number('saltEpoch'),
    bigEndian(BigInt(sums.length), 2),
    ...assets,
    number('depth', 1),
    number('accountCount'),
    hash('padSeed'),
    hash('liabilitiesRoot'),
    encoded(sums.map(({ units }) => integer(units))),
    number('negativeAccountCount'),
    encoded((header.negativeEquity ?? []).map(({ units }) => integer(units))),
    ...['reservesRoot', 'priceHash', 'surfaceHash', 'parameterHash', 'openInterestHash', 'previousHash'].map(
      hash,
    ),
  ]);
}

/** Root hash and sums that follow from the leaf and its siblings. */
async function climb(proof: Proof, header: Header): Promise<{ hash: Bytes; sums: bigint[]; index: Bytes }> {
  const account = await digest(utf8(proof.accountId));
  const index = account.slice(0, 8);
  const zeros = (header.liabilities ?? []).map(() => 0n);
  let sums = (proof.balances ?? []).map(({ units }) => integer(units));
  let hash = await digest(Uint8Array.of(0), utf8('PMPOL1'), base64(proof.salt), account, encoded(sums));
  let empty = await digest(Uint8Array.of(2), utf8('PMPOL1'), base64(header.padSeed));
  const emptyLevels = integer(proof.emptyLevels);
  const siblings = [...(proof.siblings ?? [])];
  const place = BigInt(`0x${hex(index)}`);
  const node = (a: Bytes, aSums: bigint[], b: Bytes, bSums: bigint[]): Promise<Bytes> =>
    digest(Uint8Array.of(1), utf8('PMPOL1'), a, encoded(aSums), b, encoded(bSums));
  for (let level = 0n; level < integer(header.depth); level++) {
    const shown = ((emptyLevels >> level) & 1n) === 1n ? undefined : siblings.shift();
    if (shown === undefined && ((emptyLevels >> level) & 1n) === 0n)
      throw new Error(`no sibling for level ${level}`);
    const other = shown === undefined ? empty : base64(shown.hash);
    const otherSums = shown === undefined ? zeros : (shown.sums ?? []).map(({ units }) => integer(units));
    if (otherSums.length !== sums.length) throw new Error(`the sibling of level ${level} has other assets`);
    const isRight = ((place >> level) & 1n) === 1n;
    hash = isRight ? await node(other, otherSums, hash, sums) : await node(hash, sums, other, otherSums);
    empty = await node(empty, zeros, empty, zeros);
    sums = sums.map((sum, asset) => sum + (otherSums[asset] ?? 0n));
    encoded(sums);
  }
  if (siblings.length > 0) throw new Error(`${siblings.length} siblings too many`);
  return { hash, sums, index };
}

/** Every check with its result; the proof stands when all have passed. */
export async function verifyInclusion(
  { proof, attestation }: { readonly proof: Proof; readonly attestation: Attestation },
  known: Expectations = {},
): Promise<Check[]> {
  const checks: Check[] = [];
  const check = (name: string, passed: boolean, detail: string): void => {
    checks.push({ name, passed, detail });
  };
  const same = (name: string, found: string, wanted: string): void => {
    check(name, found === wanted, found === wanted ? found : `expected ${wanted} but found ${found}`);
  };
  try {
    const { header } = attestation;
    same('format', String(header.format), 'PMPOL1');
    const bytes = headerBytes(header);
    same('header hash', hex(await digest(bytes)), hex(base64(attestation.headerHash)));
    const key = await crypto.subtle.importKey('raw', base64(attestation.publicKey), 'Ed25519', false, [
      'verify',
    ]);
    const signed = await crypto.subtle.verify('Ed25519', key, base64(attestation.signature), bytes);
    check(
      'signature',
      signed,
      signed ? 'by the key of the attestation' : 'not by the key of the attestation',
    );
    if (known.publicKeyHex !== undefined)
      same('key', hex(base64(attestation.publicKey)), known.publicKeyHex.toLowerCase());
    if (known.accountId !== undefined) same('account', proof.accountId, known.accountId);
    const names = (sums: readonly Sum[] | undefined): string =>
      (sums ?? []).map(({ asset, decimals }) => `${asset}/${decimals ?? 0}`).join(' ');
    same('assets', names(proof.balances), names(header.liabilities));
    same('assets of debts', names(header.negativeEquity), names(header.liabilities));
    const { hash, sums, index } = await climb(proof, header);
    same('place', integer(proof.leafIndex).toString(16).padStart(16, '0'), hex(index));
    same('root', hex(hash), hex(base64(header.liabilitiesRoot)));
    same('sums', sums.join(' '), (header.liabilities ?? []).map(({ units }) => integer(units)).join(' '));
    for (const { asset, units } of proof.balances ?? [])
      if (known.balances !== undefined)
        same(`balance of ${asset}`, `${units ?? 0}`, known.balances[asset] ?? '0');
    const previous = known.previous?.attestation;
    if (previous !== undefined) {
      const before = hex(await digest(headerBytes(previous.header)));
      same('chain', hex(base64(header.previousHash)), before);
      same('sequence', String(integer(header.sequence)), String(integer(previous.header.sequence) + 1n));
    }
  } catch (error) {
    check('proof', false, error instanceof Error ? error.message : String(error));
  }
  return checks;
}
