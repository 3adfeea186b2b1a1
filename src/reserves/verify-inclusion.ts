/**
 * What an account holder runs: checks a proof and the attestation it belongs to, and names every check that fails. Web Crypto only,
 * so that the same lines run in Node and in a page without a server; `docs/reserve-audit.md` is all that is needed to write another.
 */
import type { Attestation, Bytes, Check, Expectations, Header, Proof } from './proof-fields.js';
import {
  assetsOf,
  base64,
  bigEndian,
  Checks,
  committed,
  encoded,
  hash32,
  headerBytes,
} from './proof-fields.js';
import { hex, integer, isSigned, sha256, timeMs, unitsOf, utf8 } from './proof-fields.js';

/** Every check with its result, for the JSON of `GetInclusionProofResponse`; the proof stands when all have passed. */
export async function verifyInclusion(
  { proof, attestation }: { readonly proof: Proof; readonly attestation: Attestation },
  known: Expectations = {},
): Promise<Check[]> {
  const checks = new Checks();
  try {
    await checkSignature(checks, attestation, known.publicKeyHex);
    if (known.accountId !== undefined) checks.same('account', proof.accountId, known.accountId);
    await checkPath(checks, proof, attestation.header);
    if (known.balances !== undefined) checkBalances(checks, proof, known.balances);
    if (known.previous !== undefined) await checkChain(checks, attestation, known.previous.attestation);
  } catch (error) {
    checks.holds('proof', false, error instanceof Error ? error.message : String(error));
  }
  return checks.all;
}

async function checkSignature(checks: Checks, shown: Attestation, publicKeyHex?: string): Promise<void> {
  const { header, headerHash, signature, publicKey } = shown;
  checks.same('format', String(header.format), 'PMPOL1');
  const bytes = headerBytes(header);
  checks.same('header hash', hex(await sha256(bytes)), hex(base64(headerHash)));
  const signed = await isSigned(bytes, signature, publicKey);
  checks.holds('signature', signed, `${signed ? '' : 'not '}by the key of the attestation`);
  if (publicKeyHex !== undefined) checks.same('key', hex(base64(publicKey)), publicKeyHex.toLowerCase());
}

async function checkPath(checks: Checks, proof: Proof, header: Header): Promise<void> {
  checks.same('assets', assetsOf(proof.balances), assetsOf(header.liabilities));
  checks.same('assets of debts', assetsOf(header.negativeEquity), assetsOf(header.liabilities));
  const assets = (header.liabilities ?? []).map(({ asset }) => asset);
  checks.holds('assets once', new Set(assets).size === assets.length, assets.join(' '));
  checks.same('depth', String(header.depth), '64');
  const { hash, sums, index } = await climb(proof, header);
  checks.same('place', hex(bigEndian(integer(proof.leafIndex), 8)), hex(index));
  checks.same('root', hex(hash), hex(base64(header.liabilitiesRoot)));
  checks.same('sums', sums.join(' '), unitsOf(header.liabilities).join(' '));
}

/** Root hash and sums that follow from the leaf and its siblings. */
async function climb(proof: Proof, header: Header): Promise<{ hash: Bytes; sums: bigint[]; index: Bytes }> {
  const account = await sha256(utf8(proof.accountId));
  const index = account.slice(0, 8);
  const place = BigInt(`0x${hex(index)}`);
  const emptyLevels = integer(proof.emptyLevels);
  const siblings = [...(proof.siblings ?? [])];
  const node = (a: Bytes, aSums: bigint[], b: Bytes, bSums: bigint[]): Promise<Bytes> =>
    sha256(Uint8Array.of(1), utf8('PMPOL1'), a, encoded(aSums), b, encoded(bSums));
  let sums = unitsOf(proof.balances);
  const zeros = sums.map(() => 0n);
  const salt = hash32(proof.salt, 'salt');
  let hash = await sha256(Uint8Array.of(0), utf8('PMPOL1'), salt, account, encoded(sums));
  let empty = await sha256(Uint8Array.of(2), utf8('PMPOL1'), hash32(header.padSeed, 'padSeed'));
  for (let level = 0n; level < 64n; level++) {
    const isEmpty = ((emptyLevels >> level) & 1n) === 1n;
    const shown = isEmpty ? undefined : siblings.shift();
    if (!isEmpty && shown === undefined) throw new Error(`no sibling for level ${level}`);
    const other = shown === undefined ? empty : hash32(shown.hash, 'a sibling');
    const otherSums = shown === undefined ? zeros : unitsOf(shown.sums);
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

function checkBalances(checks: Checks, proof: Proof, stated: Readonly<Record<string, string>>): void {
  const shown = new Map((proof.balances ?? []).map(({ asset, units }) => [asset, `${integer(units)}`]));
  for (const asset of new Set([...shown.keys(), ...Object.keys(stated)]))
    checks.same(`balance of ${asset}`, shown.get(asset) ?? 'no such asset', stated[asset] ?? '0');
}

async function checkChain(checks: Checks, now: Attestation, before: Attestation): Promise<void> {
  const order = ({ header }: Attestation) => [
    timeMs(header),
    integer(header.epoch),
    integer(header.saltEpoch),
  ];
  const previousHash = hex(await sha256(headerBytes(before.header)));
  checks.same('chain', hex(committed('previousHash', now.header)), previousHash);
  checks.same('chained key', now.publicKey, before.publicKey);
  const next = integer(before.header.sequence) + 1n;
  checks.same('sequence', String(integer(now.header.sequence)), String(next));
  const [later, earlier] = [order(now), order(before)];
  const isForward = later.every((value, i) => value >= (earlier[i] ?? 0n));
  const detail = `time, epoch, salt epoch: ${later.join(' ')} after ${earlier.join(' ')}`;
  checks.holds('forward', isForward, detail);
}
