/**
 * The documented interoperability cases of gRPC against this server's transport, from the client in JavaScript and from the C core
 * in Python. Left out are those that need a cloud, a proxy, or a server that sees whether a message was compressed.
 */
import path from 'node:path';
import type { ClientDuplexStream, MetadataValue, ServiceError } from '@grpc/grpc-js';
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasGrpcio, runPython } from '../support/python.js';
import { errorOf } from '../support/test-server.js';
import type { Answer, InteropServer } from './test-service.js';
import { MESSAGES, startInteropServer, TEST_SERVICE } from './test-service.js';

const PYTHON_CLIENT = path.join(import.meta.dirname, 'interop_client.py');
const PYTHON_CASES = [
  'empty_unary',
  'large_unary',
  'gzipped_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'custom_metadata',
  'status_code_and_message',
  'special_status_message',
  'unimplemented_method',
  'unimplemented_service',
  'cancel_after_begin',
  'cancel_after_first_response',
  'timeout_on_sleeping_server',
];

const STATUS_MESSAGE = 'test status message';
const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';
const ECHOED_INITIAL = 'x-grpc-test-echo-initial';
const ECHOED_TRAILING = 'x-grpc-test-echo-trailing-bin';
const INITIAL_VALUE = 'test_initial_metadata_value';
const TRAILING_VALUE = Buffer.from('ababab', 'hex');
const LARGE_SIZE = 314_159;

const identity = (bytes: Buffer): Buffer => bytes;

let server: InteropServer;
let client: Client;

beforeAll(async () => {
  server = await startInteropServer();
  client = new Client(server.address, credentials.createInsecure());
});

afterAll(() => {
  client.close();
  server.close();
});

interface Ended {
  readonly answers: readonly number[];
  readonly initial: Metadata;
  readonly status: { readonly code: number; readonly details: string; readonly metadata: Metadata };
}

type Stream = ClientDuplexStream<Buffer, Buffer>;

function unary(
  service: string,
  method: string,
  request: Buffer,
  metadata = new Metadata(),
): Promise<{ response: Buffer; initial: Metadata; trailing: Metadata }> {
  return new Promise((resolve, reject) => {
    let initial = new Metadata();
    let response: Buffer = Buffer.alloc(0);
    const call = client.makeUnaryRequest(
      `/${service}/${method}`,
      identity,
      identity,
      request,
      metadata,
      (error: ServiceError | null, value?: Buffer) => {
        if (error !== null) reject(error);
        else response = value ?? response;
      },
    );
    call.on('metadata', (received) => (initial = received));
    call.on('status', ({ metadata: trailing }) => {
      resolve({ response, initial, trailing });
    });
  });
}

function duplex(metadata = new Metadata(), deadline = Date.now() + 20_000): Stream {
  return client.makeBidiStreamRequest(`/${TEST_SERVICE}/FullDuplexCall`, identity, identity, metadata, {
    deadline,
  });
}

/** Everything that a stream brought, sizes of its answers first; `onAnswer` gets their count. */
function ended(call: Stream, onAnswer: (count: number) => void = () => undefined): Promise<Ended> {
  return new Promise((resolve) => {
    const answers: number[] = [];
    let initial = new Metadata();
    call.on('metadata', (received) => (initial = received));
    call.on('data', (bytes: Buffer) => {
      answers.push(bodySize(MESSAGES.outputResponse.decode(bytes)));
      onAnswer(answers.length);
    });
    call.on('error', () => undefined);
    call.on('status', (status) => {
      resolve({ answers, initial, status });
    });
  });
}

function bodySize({ payload }: Answer): number {
  return payload?.body.length ?? 0;
}

function asking(sizes: readonly number[], sent = 0): Buffer {
  const responseParameters = sizes.map((size) => ({ size }));
  return MESSAGES.outputRequest.encode({ responseParameters, payload: { body: Buffer.alloc(sent) } });
}

const LARGE = MESSAGES.simpleRequest.encode({
  responseSize: LARGE_SIZE,
  payload: { body: Buffer.alloc(271_828) },
});

describe('grpc-js', () => {
  it('empty_unary', async () => {
    expect((await unary(TEST_SERVICE, 'EmptyCall', Buffer.alloc(0))).response).toHaveLength(0);
  });

  it('large_unary', async () => {
    const { response } = await unary(TEST_SERVICE, 'UnaryCall', LARGE);
    const { payload } = MESSAGES.simpleResponse.decode(response);
    expect(Buffer.alloc(LARGE_SIZE).equals(payload?.body ?? Buffer.alloc(0))).toBe(true);
  });

  it('client_streaming', async () => {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const path = `/${TEST_SERVICE}/StreamingInputCall`;
      const call = client.makeClientStreamRequest(
        path,
        identity,
        identity,
        (error: ServiceError | null, value?: Buffer) => {
          if (error !== null) reject(error);
          else resolve(value ?? Buffer.alloc(0));
        },
      );
      for (const size of [27_182, 8, 1_828, 45_904])
        call.write(MESSAGES.inputRequest.encode({ payload: { body: Buffer.alloc(size) } }));
      call.end();
    });
    expect(MESSAGES.inputResponse.decode(answer)).toEqual({ aggregatedPayloadSize: 74_922 });
  });

  it('server_streaming', async () => {
    const sizes = [31_415, 9, 2_653, 58_979];
    const path = `/${TEST_SERVICE}/StreamingOutputCall`;
    const received: number[] = [];
    for await (const bytes of client.makeServerStreamRequest(path, identity, identity, asking(sizes)))
      received.push(bodySize(MESSAGES.outputResponse.decode(bytes as Buffer)));
    expect(received).toEqual(sizes);
  });

  it('ping_pong', async () => {
    const turns = [
      [27_182, 31_415],
      [8, 9],
      [1_828, 2_653],
      [45_904, 58_979],
    ] as const;
    const call = duplex();
    const send = (index: number): void => {
      const turn = turns[index];
      if (turn === undefined) call.end();
      else call.write(asking([turn[1]], turn[0]));
    };
    const end = ended(call, send);
    send(0);
    const { answers, status: last } = await end;
    expect(answers).toEqual(turns.map(([, size]) => size));
    expect(last.code).toBe(status.OK);
  });

  it('empty_stream', async () => {
    const call = duplex();
    const end = ended(call);
    call.end();
    const { answers, status: last } = await end;
    expect(answers).toEqual([]);
    expect(last.code).toBe(status.OK);
  });

  it('custom_metadata', async () => {
    const metadata = new Metadata();
    metadata.set(ECHOED_INITIAL, INITIAL_VALUE);
    metadata.set(ECHOED_TRAILING, TRAILING_VALUE);
    const { initial, trailing } = await unary(TEST_SERVICE, 'UnaryCall', LARGE, metadata);
    const call = duplex(metadata);
    const end = ended(call);
    call.end(asking([LARGE_SIZE], 271_828));
    const streamed = await end;
    expect(streamed.answers).toEqual([LARGE_SIZE]);
    const valuesOf = (from: Metadata, key: string): MetadataValue[] => from.get(key);
    for (const from of [initial, streamed.initial])
      expect(valuesOf(from, ECHOED_INITIAL)).toEqual([INITIAL_VALUE]);
    for (const from of [trailing, streamed.status.metadata])
      expect(valuesOf(from, ECHOED_TRAILING)).toEqual([TRAILING_VALUE]);
  });

  it.each([
    ['status_code_and_message', STATUS_MESSAGE],
    ['special_status_message', SPECIAL_MESSAGE],
  ])('%s', async (_name, message) => {
    const responseStatus = { code: status.UNKNOWN, message };
    const request = MESSAGES.simpleRequest.encode({ responseStatus });
    expect(await errorOf(unary(TEST_SERVICE, 'UnaryCall', request))).toMatchObject({
      code: status.UNKNOWN,
      details: message,
    });
    const call = duplex();
    const end = ended(call);
    call.end(MESSAGES.outputRequest.encode({ responseStatus }));
    expect((await end).status).toMatchObject({ code: status.UNKNOWN, details: message });
  });

  it.each([
    ['unimplemented_method', TEST_SERVICE],
    ['unimplemented_service', 'grpc.testing.UnimplementedService'],
  ])('%s', async (_name, service) => {
    const error = await errorOf(unary(service, 'UnimplementedCall', Buffer.alloc(0)));
    expect(error.code).toBe(status.UNIMPLEMENTED);
  });

  it('cancel_after_begin', async () => {
    const error = await errorOf(
      new Promise((resolve, reject) => {
        const path = `/${TEST_SERVICE}/StreamingInputCall`;
        const call = client.makeClientStreamRequest(
          path,
          identity,
          identity,
          (refused: ServiceError | null, value?: Buffer) => {
            if (refused !== null) reject(refused);
            else resolve(value);
          },
        );
        call.cancel();
      }),
    );
    expect(error.code).toBe(status.CANCELLED);
  });

  it('cancel_after_first_response', async () => {
    const call = duplex();
    const end = ended(call, () => {
      call.cancel();
    });
    call.write(asking([31_415], 27_182));
    const { answers, status: last } = await end;
    expect(answers).toEqual([31_415]);
    expect(last.code).toBe(status.CANCELLED);
  });

  it('timeout_on_sleeping_server', async () => {
    const call = duplex(new Metadata(), Date.now() + 1);
    const end = ended(call);
    call.write(asking([], 27_182));
    expect((await end).status.code).toBe(status.DEADLINE_EXCEEDED);
  });
});

describe.skipIf(!hasGrpcio())('the C core', () => {
  it.each(PYTHON_CASES)('%s', async (name) => {
    expect(await runPython(PYTHON_CLIENT, server.address, name)).toBe(`${name}\n`);
  });
});
