import { generateKeyPairSync } from 'node:crypto';
import { fc, test } from '@fast-check/vitest';
import { beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { attest } from '../../src/reserves/attest.js';
import { signedHeaderFromJson } from '../../src/reserves/attestation-from-json.js';
import { attestationToJson, proofToJson } from '../../src/reserves/attestation-json.js';
import { chainFaults, isEquivocation, signHeader } from '../../src/reserves/header.js';
import { LiabilityLedger } from '../../src/reserves/liability-ledger.js';
import { Lifters } from '../../src/reserves/lifters.js';
import type { ReserveHolding } from '../../src/reserves/reserve-holdings.js';
import { solvencyOf } from '../../src/reserves/solvency.js';
import { verifyInclusion } from '../../src/reserves/verify-inclusion.js';
import { BUILT_LIFT_WORKER } from '../support/built.js';
import { messageFromJsonValue, messageToJsonValue } from '../../src/wire/json/json-mapping.js';

const ASSETS = [
  { asset: 'BTC', decimals: 8 },
  { asset: 'USDC', decimals: 6 },
];
const { privateKey } = generateKeyPairSync('ed25519');
const PAD_SEED = Buffer.alloc(32, 9);

function ledgerOf(accounts: Readonly<Record<string, readonly bigint[]>>, saltEpoch = 1n): LiabilityLedger {
  const ledger = new LiabilityLedger({
    assets: ASSETS,
    venueSecret: Buffer.alloc(32, 3),
    padSeed: PAD_SEED,
    saltEpoch,
  });
  for (const [account, equity] of Object.entries(accounts)) unwrap(ledger.set(account, equity));
  return ledger;
}

function attestOver(ledger: LiabilityLedger, more: Partial<Parameters<typeof attest>[0]> = {}) {
  const input = {
    sealed: ledger.seal(),
    assets: ASSETS,
    padSeed: PAD_SEED,
    saltEpoch: 1n,
    timeMs: 1_790_000_000_000,
    marks: { epoch: 42n },
    reserves: [],
    ...more,
  };
  return unwrap(attest(input, privateKey));
}

type ProofJson = ReturnType<typeof proofToJson>;
const ACCOUNTS = {
  alice: [150_000_000n, 25n],
  bob: [0n, 40n],
  carol: [7n, -90n],
  dora: [0n, 0n],
};
const failedChecks = async (json: unknown, known?: Parameters<typeof verifyInclusion>[1]) =>
  (await verifyInclusion(json as ProofJson, known)).filter(({ passed }) => !passed).map(({ name }) => name);

describe('a proof', () => {
  let json: ProofJson;
  let ledger: LiabilityLedger;
  beforeAll(() => {
    ledger = ledgerOf(ACCOUNTS);
    const attestation = attestOver(ledger);
    json = proofToJson(ledger.prove('alice')!, attestation);
  });
  const copy = () => structuredClone(json);

  it('stands, and states debts beside the sums', async () => {
    const known = {
      accountId: 'alice',
      balances: { BTC: '150000000', USDC: '25' },
      publicKeyHex: Buffer.from(json.attestation.publicKey, 'base64').toString('hex'),
    };
    expect(await failedChecks(json, known)).toEqual([]);
    const { header } = json.attestation;
    expect(header.liabilities.map(({ units }) => units)).toEqual(['150000007', '65']);
    expect(header.negativeEquity.map(({ units }) => units)).toEqual(['0', '90']);
    expect([header.accountCount, header.negativeAccountCount]).toEqual(['4', '1']);
  });

  it('is the JSON of the contract', () => {
    const type = 'margincube.v1.GetInclusionProofResponse';
    const message = unwrap(messageFromJsonValue(type, json));
    expect(messageToJsonValue(type, message)).toEqual(JSON.parse(JSON.stringify(json)));
  });

  it('fails where the holder knows better', async () => {
    expect(await failedChecks(json, { accountId: 'bob' })).toEqual(['account']);
    expect(await failedChecks(json, { balances: { BTC: '150000001', USDC: '25' } })).toEqual([
      'balance of BTC',
    ]);
    expect(await failedChecks(json, { publicKeyHex: '00'.repeat(32) })).toEqual(['key']);
  });

  it('fails when a balance or a sibling is changed, and names the check', async () => {
    const lowered = copy();
    lowered.proof.balances[0]!.units = '149999999';
    expect(await failedChecks(lowered)).toEqual(['root', 'sums']);
    const moved = copy();
    moved.proof.siblings.reverse();
    expect(await failedChecks(moved)).toContain('root');
    const missing = copy();
    missing.proof.siblings.pop();
    expect(await failedChecks(missing)).toEqual(['proof']);
    const extra = copy();
    extra.proof.siblings.push(extra.proof.siblings[0]!);
    expect(await failedChecks(extra)).toEqual(['proof']);
    const negative = copy();
    negative.proof.siblings[0]!.sums[0]!.units = '-5';
    expect(await failedChecks(negative)).toEqual(['proof']);
    const overflowing = copy();
    overflowing.proof.siblings[0]!.sums[0]!.units = ((1n << 127n) - 1n).toString();
    expect(await failedChecks(overflowing)).toEqual(['proof']);
    const fewer = copy();
    fewer.proof.siblings[0]!.sums.pop();
    expect(await failedChecks(fewer)).toEqual(['proof']);
    const salted = copy();
    salted.proof.salt = Buffer.alloc(32).toString('base64');
    expect(await failedChecks(salted)).toEqual(['root']);
    const misplaced = copy();
    misplaced.proof.leafIndex = '1';
    expect(await failedChecks(misplaced)).toEqual(['place']);
  });

  it('fails when any field of the header is changed', async () => {
    const { header } = json.attestation;
    const others: Record<string, unknown> = {
      sequence: '1',
      epoch: '43',
      time: '2026-01-01T00:00:00.000Z',
      saltEpoch: '2',
      depth: 63,
      accountCount: '3',
      negativeAccountCount: '0',
      padSeed: Buffer.alloc(32).toString('base64'),
      liabilitiesRoot: Buffer.alloc(32).toString('base64'),
      liabilities: header.liabilities.map((sum) => ({ ...sum, decimals: 2 })),
      negativeEquity: header.negativeEquity.map((sum) => ({ ...sum, units: '0' })),
      previousHash: Buffer.alloc(32, 1).toString('base64'),
      reservesRoot: Buffer.alloc(32, 1).toString('base64'),
      priceHash: Buffer.alloc(32, 1).toString('base64'),
      surfaceHash: Buffer.alloc(32, 1).toString('base64'),
      parameterHash: Buffer.alloc(32, 1).toString('base64'),
      openInterestHash: Buffer.alloc(32, 1).toString('base64'),
    };
    for (const [field, value] of Object.entries({ ...others, format: 'PMPOL0' })) {
      const changed = copy();
      Object.assign(changed.attestation.header, { [field]: value });
      const failed = await failedChecks(changed);
      expect(failed, field).toContain(field === 'format' ? 'format' : 'header hash');
    }
    expect(Object.keys(others).sort()).toEqual(
      Object.keys(header)
        .filter((key) => key !== 'format')
        .sort(),
    );
  });

  it('fails under the signature of another key', async () => {
    const other = attestOver(ledger);
    const forged = signHeader(other.signed.header, generateKeyPairSync('ed25519').privateKey);
    const changed = copy();
    changed.attestation.signature = Buffer.from(forged.signature).toString('base64');
    expect(await failedChecks(changed)).toEqual(['signature']);
    changed.attestation.publicKey = Buffer.from(forged.publicKey).toString('base64');
    const publicKeyHex = Buffer.from(json.attestation.publicKey, 'base64').toString('hex');
    expect(await failedChecks(changed)).toEqual([]);
    expect(await failedChecks(changed, { publicKeyHex })).toEqual(['key']);
  });

  it('fails for an inner node shown as a leaf, and an account left out has none', async () => {
    const changed = copy();
    changed.proof.balances = changed.attestation.header.liabilities;
    changed.proof.siblings = [];
    changed.proof.emptyLevels = ((1n << 64n) - 1n).toString();
    expect(await failedChecks(changed)).toEqual(['root']);
    expect(ledger.prove('mallory')).toBeUndefined();
  });
});

const units = fc.bigInt({ min: -(1n << 90n), max: 1n << 90n });
const books = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.tuple(units, units), {
  minKeys: 1,
  maxKeys: 12,
});

describe('any ledger', () => {
  test.prop([books, books], { numRuns: 25 })(
    'proves every account, and only at what it is owed',
    async (first, then) => {
      const ledger = ledgerOf(first);
      ledger.seal();
      for (const [account, equity] of Object.entries(then)) unwrap(ledger.set(account, equity));
      const attestation = attestOver(ledger);
      const all = { ...first, ...then };
      expect(attestationToJson(attestation)).toEqual(attestationToJson(attestOver(ledgerOf(all))));
      const totals = [0, 1].map((asset) =>
        Object.values(all).reduce((sum, equity) => sum + (equity[asset]! > 0n ? equity[asset]! : 0n), 0n),
      );
      expect(attestation.signed.header.liabilities).toEqual(totals);
      for (const [account, equity] of Object.entries(all)) {
        const json = proofToJson(ledger.prove(account)!, attestation);
        const balances = { BTC: clamp(equity[0]), USDC: clamp(equity[1]) };
        expect(await failedChecks(json, { accountId: account, balances })).toEqual([]);
      }
    },
  );

  test.prop([fc.nat(), fc.nat(7)], { numRuns: 60 })('no bit of a proof can be flipped', async (at, bit) => {
    const ledger = ledgerOf(ACCOUNTS);
    const json = proofToJson(
      ledger.prove('bob') ?? (ledger.seal(), ledger.prove('bob')!),
      attestOver(ledger),
    );
    const fields = [
      json.proof.siblings.map(({ hash }) => hash),
      json.proof.salt,
      json.attestation.signature,
    ].flat();
    const target = fields[at % fields.length]!;
    const bytes = Buffer.from(target, 'base64');
    bytes[at % bytes.length]! ^= 1 << bit;
    const text = JSON.stringify(json).replace(target, bytes.toString('base64'));
    expect(await failedChecks(JSON.parse(text))).not.toEqual([]);
  });

  it('takes accounts out, salts anew, and keeps proofs with their seal', () => {
    const ledger = ledgerOf(ACCOUNTS);
    const before = ledger.seal();
    unwrap(ledger.set('bob', [1n, 1n]));
    expect(ledger.prove('bob')?.balances).toEqual([0n, 40n]);
    ledger.delete('alice');
    const after = ledger.seal();
    expect(after.liabilities).toEqual([8n, 1n]);
    expect(after.root).not.toEqual(before.root);
    expect(ledger.prove('alice')).toBeUndefined();
    const salted = ledger.seal(2n);
    expect([salted.liabilities, salted.negativeEquity]).toEqual([after.liabilities, after.negativeEquity]);
    expect(salted.root).not.toEqual(after.root);
    expect(salted.root).toEqual(
      ledgerOf({ bob: [1n, 1n], carol: ACCOUNTS.carol, dora: [0n, 0n] }, 2n).seal().root,
    );
  });

  it('has the same root on any number of threads', async () => {
    const accounts = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`a${i}`, [BigInt(i), 1n]]));
    const alone = ledgerOf(accounts).seal();
    for (const threads of [1, 3]) {
      const lifters = new Lifters(threads, BUILT_LIFT_WORKER);
      const together = ledgerOf(accounts);
      expect(await together.sealOn(lifters)).toEqual(alone);
      unwrap(together.set('a7', [9n, 9n]));
      expect((await together.sealOn(lifters)).liabilities).toEqual([alone.liabilities[0]! + 2n, 308n]);
      await lifters.close();
    }
  });

  it('refuses what it cannot count', () => {
    const ledger = ledgerOf({});
    expect(ledger.set('a', [1n])).toMatchObject({ failure: { field: 'balances' } });
    expect(ledger.set('', [1n, 1n])).toMatchObject({ failure: { field: 'accountId' } });
    expect(ledger.set('a', [1n << 127n, 1n])).toMatchObject({ failure: { field: 'balances[0].units' } });
  });
});

describe('headers', () => {
  const first = attestOver(ledgerOf(ACCOUNTS));
  const next = attestOver(ledgerOf(ACCOUNTS), { previous: first.signed.header, timeMs: 1_790_000_005_000 });

  it('follow each other, and a verifier sees a cut chain', async () => {
    expect(chainFaults(first.signed.header, next.signed.header)).toEqual([]);
    const ledger = ledgerOf(ACCOUNTS);
    ledger.seal();
    const json = proofToJson(ledger.prove('alice')!, next);
    const previous = { attestation: attestationToJson(first) };
    expect(await failedChecks(json, { previous })).toEqual([]);
    expect(await failedChecks(json, { previous: { attestation: attestationToJson(next) } })).toEqual([
      'chain',
      'sequence',
    ]);
  });

  it('name what keeps one from following: replay, fork, clock back', () => {
    expect(chainFaults(first.signed.header, first.signed.header)).toContain('sequence');
    expect(chainFaults(next.signed.header, next.signed.header)).toEqual(['sequence', 'previousHash']);
    const back = attestOver(ledgerOf(ACCOUNTS), {
      previous: first.signed.header,
      timeMs: 1,
      marks: { epoch: 41n },
    });
    expect(chainFaults(first.signed.header, back.signed.header)).toEqual(['timeMs', 'epoch']);
  });

  it('prove that a venue told two stories', () => {
    const other = attestOver(ledgerOf({ ...ACCOUNTS, bob: [0n, 41n] }), { previous: first.signed.header });
    expect(isEquivocation(next.signed, other.signed)).toBe(true);
    expect(isEquivocation(next.signed, next.signed)).toBe(false);
    expect(isEquivocation(first.signed, next.signed)).toBe(false);
    const unsigned = { ...other.signed, signature: new Uint8Array(64) };
    expect(isEquivocation(next.signed, unsigned)).toBe(false);
  });

  it('come back from their JSON, and only whole', () => {
    const json = attestationToJson(next);
    expect(attestationToJson({ ...next, signed: unwrap(signedHeaderFromJson(json)) })).toEqual(json);
    const changed = { ...json, header: { ...json.header, epoch: '43' } };
    expect(signedHeaderFromJson(changed)).toMatchObject({ failure: { field: 'headerHash' } });
    expect(signedHeaderFromJson({ ...json, signature: json.headerHash })).toMatchObject({
      failure: { field: 'signature' },
    });
    expect(signedHeaderFromJson({})).toMatchObject({ failure: { field: 'header' } });
  });
});

describe('reserves', () => {
  const holding: ReserveHolding = {
    chain: 'custodian',
    holder: 'a bank',
    asset: 'USDC',
    units: 65n,
    height: 0n,
    isWatched: false,
  };

  it('are refused twice, in another asset, or below 0', () => {
    const refused = (reserves: readonly ReserveHolding[]) =>
      attest({ ...attestInput(), reserves }, privateKey);
    expect(refused([holding, { ...holding, units: 1n }])).toMatchObject({ failure: { reason: 'DUPLICATE' } });
    expect(refused([{ ...holding, asset: 'DOGE' }])).toMatchObject({
      failure: { field: 'reserves[0].asset' },
    });
    expect(refused([{ ...holding, units: -1n }])).toMatchObject({ failure: { field: 'reserves[0].units' } });
    const address = { ...holding, chain: 'ethereum' as const, holder: '0xAB' };
    expect(refused([address, { ...address, holder: '0xab' }])).toMatchObject({
      failure: { reason: 'DUPLICATE' },
    });
  });

  function attestInput() {
    return {
      sealed: ledgerOf(ACCOUNTS).seal(),
      assets: ASSETS,
      padSeed: PAD_SEED,
      saltEpoch: 1n,
      timeMs: 0,
      marks: { epoch: 0n },
    };
  }

  it('count by how far they were shown; a surplus in one asset covers no other', () => {
    const holdings = [
      { holding, evidence: 'signed' as const },
      { holding: { ...holding, asset: 'BTC', units: 301n }, evidence: 'watched' as const },
      { holding: { ...holding, asset: 'BTC', units: 999n }, evidence: 'declared' as const },
    ];
    const [btc, usdc] = solvencyOf({
      assets: ASSETS,
      liabilities: [150n, 65n],
      holdings,
      haircuts: { byEvidence: { signed: 0, watched: 0.5, declared: 1 } },
      coverTwoByStress: [
        [0n, 10n],
        [150n, 0n],
      ],
    });
    expect(btc).toMatchObject({ claimed: 1300n, counted: 150n, surplus: 0n, ratio: 1, stressedRatio: 0.5 });
    expect(usdc).toMatchObject({ counted: 65n, ratio: 1, stressedRatio: 65 / 75 });
  });
});

function clamp(value: bigint | undefined): string {
  return value !== undefined && value > 0n ? value.toString() : '0';
}
