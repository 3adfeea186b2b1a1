/** Bounds of the transport: sizes of messages, streams of a connection, peers that went away without a word. */
import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import type { ServiceError } from '@grpc/grpc-js';
import { Client, credentials, status } from '@grpc/grpc-js';
import { afterEach, expect, it } from 'vitest';
import { MESSAGE_BYTES_MAX, STREAMS_PER_CONNECTION_MAX } from '../../src/limits.js';
import { errorOf } from '../support/test-server.js';
import type { InteropServer } from './test-service.js';
import { MESSAGES, startInteropServer, TEST_SERVICE } from './test-service.js';

/** What a message needs beside the body of its payload. */
const FRAME_BYTES = 64;

let server: InteropServer | undefined;

afterEach(() => {
  server?.close();
});

function unaryCall(client: Client, responseSize: number, sent = 0): Promise<Buffer> {
  const identity = (bytes: Buffer): Buffer => bytes;
  const request = MESSAGES.simpleRequest.encode({ responseSize, payload: { body: Buffer.alloc(sent) } });
  return new Promise((resolve, reject) => {
    const answered = (error: ServiceError | null, value?: Buffer): void => {
      if (error !== null) reject(error);
      else resolve(value ?? Buffer.alloc(0));
    };
    client.makeUnaryRequest(`/${TEST_SERVICE}/UnaryCall`, identity, identity, request, answered);
  });
}

it('takes and gives messages of 16 MiB, and refuses larger ones without losing the connection', async () => {
  server = await startInteropServer();
  const client = new Client(server.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
  });
  const most = MESSAGE_BYTES_MAX - FRAME_BYTES;
  expect((await unaryCall(client, most, most)).length).toBeGreaterThan(most);
  for (const [asked, sent] of [
    [0, MESSAGE_BYTES_MAX],
    [MESSAGE_BYTES_MAX, 0],
  ] as const) {
    const error = await errorOf(unaryCall(client, asked, sent));
    expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
    expect(await unaryCall(client, 1)).not.toHaveLength(0);
  }
  client.close();
});

it('tells every connection how many streams it may have', async () => {
  server = await startInteropServer();
  const session = http2.connect(`http://${server.address}`);
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(STREAMS_PER_CONNECTION_MAX);
  session.destroy();
});

it('closes the connection of a peer that answers no ping, and no other', async () => {
  server = await startInteropServer({ keepalive: { timeMs: 300, timeoutMs: 300 } });
  const live = http2.connect(`http://${server.address}`);
  await once(live, 'connect');
  const { hostname, port } = new URL(`http://${server.address}`);
  const silent = net.connect(Number(port), hostname);
  const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
  silent.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), EMPTY_SETTINGS]));
  silent.resume();
  await once(silent, 'close');
  expect(live.destroyed).toBe(false);
  live.destroy();
});
