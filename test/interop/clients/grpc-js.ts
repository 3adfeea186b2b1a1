/** The cases from grpc-js. */
import type { ClientDuplexStream, MetadataValue, ServiceError } from '@grpc/grpc-js';
import { Client, compressionAlgorithms, credentials, Metadata, status } from '@grpc/grpc-js';
import { expect } from 'vitest';
import { errorOf } from '../../support/test-server.js';
import { MESSAGES, TEST_SERVICE } from '../test-service.js';
import {
  bodySize,
  ECHOED_INITIAL,
  ECHOED_TRAILING,
  INPUT_BYTES,
  INPUT_SIZES,
  inputRequest,
  LARGE_ANSWER_BYTES,
  LARGE_REQUEST_BYTES,
  largeRequest,
  OUTPUT_SIZES,
  outputRequest,
  SPECIAL_MESSAGE,
  STATUS_MESSAGE,
  TURNS,
} from './zeros.js';

const TIMEOUT_MS = 20_000;
/** Flag of a write. */
const NO_COMPRESS = 2;

const identity = (bytes: Buffer): Buffer => bytes;

interface Ended {
  readonly answers: readonly number[];
  readonly initial: Metadata;
  readonly status: { readonly code: number; readonly details: string; readonly metadata: Metadata };
}

type Stream = ClientDuplexStream<Buffer, Buffer>;

/** One method per case, named as the case. */
export class GrpcJsCases {
  readonly #client: Client;
  readonly #gzipping: Client;

  constructor(address: string) {
    const plain = credentials.createInsecure();
    this.#client = new Client(address, plain);
    this.#gzipping = new Client(address, plain, {
      'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
    });
  }

  close(): void {
    this.#client.close();
    this.#gzipping.close();
  }

  async empty_unary(): Promise<void> {
    expect((await this.#unary('EmptyCall', Buffer.alloc(0))).response).toHaveLength(0);
  }

  large_unary(): Promise<void> {
    return this.#largeUnary(this.#client);
  }

  gzipped_unary(): Promise<void> {
    return this.#largeUnary(this.#gzipping);
  }

  client_streaming(): Promise<void> {
    return this.#clientStreaming(this.#client);
  }

  gzipped_streaming(): Promise<void> {
    return this.#clientStreaming(this.#gzipping, (index) => index % 2 === 0);
  }

  async server_streaming(): Promise<void> {
    const path = `/${TEST_SERVICE}/StreamingOutputCall`;
    const call = this.#client.makeServerStreamRequest(path, identity, identity, outputRequest(OUTPUT_SIZES));
    const received: number[] = [];
    for await (const bytes of call as AsyncIterable<Buffer>)
      received.push(bodySize(MESSAGES.outputResponse.decode(bytes)));
    expect(received).toEqual(OUTPUT_SIZES);
  }

  async ping_pong(): Promise<void> {
    const call = this.#duplex();
    const send = (index: number): void => {
      const turn = TURNS[index];
      if (turn === undefined) call.end();
      else call.write(outputRequest([turn[1]], turn[0]));
    };
    const end = ended(call, send);
    send(0);
    const { answers, status: last } = await end;
    expect(answers).toEqual(TURNS.map(([, size]) => size));
    expect(last.code).toBe(status.OK);
  }

  async empty_stream(): Promise<void> {
    const call = this.#duplex();
    const end = ended(call);
    call.end();
    const { answers, status: last } = await end;
    expect(answers).toEqual([]);
    expect(last.code).toBe(status.OK);
  }

  async custom_metadata(): Promise<void> {
    const metadata = new Metadata();
    for (const { key, value } of [ECHOED_INITIAL, ECHOED_TRAILING]) metadata.set(key, value);
    const { initial, trailing } = await this.#unary('UnaryCall', largeRequest(), { metadata });
    const call = this.#duplex(metadata);
    const end = ended(call);
    call.end(outputRequest([LARGE_ANSWER_BYTES], LARGE_REQUEST_BYTES));
    const streamed = await end;
    expect(streamed.answers).toEqual([LARGE_ANSWER_BYTES]);
    const valuesOf = (from: Metadata, key: string): MetadataValue[] => from.get(key);
    for (const from of [initial, streamed.initial])
      expect(valuesOf(from, ECHOED_INITIAL.key)).toEqual([ECHOED_INITIAL.value]);
    for (const from of [trailing, streamed.status.metadata])
      expect(valuesOf(from, ECHOED_TRAILING.key)).toEqual([ECHOED_TRAILING.value]);
  }

  status_code_and_message(): Promise<void> {
    return this.#statusMessage(STATUS_MESSAGE);
  }

  special_status_message(): Promise<void> {
    return this.#statusMessage(SPECIAL_MESSAGE);
  }

  unimplemented_method(): Promise<void> {
    return this.#unimplemented(TEST_SERVICE);
  }

  unimplemented_service(): Promise<void> {
    return this.#unimplemented('grpc.testing.UnimplementedService');
  }

  async cancel_after_begin(): Promise<void> {
    const answered = new Promise((resolve, reject) => {
      const path = `/${TEST_SERVICE}/StreamingInputCall`;
      const call = this.#client.makeClientStreamRequest(path, identity, identity, settle(resolve, reject));
      call.cancel();
    });
    expect((await errorOf(answered)).code).toBe(status.CANCELLED);
  }

  async cancel_after_first_response(): Promise<void> {
    const call = this.#duplex();
    const end = ended(call, () => {
      call.cancel();
    });
    call.write(outputRequest([31_415], 27_182));
    const { answers, status: last } = await end;
    expect(answers).toEqual([31_415]);
    expect(last.code).toBe(status.CANCELLED);
  }

  async timeout_on_sleeping_server(): Promise<void> {
    const call = this.#duplex(new Metadata(), 1);
    const end = ended(call);
    call.write(outputRequest([], 27_182));
    expect((await end).status.code).toBe(status.DEADLINE_EXCEEDED);
  }

  async #largeUnary(client: Client): Promise<void> {
    const { response } = await this.#unary('UnaryCall', largeRequest(), { client });
    const { payload } = MESSAGES.simpleResponse.decode(response);
    expect(Buffer.alloc(LARGE_ANSWER_BYTES).equals(payload?.body ?? Buffer.alloc(0))).toBe(true);
  }

  async #clientStreaming(
    client: Client,
    isCompressed: (index: number) => boolean = () => true,
  ): Promise<void> {
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const path = `/${TEST_SERVICE}/StreamingInputCall`;
      const call = client.makeClientStreamRequest(path, identity, identity, settle(resolve, reject));
      for (const [index, size] of INPUT_SIZES.entries())
        call.write(inputRequest(size), isCompressed(index) ? 0 : NO_COMPRESS);
      call.end();
    });
    expect(MESSAGES.inputResponse.decode(answer)).toEqual({ aggregatedPayloadSize: INPUT_BYTES });
  }

  async #statusMessage(message: string): Promise<void> {
    const responseStatus = { code: status.UNKNOWN, message };
    const request = MESSAGES.simpleRequest.encode({ responseStatus });
    const error = await errorOf(this.#unary('UnaryCall', request));
    expect(error).toMatchObject({ code: status.UNKNOWN, details: message });
    const call = this.#duplex();
    const end = ended(call);
    call.end(MESSAGES.outputRequest.encode({ responseStatus }));
    expect((await end).status).toMatchObject({ code: status.UNKNOWN, details: message });
  }

  async #unimplemented(service: string): Promise<void> {
    const error = await errorOf(this.#unary('UnimplementedCall', Buffer.alloc(0), { service }));
    expect(error.code).toBe(status.UNIMPLEMENTED);
  }

  #unary(
    method: string,
    request: Buffer,
    { client = this.#client, service = TEST_SERVICE, metadata = new Metadata() } = {},
  ): Promise<{ response: Buffer; initial: Metadata; trailing: Metadata }> {
    return new Promise((resolve, reject) => {
      let initial = new Metadata();
      let response: Buffer = Buffer.alloc(0);
      const path = `/${service}/${method}`;
      const call = client.makeUnaryRequest(
        path,
        identity,
        identity,
        request,
        metadata,
        settle((value) => (response = value), reject),
      );
      call.on('metadata', (received) => (initial = received));
      call.on('status', ({ metadata: trailing }) => {
        resolve({ response, initial, trailing });
      });
    });
  }

  #duplex(metadata = new Metadata(), timeoutMs = TIMEOUT_MS): Stream {
    const path = `/${TEST_SERVICE}/FullDuplexCall`;
    const deadline = Date.now() + timeoutMs;
    return this.#client.makeBidiStreamRequest(path, identity, identity, metadata, { deadline });
  }
}

function settle(
  resolve: (answer: Buffer) => void,
  reject: (error: ServiceError) => void,
): (error: ServiceError | null, value?: Buffer) => void {
  return (error, value) => {
    if (error !== null) reject(error);
    else resolve(value ?? Buffer.alloc(0));
  };
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
