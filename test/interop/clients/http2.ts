/** The cases by hand over Node's HTTP/2: no library of gRPC on this side. */
import type { ClientHttp2Session } from 'node:http2';
import http2 from 'node:http2';
import { status } from '@grpc/grpc-js';
import { expect } from 'vitest';
import { MESSAGES, TEST_SERVICE } from '../test-service.js';
import type { FramedAnswer, FramedEnd } from './framed-call.js';
import { FramedCall } from './framed-call.js';
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

const GZIP = { 'grpc-encoding': 'gzip' };
const TAKES_GZIP = { 'grpc-accept-encoding': 'identity,gzip' };

/** One method per case, named as the case. */
export class Http2Cases {
  readonly #session: ClientHttp2Session;

  constructor(address: string) {
    this.#session = http2.connect(`http://${address}`);
  }

  close(): void {
    this.#session.close();
  }

  async empty_unary(): Promise<void> {
    const { code, answers } = await this.#open('EmptyCall').send(Buffer.alloc(0)).end();
    expect(code).toBe(status.OK);
    expect(answers.map(({ bytes }) => bytes.length)).toEqual([0]);
  }

  large_unary(): Promise<void> {
    return this.#largeUnary(largeRequest(), 'plain');
  }

  gzipped_unary(): Promise<void> {
    return this.#largeUnary(largeRequest(), 'compressed');
  }

  async client_compressed_unary(): Promise<void> {
    const claiming = largeRequest({ expectCompressed: true });
    const probe = await this.#open('UnaryCall', GZIP).send(claiming).end();
    expect(probe.code, 'status of the probe').toBe(status.INVALID_ARGUMENT);
    await this.#largeUnary(claiming, 'compressed');
    await this.#largeUnary(largeRequest({ expectCompressed: false }), 'plain');
  }

  async server_compressed_unary(): Promise<void> {
    for (const responseCompressed of [true, false]) {
      const request = largeRequest({ responseCompressed });
      const { code, answers } = await this.#open('UnaryCall', TAKES_GZIP).send(request).end();
      expect(code).toBe(status.OK);
      expectFlags(answers, [responseCompressed]);
    }
  }

  client_streaming(): Promise<void> {
    return this.#clientStreaming(() => 'plain');
  }

  gzipped_streaming(): Promise<void> {
    return this.#clientStreaming((index) => (index % 2 === 0 ? 'compressed' : 'plain'));
  }

  async client_compressed_streaming(): Promise<void> {
    const probe = await this.#open('StreamingInputCall', GZIP).send(inputRequest(27_182, true)).end();
    expect(probe.code, 'status of the probe').toBe(status.INVALID_ARGUMENT);
    const call = this.#open('StreamingInputCall', GZIP).send(inputRequest(27_182, true), 'compressed');
    expectInputBytes(await call.send(inputRequest(45_904, false)).end(), 73_086);
  }

  async server_streaming(): Promise<void> {
    const { code, answers } = await this.#open('StreamingOutputCall').send(outputRequest(OUTPUT_SIZES)).end();
    expect(code).toBe(status.OK);
    expect(outputSizes(answers)).toEqual(OUTPUT_SIZES);
  }

  async server_compressed_streaming(): Promise<void> {
    const responseParameters = [
      { size: 31_415, compressed: { value: true } },
      { size: 92_653, compressed: { value: false } },
    ];
    const request = MESSAGES.outputRequest.encode({ responseParameters });
    const { code, answers } = await this.#open('StreamingOutputCall', TAKES_GZIP).send(request).end();
    expect(code).toBe(status.OK);
    expectFlags(answers, [true, false]);
  }

  async ping_pong(): Promise<void> {
    const call = this.#open('FullDuplexCall');
    for (const [index, [sent, asked]] of TURNS.entries()) {
      call.send(outputRequest([asked], sent));
      expect(outputSizes([await call.answer(index)])).toEqual([asked]);
    }
    const { code, answers } = await call.end();
    expect(code).toBe(status.OK);
    expect(answers).toHaveLength(TURNS.length);
  }

  async empty_stream(): Promise<void> {
    expect(await this.#open('FullDuplexCall').end()).toMatchObject({ code: status.OK, answers: [] });
  }

  async custom_metadata(): Promise<void> {
    const headers = {
      [ECHOED_INITIAL.key]: ECHOED_INITIAL.value,
      [ECHOED_TRAILING.key]: ECHOED_TRAILING.value.toString('base64'),
    };
    const large = outputRequest([LARGE_ANSWER_BYTES], LARGE_REQUEST_BYTES);
    for (const end of [
      await this.#open('UnaryCall', headers).send(largeRequest()).end(),
      await this.#open('FullDuplexCall', headers).send(large).end(),
    ]) {
      expect(end.code).toBe(status.OK);
      expect(end.answers).toHaveLength(1);
      expect(end.initial[ECHOED_INITIAL.key]).toBe(ECHOED_INITIAL.value);
      const echoed = Buffer.from(String(end.trailing[ECHOED_TRAILING.key]), 'base64');
      expect(echoed.equals(ECHOED_TRAILING.value)).toBe(true);
    }
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
    expect(await this.#open('StreamingInputCall').cancel()).toBe(true);
    await this.empty_unary();
  }

  async cancel_after_first_response(): Promise<void> {
    const call = this.#open('FullDuplexCall').send(outputRequest([31_415], 27_182));
    expect(outputSizes([await call.answer(0)])).toEqual([31_415]);
    expect(await call.cancel()).toBe(true);
    await this.empty_unary();
  }

  async timeout_on_sleeping_server(): Promise<void> {
    const call = this.#open('FullDuplexCall', { 'grpc-timeout': '1m' }).send(outputRequest([], 27_182));
    expect((await call.ended()).code).toBe(status.DEADLINE_EXCEEDED);
  }

  async unknown_encoding(): Promise<void> {
    expect((await this.#inUnknownEncoding()).code).toBe(status.UNIMPLEMENTED);
  }

  async unknown_encoding_hint(): Promise<void> {
    const { initial } = await this.#inUnknownEncoding();
    expect(String(initial['grpc-accept-encoding']).split(','), 'encodings to choose from').toContain('gzip');
  }

  async compressed_without_encoding(): Promise<void> {
    const { code } = await this.#open('UnaryCall').sendFlagged(largeRequest()).end();
    expect(code, 'status of a message that is flagged').toBe(status.INTERNAL);
  }

  async #largeUnary(request: Buffer, flag: 'plain' | 'compressed'): Promise<void> {
    const { code, answers } = await this.#open('UnaryCall', GZIP).send(request, flag).end();
    expect(code).toBe(status.OK);
    expect(answers.map(({ bytes }) => bodySize(MESSAGES.simpleResponse.decode(bytes)))).toEqual([
      LARGE_ANSWER_BYTES,
    ]);
  }

  async #clientStreaming(flagOf: (index: number) => 'plain' | 'compressed'): Promise<void> {
    const call = this.#open('StreamingInputCall', GZIP);
    for (const [index, size] of INPUT_SIZES.entries()) call.send(inputRequest(size), flagOf(index));
    expectInputBytes(await call.end(), INPUT_BYTES);
  }

  async #statusMessage(message: string): Promise<void> {
    const responseStatus = { code: status.UNKNOWN, message };
    const unary = this.#open('UnaryCall').send(MESSAGES.simpleRequest.encode({ responseStatus }));
    const stream = this.#open('FullDuplexCall').send(MESSAGES.outputRequest.encode({ responseStatus }));
    for (const call of [unary, stream])
      expect(await call.end()).toMatchObject({ code: status.UNKNOWN, message });
  }

  async #unimplemented(service: string): Promise<void> {
    const call = new FramedCall(this.#session, `/${service}/UnimplementedCall`);
    expect((await call.send(Buffer.alloc(0)).end()).code).toBe(status.UNIMPLEMENTED);
  }

  #inUnknownEncoding(): Promise<FramedEnd> {
    return this.#open('UnaryCall', { 'grpc-encoding': 'snappy' }).sendFlagged(largeRequest()).end();
  }

  #open(method: string, headers?: Readonly<Record<string, string>>): FramedCall {
    return new FramedCall(this.#session, `/${TEST_SERVICE}/${method}`, headers);
  }
}

function expectFlags(answers: readonly FramedAnswer[], flags: readonly boolean[]): void {
  expect(
    answers.map(({ isCompressed }) => isCompressed),
    'compressed flag of the answers',
  ).toEqual(flags);
}

function expectInputBytes({ code, answers }: FramedEnd, aggregatedPayloadSize: number): void {
  expect(code).toBe(status.OK);
  expect(answers.map(({ bytes }) => MESSAGES.inputResponse.decode(bytes))).toEqual([
    { aggregatedPayloadSize },
  ]);
}

function outputSizes(answers: readonly FramedAnswer[]): number[] {
  return answers.map(({ bytes }) => bodySize(MESSAGES.outputResponse.decode(bytes)));
}
