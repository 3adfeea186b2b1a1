/** Every role calls every method of a real server: it is let in exactly where docs/security.md says so. */
import { status } from '@grpc/grpc-js';
import type { StatusObject } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROLES } from '../../src/access/roles.js';
import { SERVICE_NAMES } from '../../src/rpc/services.js';
import { serviceDefinition } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import type { TestSecurity } from '../support/security.js';
import { createSecurity, TestCaller } from '../support/security.js';
import { readTracked } from '../support/sources.js';
import { startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const PACKAGE = 'margincube.v1.';
/** Streams that are let in and have nothing to say end by then. */
const PATIENCE_MS = 1_000;

const METHODS = SERVICE_NAMES.flatMap((service) =>
  Object.keys(serviceDefinition(service)).map((name) => `${service.slice(PACKAGE.length)}/${name}`),
);

/** The table of the document, as `role method`. */
function documented(): string[] {
  const rows = readTracked('docs/security.md')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  const [, ...roles] = rows.find(([head = '']) => head.startsWith('method of')) ?? [];
  const known = new Set(METHODS);
  const methods = rows.filter(([method = '']) => known.has(method));
  const admitted = methods.flatMap(([method = '', ...cells]) =>
    roles.filter((_, at) => cells[at] === 'yes').map((role) => `${role} ${method}`),
  );
  return [...admitted, ...methods.map(([method = '']) => `admin ${method}`)];
}

let security: TestSecurity;
let server: TestServer;
const callers = new Map<string, TestCaller>();

beforeAll(async () => {
  ensureBuilt();
  security = await createSecurity();
  const { certificateFile, privateKeyFile } = security;
  const clients = ROLES.map((role) => ({ name: role, tokenSubject: role, roles: [role], accounts: ['a-1'] }));
  server = await startTestServer({
    workers: 1,
    accessFile: security.policy(clients),
    tls: { certificateFile, privateKeyFile },
  });
  for (const role of ROLES)
    callers.set(role, new TestCaller(server.address, security.channel(), await security.token(role)));
}, 120_000);

afterAll(async () => {
  for (const caller of callers.values()) caller.close();
  await server.stop();
  security.remove();
});

/** Sends an empty request; whether it got past the roles. */
function isLetIn(role: string, method: string): Promise<boolean> {
  const caller = callers.get(role)!;
  const same = (bytes: Buffer): Buffer => bytes;
  const call = caller.client.makeBidiStreamRequest(`/${PACKAGE}${method}`, same, same, caller.metadata(), {
    deadline: Date.now() + PATIENCE_MS,
  });
  call.on('data', () => undefined);
  call.on('error', () => undefined);
  call.write(Buffer.alloc(0));
  call.end();
  return new Promise((resolve) => {
    call.on('status', (end: StatusObject) => {
      expect([status.UNAUTHENTICATED, status.UNAVAILABLE], `${role} ${method}`).not.toContain(end.code);
      resolve(end.code !== status.PERMISSION_DENIED);
    });
  });
}

it('lets every role into the methods that the document names, and no other', async () => {
  const pairs = ROLES.flatMap((role) => METHODS.map((method) => [role, method] as const));
  const letIn = await Promise.all(
    pairs.map(async ([role, method]) => ((await isLetIn(role, method)) ? [`${role} ${method}`] : [])),
  );
  expect(METHODS.length).toBeGreaterThan(30);
  expect(letIn.flat().sort()).toEqual(documented().sort());
});
