/** The interoperability cases of gRPC against this server's transport, from clients that share less and less code with it. */
import path from 'node:path';
import prettier from 'prettier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { h2load, isH2loadInstalled } from '../../bench/lib/h2load.js';
import { hasGrpcio, runPython } from '../support/python.js';
import { readTracked } from '../support/sources.js';
import type { InteropCase, InteropClient } from './case-table.js';
import { CASES, CLIENTS } from './case-table.js';
import { GrpcJsCases } from './clients/grpc-js.js';
import { Http2Cases } from './clients/http2.js';
import { largeRequest } from './clients/zeros.js';
import { interopPage } from './interop-page.js';
import type { InteropServer } from './test-service.js';
import { startInteropServer, TEST_SERVICE } from './test-service.js';

const PYTHON_CLIENT = path.join(import.meta.dirname, 'clients/grpcio.py');
const CONCURRENT_CALLS = 1_000;
const STREAMS_PER_CONNECTION = 100;

let server: InteropServer;
let grpcJs: GrpcJsCases;
let byHand: Http2Cases;

beforeAll(async () => {
  server = await startInteropServer();
  grpcJs = new GrpcJsCases(server.address);
  byHand = new Http2Cases(server.address);
});

afterAll(() => {
  grpcJs.close();
  byHand.close();
  server.close();
});

const RUN: Readonly<Record<InteropClient, (name: string) => Promise<void>>> = {
  'grpc-js': (name) => methodOf(grpcJs, name),
  http2: (name) => methodOf(byHand, name),
  grpcio: async (name) => {
    expect(await runPython(PYTHON_CLIENT, server.address, name)).toBe(`${name}\n`);
  },
  h2load: concurrentLargeUnary,
};

function methodOf(cases: object, name: string): Promise<void> {
  const method: unknown = Reflect.get(cases, name);
  if (typeof method !== 'function') throw new TypeError(`the client has no case ${name}`);
  return Reflect.apply(method, cases, []) as Promise<void>;
}

/** `h2load` does not read the status of gRPC: the server says what it has answered. */
async function concurrentLargeUnary(): Promise<void> {
  const before = await answeredOk();
  await h2load({
    url: `http://${server.address}/${TEST_SERVICE}/UnaryCall`,
    request: largeRequest(),
    calls: CONCURRENT_CALLS,
    connections: 1,
    streamsPerConnection: STREAMS_PER_CONNECTION,
  });
  expect((await answeredOk()) - before).toBe(CONCURRENT_CALLS);
}

async function answeredOk(): Promise<number> {
  const metric = await server.metrics.registry.getSingleMetric('grpc_server_handled_total')?.get();
  const isCounted = ({ labels }: { labels: Partial<Record<string, string | number>> }): boolean =>
    labels.grpc_method === 'UnaryCall' && labels.grpc_code === 'OK';
  return (metric?.values ?? []).filter(isCounted).reduce((sum, { value }) => sum + value, 0);
}

/** Absent clients are a visible line, and in CI an error. */
function isThere(client: InteropClient): boolean {
  if (client === 'grpcio') return hasGrpcio();
  if (client !== 'h2load' || isH2loadInstalled()) return true;
  if (process.env.CI === 'true') throw new Error('no h2load, and CI must not skip its tests');
  process.stderr.write('SKIPPED: no h2load: apt-get install nghttp2-client\n');
  return false;
}

/** A known failure that fails in another way, or passes, is a failure. */
async function runCase(client: InteropClient, { name, knownFailure }: InteropCase): Promise<void> {
  if (knownFailure === undefined) return RUN[client](name);
  const said = await RUN[client](name).then(
    () => 'nothing: it passed, and is to be taken from the known failures',
    (error: unknown) => (error as Error).message,
  );
  expect(said).toMatch(knownFailure.says);
}

describe.each(CLIENTS)('%s', (client) => {
  const cases = CASES.filter(({ clients }) => clients.includes(client));
  it.skipIf(!isThere(client)).each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) =>
    runCase(client, one),
  );
});

it('are what the documentation lists', async () => {
  const options = JSON.parse(readTracked('.prettierrc')) as prettier.Options;
  const formatted = await prettier.format(interopPage(), { ...options, parser: 'markdown' });
  await expect(formatted).toMatchFileSnapshot('../../docs/interop.md');
});
