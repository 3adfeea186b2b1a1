/** Attestations of a live book: the server makes them, account holders verify what it hands out. */
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '@grpc/grpc-js';
import { verifyInclusion } from '../../src/reserves/verify-inclusion.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import type { MessageName, MessageTypes } from '../../src/wire/message-types.js';
import { codec } from '../../src/wire/schema.js';
import { BUILT_ATTESTOR_WORKER, ensureBuilt } from '../support/built.js';
import type { TestServer } from '../support/test-server.js';
import { callBytes, errorOf, rawClient, startTestServer } from '../support/test-server.js';

const { privateKey } = generateKeyPairSync('ed25519');
const reserveAudit = {
  assets: [
    { asset: 'BTC', decimals: 8 },
    { asset: 'USDC', decimals: 6 },
  ],
  venueSecret: Buffer.alloc(32, 8),
  signingKeyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  reserves: [
    { chain: 'custodian' as const, holder: 'a bank', asset: 'USDC', units: 5n, height: 0n, isWatched: false },
  ],
  everyMs: 50,
  workerEntry: BUILT_ATTESTOR_WORKER,
};

describe('the reserve audit of a server', () => {
  let server: TestServer;
  let client: Client;
  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ reserveAudit });
    client = rawClient(server.address);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  async function call<Req extends MessageName, Res extends MessageName>(
    method: string,
    request: Req,
    message: MessageTypes[Req]['input'],
    response: Res,
  ): Promise<MessageTypes[Res]['output']> {
    const bytes = await callBytes(client, `/margincube.v1.${method}`, codec(request).encode(message));
    return codec(response).decode(bytes);
  }
  const prove = (accountId: string, sequence?: string) =>
    call(
      'ReserveService/GetInclusionProof',
      'margincube.v1.GetInclusionProofRequest',
      { accountId, ...(sequence === undefined ? {} : { sequence }) },
      'margincube.v1.GetInclusionProofResponse',
    );
  const attestation = (sequence?: string) =>
    call(
      'ReserveService/GetAttestation',
      'margincube.v1.GetAttestationRequest',
      sequence === undefined ? {} : { sequence },
      'margincube.v1.GetAttestationResponse',
    );
  const put = (accountId: string, units: string, quantity: number) =>
    call(
      'PortfolioService/PutPortfolio',
      'margincube.v1.PutPortfolioRequest',
      {
        portfolio: {
          accountId,
          positions: quantity === 0 ? [] : [{ instrument: 'BTC-USDC-PERPETUAL', quantity }],
          balances: [{ asset: 'USDC', units, decimals: 6 }],
        },
      },
      'margincube.v1.PutPortfolioResponse',
    );

  it('makes headers that follow each other, and proofs that stand in any verifier', async () => {
    await put('alice', '20000000000', 1);
    await put('bob', '7000000', -1);
    await put('carol', '-3000000', 0);
    // An attestation may fall between two accounts: the first that holds the last of them holds all.
    let last = await prove('carol').catch(() => undefined);
    for (let tries = 0; last === undefined && tries < 200; tries++) {
      await delay(25);
      last = await prove('carol').catch(() => undefined);
    }
    expect(last).toBeDefined();
    const proof = await prove('alice');
    const json = messageToJsonValue('margincube.v1.GetInclusionProofResponse', proof) as Parameters<
      typeof verifyInclusion
    >[0];
    const balances = { BTC: '0', USDC: '20000000000' };
    const checks = await verifyInclusion(json, { accountId: 'alice', balances });
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    expect(proof.attestation!.header!.negativeEquity.map(({ units }) => units)).toEqual(['0', '3000000']);
    expect(proof.attestation!.header!.liabilities.map(({ units }) => units)).toEqual(['0', '20007000000']);
    expect(proof.attestation!.header!.openInterestHash).toHaveLength(32);

    const next = String(Number(proof.attestation!.header!.sequence) + 1);
    let following = await attestation(next).catch(() => undefined);
    for (let tries = 0; following === undefined && tries < 200; tries++) {
      await delay(25);
      following = await attestation(next).catch(() => undefined);
    }
    expect(following!.attestation!.header!.previousHash).toEqual(proof.attestation!.headerHash);
    expect(following!.attestation!.reserves).toHaveLength(1);
    expect(following!.attestation!.solvency[1]).toMatchObject({ asset: 'USDC', ratio: 0 });
  });

  it('lists attestations page by page, newest first', async () => {
    const list = (pageToken: string) =>
      call(
        'ReserveService/ListAttestations',
        'margincube.v1.ListAttestationsRequest',
        { pageSize: 2, pageToken },
        'margincube.v1.ListAttestationsResponse',
      );
    const first = await list('');
    expect(first.attestations).toHaveLength(2);
    const numbers = first.attestations.map(({ header }) => Number(header!.sequence));
    expect(numbers[0]! - numbers[1]!).toBe(1);
    if (numbers[1]! > 0) {
      const second = await list(first.nextPageToken);
      expect(Number(second.attestations[0]!.header!.sequence)).toBe(numbers[1]! - 1);
    }
    expect(first.attestations[0]!.reserves).toEqual([]);
  });

  it('refuses accounts that it does not know, and attestations that are gone', async () => {
    expect((await errorOf(prove('mallory'))).details).toContain('mallory');
    expect((await errorOf(prove('alice', '0'))).details).toContain('Expected an attestation that is kept');
    expect((await errorOf(attestation('999999999'))).details).toContain('999999999');
    expect((await errorOf(prove(''))).details).toContain('accountId');
  });

  it('is not there where the server has no key', async () => {
    const plain = await startTestServer();
    const other = rawClient(plain.address);
    const error = await errorOf(
      callBytes(other, '/margincube.v1.ReserveService/GetAttestation', Buffer.alloc(0)),
    );
    expect(error.details).toContain('without a reserve audit');
    other.close();
    await plain.stop();
  });
});
