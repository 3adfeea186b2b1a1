/** A certificate that is renewed while the server runs. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity, TestCaller } from '../support/security.js';
import type { TestServer } from '../support/test-server.js';
import { eventually, metricSum, startTestServer } from '../support/test-server.js';

const RENEWED = 'certificate renewed';
const NOT_RENEWED = 'certificate not renewed';
const CONNECTIONS = 'margin_rpc_connections';
const snapshotRequest = codec('margincube.v1.GetSnapshotRequest').encode({});

let security: TestSecurity;
let server: TestServer;

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  const { certificateFile, privateKeyFile } = security;
  server = await startTestServer({
    workers: 1,
    accessFile: security.policy([{ name: 'reader', tokenSubject: 'reader', roles: ['reader'] }]),
    tls: { certificateFile, privateKeyFile },
    certificateCheckMs: 50,
  });
}, 120_000);

afterAll(async () => {
  await server.stop();
  security.remove();
});

/** SHA-256 of the certificate that a new connection is served with. */
function servedFingerprint(): Promise<string> {
  const ca = readFileSync(path.join(security.folder, 'trusted.pem'));
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: 'localhost', ca, ALPNProtocols: ['h2'] }, () => {
      resolve(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

const logged = (words: string): number => server.logLines.filter((line) => line.includes(words)).length;

it('serves the connections that come, while those that are there go on', async () => {
  const before = await servedFingerprint();
  const caller = new TestCaller(server.address, security.channel(), await security.token('reader'));
  await caller.unary('MarketDataService/GetSnapshot', snapshotRequest);
  const { certificate, privateKey } = security.renewed();
  writeFileSync(security.privateKeyFile, privateKey);
  writeFileSync(security.certificateFile, certificate);
  await eventually(() => logged(RENEWED) > 0);
  const after = await servedFingerprint();
  expect(after).not.toBe(before);
  await caller.unary('MarketDataService/GetSnapshot', snapshotRequest);
  await eventually(async () => (await metricSum(server, CONNECTIONS)) === 1);
  caller.close();
});

it('is left aside while its files cannot be used, and taken once they can', async () => {
  const before = await servedFingerprint();
  const { certificate, privateKey } = security.renewed();
  const notRenewed = logged(NOT_RENEWED);
  const renewed = logged(RENEWED);
  // The certificate has come and its key has not.
  writeFileSync(security.certificateFile, certificate);
  await eventually(() => logged(NOT_RENEWED) > notRenewed);
  expect(await servedFingerprint()).toBe(before);
  const untilNoFile = logged(NOT_RENEWED);
  rmSync(security.privateKeyFile);
  await eventually(() => logged(NOT_RENEWED) > untilNoFile);
  expect(await servedFingerprint()).toBe(before);
  writeFileSync(security.privateKeyFile, privateKey);
  await eventually(() => logged(RENEWED) > renewed);
  expect(await servedFingerprint()).not.toBe(before);
  expect(server.logLines.join('')).not.toContain('PRIVATE KEY');
});
