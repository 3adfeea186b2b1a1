/** A stream whose deadline passes while answers wait ends with its status, on a real server and to a reader that takes its time. */
import { connect } from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepStatus } from '../../src/rpc/keep-status.js';

type Call = ServerWritableStream<Buffer, Buffer>;

const TIMEOUT_MS = 100;
/** What the reader takes before it reads, bytes: less than one message. */
const WINDOW_BYTES = 10;
const MESSAGE = Buffer.alloc(1_000);

const HANDLERS: Readonly<Record<string, (call: Call) => void>> = {
  /** The second message waits for the first when the deadline passes. */
  Waiting: (call) => {
    call.write(MESSAGE);
    call.write(MESSAGE);
  },
  /** The second message comes after the deadline, before the status is sent. */
  Late: (call) => {
    call.write(MESSAGE);
    setTimeout(() => call.write(MESSAGE), TIMEOUT_MS + 20);
  },
};

let server: Server;
let address: string;

beforeAll(async () => {
  const same = (bytes: Buffer): Buffer => bytes;
  server = new Server();
  for (const [name, handler] of Object.entries(HANDLERS)) {
    const definition = {
      [name]: {
        ...{ path: `/test.News/${name}`, requestStream: false, responseStream: true },
        ...{ requestSerialize: same, requestDeserialize: same },
        ...{ responseSerialize: same, responseDeserialize: same },
      },
    };
    const keeping = (call: Call): void => {
      keepStatus(call);
      handler(call);
    };
    server.addService(definition, { [name]: keeping });
  }
  address = await new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(`http://127.0.0.1:${String(port)}`);
      else reject(error);
    });
  });
});
afterAll(() => {
  server.forceShutdown();
});

it.each(Object.keys(HANDLERS))('%s', { timeout: 10_000 }, async (name) => {
  const session = connect(address, { settings: { initialWindowSize: WINDOW_BYTES } });
  const call = session.request({
    ...{ ':method': 'POST', ':path': `/test.News/${name}`, 'content-type': 'application/grpc' },
    ...{ te: 'trailers', 'grpc-timeout': `${String(TIMEOUT_MS)}m` },
  });
  const trailers = new Promise((resolve) => call.once('trailers', resolve));
  // An empty message: no compression, no bytes.
  call.end(Buffer.alloc(5));
  await delay(TIMEOUT_MS + 50);
  call.resume();
  expect(await trailers).toMatchObject({ 'grpc-status': String(status.DEADLINE_EXCEEDED) });
  session.close();
});
