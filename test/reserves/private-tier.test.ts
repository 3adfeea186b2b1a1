/** Proofs of the private tier as files: what a venue signs, what a holder checks, and which check names what is wrong. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { attest } from '../../src/reserves/attest.js';
import { attestationToJson } from '../../src/reserves/attestation-json.js';
import { LiabilityLedger } from '../../src/reserves/liability-ledger.js';
import type { PrivateProofJson } from '../../src/reserves/privacy/private-json.js';
import build from '../../src/reserves/privacy/private-tier-worker.js';
import { verifyPrivate } from '../../src/reserves/privacy/verify-private.js';
import { messageFromJsonValue } from '../../src/wire/json/json-mapping.js';

const ASSETS = [
  { asset: 'BTC', decimals: 8 },
  { asset: 'USDC', decimals: 2 },
];
const { privateKey } = generateKeyPairSync('ed25519');
const signingKeyPem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
const venueSecret = Buffer.alloc(32, 3);
const padSeed = Buffer.alloc(32, 4);
const EQUITY = new Map([
  ['alice', [150_000_000n, 20n]],
  ['bob', [25_000_000n, -7n]],
]);

const ledger = new LiabilityLedger({ assets: ASSETS, venueSecret, padSeed, saltEpoch: 0n });
for (const [accountId, units] of EQUITY) unwrap(ledger.set(accountId, units));
const marks = { epoch: 5n };
const sealed = ledger.seal();
const attestation = attestationToJson(
  unwrap(
    attest({ sealed, assets: ASSETS, padSeed, saltEpoch: 0n, timeMs: 0, marks, reserves: [] }, privateKey),
  ),
);

type Whole = PrivateProofJson & { attestation: typeof attestation };

function proofOf(accountId: string, asset = 0): Whole {
  unwrap(
    build({
      kind: 'build',
      options: { asset: ASSETS[asset]!, venueSecret, signingKeyPem },
      epoch: BigInt(attestation.header.sequence),
      headerHash: Buffer.from(attestation.headerHash, 'base64'),
      liabilities: Array.from(EQUITY, ([id, units]) => [id, units[asset]!] as const),
    }),
  );
  const proof = unwrap(build({ kind: 'prove', accountId }));
  return { ...proof!, attestation };
}

const failed = (json: unknown, known = {}): string[] =>
  verifyPrivate(json, known)
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);

/** The same bytes but for one bit. */
function flipped(base64: string, at: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes[at]! ^= 1;
  return bytes.toString('base64');
}

describe('a proof of the private tier', () => {
  const sound = proofOf('alice');

  it('stands for its account, with the total of the signed header, and shows nothing of the neighbour', () => {
    const publicKeyHex = Buffer.from(attestation.publicKey, 'base64').toString('hex');
    const known = { accountId: 'alice', balances: { BTC: '150000000', USDC: '20' }, publicKeyHex };
    expect(failed(sound, known)).toEqual([]);
    expect(JSON.stringify({ ...sound, attestation: null, statement: null })).not.toContain('25000000');
    expect(messageFromJsonValue('margincube.v1.GetPrivateProofResponse', sound).ok).toBe(true);
  });

  it('fails where the holder knows better', () => {
    expect(failed(sound, { accountId: 'bob' })).toEqual(['account']);
    expect(failed(sound, { balances: { BTC: '150000001' } })).toEqual(['balance of BTC']);
    expect(failed(sound, { publicKeyHex: '00'.repeat(32) })).toEqual(['key']);
  });

  it.each<[string, string[], (bad: Whole) => void]>([
    ['the total', ['signature', 'total', 'path'], ({ statement }) => (statement.units = '150000000')],
    ['the epoch', ['signature', 'epoch', 'path'], ({ statement }) => (statement.epoch = '1')],
    [
      'the header',
      ['signature', 'header'],
      ({ statement }) => (statement.headerHash = flipped(statement.headerHash, 0)),
    ],
    ['the balance', ['path'], ({ proof }) => (proof.units = '149999999')],
    ['the account', ['path'], ({ proof }) => (proof.accountId = 'carol')],
    ['the place', ['path'], ({ proof }) => (proof.leafPosition += 2)],
    [
      'the sibling',
      ['path'],
      ({ proof: { siblings } }) => (siblings[0]!.hash = flipped(siblings[0]!.hash, 31)),
    ],
    ['a bit', ['path'], ({ proof: { siblings } }) => siblings[0]!.bits.reverse()],
    ['a missing bit', ['path'], ({ proof: { siblings } }) => siblings[0]!.bits.pop()],
    [
      'a challenge',
      ['path'],
      ({ proof: { siblings } }) =>
        (siblings[0]!.bits[3]!.challengeOne = flipped(siblings[0]!.bits[3]!.challengeOne, 31)),
    ],
    [
      'a scalar beyond the order',
      ['proof'],
      ({ proof }) => (proof.blinding = Buffer.alloc(32, 255).toString('base64')),
    ],
    ['a negative balance', ['proof'], ({ proof }) => (proof.units = '-1')],
  ])('fails when %s is changed, by the name of the check', (_, names, spoil) => {
    const bad = structuredClone(sound);
    spoil(bad);
    expect(failed(bad)).toEqual(names);
  });

  it('counts a debt as nothing, and refuses more than its bits before anything is signed', () => {
    const usdc = proofOf('bob', 1);
    expect(usdc.proof.units).toBe('0');
    expect(failed(usdc)).toEqual([]);
    const refused = build({
      kind: 'build',
      options: { asset: ASSETS[1]!, venueSecret, signingKeyPem },
      epoch: 9n,
      headerHash: Buffer.alloc(32),
      liabilities: [['whale', 1n << 40n]],
    });
    expect(refused).toMatchObject({ ok: false, failure: { field: 'liabilities' } });
    // The tree before still serves.
    expect(build({ kind: 'prove', accountId: 'bob' }).ok).toBe(true);
    expect(build({ kind: 'prove', accountId: 'whale' }).ok).toBe(false);
  });
});
