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
const hash32 = (text: unknown, field: string): Bytes => {
  const bytes = base64(text);
  if (bytes.length !== 32) throw new Error(`expected 32 bytes of ${field} but found ${bytes.length}`);
  return bytes;
};
const hex = (bytes: Bytes): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
const integer = (value: unknown): bigint => {
  const text = typeof value === 'string' || typeof value === 'number' ? `${value}` : '0';
  if (!/^(0|-?[1-9]\d*)$/.test(text)) throw new Error(`expected an integer but found ${text}`);
  return BigInt(text);
};
const digest = async (...parts: Bytes[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', join(parts)));

function join(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** `value` as `length` big-endian bytes; throws where they would not show it whole. */
function bigEndian(value: bigint, length: number): Bytes {
  if (value < 0n || value >> BigInt(8 * length) !== 0n)
    throw new Error(`expected 0 or more in ${length} bytes but found ${value}`);
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

/** A hash of the header that may be left out: 32 zeros then. */
function committed(field: string, header: Header): Bytes {
  return (header[field] ?? '') === '' ? new Uint8Array(32) : hash32(header[field], field);
}

const COMMITTED = [
  ...['reservesRoot', 'priceHash', 'surfaceHash', 'parameterHash', 'openInterestHash'],
  'previousHash',
];

/** The bytes that were signed, built anew from the fields that are shown. */
function headerBytes(header: Header): Bytes {
  const sums = header.liabilities ?? [];
  const number = (field: string, length = 8): Bytes => bigEndian(integer(header[field]), length);
  const assets = sums.map(({ asset, decimals }) => {
    if (!/^[!-~]{1,32}$/.test(asset)) throw new Error(`expected an asset in ASCII but found ${asset}`);
    return join([bigEndian(BigInt(asset.length), 1), utf8(asset), bigEndian(integer(decimals), 1)]);
  });
  const time = String(header.time);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/.test(time))
    throw new Error(`expected a time in UTC with milliseconds but found ${time}`);
  return join([
    utf8('PMPOL1H2'),
    number('sequence'),
    number('epoch'),
    bigEndian(BigInt(Date.parse(time)), 8),
    number('saltEpoch'),
    bigEndian(BigInt(sums.length), 2),
    ...assets,
    number('depth', 1),
    number('accountCount'),
    hash32(header.padSeed, 'padSeed'),
    hash32(header.liabilitiesRoot, 'liabilitiesRoot'),
    encoded(sums.map(({ units }) => integer(units))),
    number('negativeAccountCount'),
    encoded((header.negativeEquity ?? []).map(({ units }) => integer(units))),
    ...COMMITTED.map((field) => committed(field, header)),
  ]);
}

/** Root hash and sums that follow from the leaf and its siblings. */
async function climb(proof: Proof, header: Header): Promise<{ hash: Bytes; sums: bigint[]; index: Bytes }> {
  const account = await digest(utf8(proof.accountId));
  const index = account.slice(0, 8);
  const zeros = (header.liabilities ?? []).map(() => 0n);
  let sums = (proof.balances ?? []).map(({ units }) => integer(units));
  let hash = await digest(
    Uint8Array.of(0),
    utf8('PMPOL1'),
    hash32(proof.salt, 'salt'),
    account,
    encoded(sums),
  );
  let empty = await digest(Uint8Array.of(2), utf8('PMPOL1'), hash32(header.padSeed, 'padSeed'));
  const emptyLevels = integer(proof.emptyLevels);
  const siblings = [...(proof.siblings ?? [])];
  const place = BigInt(`0x${hex(index)}`);
  const node = (a: Bytes, aSums: bigint[], b: Bytes, bSums: bigint[]): Promise<Bytes> =>
    digest(Uint8Array.of(1), utf8('PMPOL1'), a, encoded(aSums), b, encoded(bSums));
  for (let level = 0n; level < 64n; level++) {
    const shown = ((emptyLevels >> level) & 1n) === 1n ? undefined : siblings.shift();
    if (shown === undefined && ((emptyLevels >> level) & 1n) === 0n)
      throw new Error(`no sibling for level ${level}`);
    const other = shown === undefined ? empty : hash32(shown.hash, 'a sibling');
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
    const assets = (header.liabilities ?? []).map(({ asset }) => asset);
    check('assets once', new Set(assets).size === assets.length, assets.join(' '));
    same('depth', String(header.depth), '64');
    const { hash, sums, index } = await climb(proof, header);
    same('place', hex(bigEndian(integer(proof.leafIndex), 8)), hex(index));
    same('root', hex(hash), hex(base64(header.liabilitiesRoot)));
    same('sums', sums.join(' '), (header.liabilities ?? []).map(({ units }) => integer(units)).join(' '));
    const shown = new Map((proof.balances ?? []).map(({ asset, units }) => [asset, `${integer(units)}`]));
    const { balances } = known;
    if (balances !== undefined)
      for (const asset of new Set([...shown.keys(), ...Object.keys(balances)]))
        same(`balance of ${asset}`, shown.get(asset) ?? 'no such asset', balances[asset] ?? '0');
    const previous = known.previous?.attestation;
    if (previous !== undefined) {
      const before = previous.header;
      same('chain', hex(committed('previousHash', header)), hex(await digest(headerBytes(before))));
      same('chained key', attestation.publicKey, previous.publicKey);
      same('sequence', String(integer(header.sequence)), String(integer(before.sequence) + 1n));
      const step = (later: Header): bigint[] => [
        BigInt(Date.parse(String(later.time))),
        integer(later.epoch),
        integer(later.saltEpoch),
      ];
      const [now, then] = [step(header), step(before)];
      check(
        'forward',
        now.every((value, i) => value >= (then[i] ?? 0n)),
        `time, epoch, salt epoch: ${now.join(' ')} after ${then.join(' ')}`,
      );
    }
  } catch (error) {
    check('proof', false, error instanceof Error ? error.message : String(error));
  }
  return checks;
}
