/** The messages of the cases: payloads are zeros. */
import type { Answer } from '../test-service.js';
import { MESSAGES } from '../test-service.js';

export const LARGE_ANSWER_BYTES = 314_159;
export const LARGE_REQUEST_BYTES = 271_828;

/** What the case `large_unary` asks with; `claims` are what it says of compression. */
export function largeRequest(
  claims: { readonly expectCompressed?: boolean; readonly responseCompressed?: boolean } = {},
): Buffer {
  const { expectCompressed, responseCompressed } = claims;
  return MESSAGES.simpleRequest.encode({
    responseSize: LARGE_ANSWER_BYTES,
    payload: zeros(LARGE_REQUEST_BYTES),
    ...(expectCompressed === undefined ? {} : { expectCompressed: { value: expectCompressed } }),
    ...(responseCompressed === undefined ? {} : { responseCompressed: { value: responseCompressed } }),
  });
}

export function inputRequest(bytes: number, expectCompressed?: boolean): Buffer {
  return MESSAGES.inputRequest.encode({
    payload: zeros(bytes),
    ...(expectCompressed === undefined ? {} : { expectCompressed: { value: expectCompressed } }),
  });
}

/** Asks for answers of these sizes, with a payload of `sent` bytes. */
export function outputRequest(sizes: readonly number[], sent = 0): Buffer {
  const responseParameters = sizes.map((size) => ({ size }));
  return MESSAGES.outputRequest.encode({ responseParameters, payload: zeros(sent) });
}

export function bodySize({ payload }: Answer): number {
  return payload?.body.length ?? 0;
}

function zeros(bytes: number): { readonly body: Buffer } {
  return { body: Buffer.alloc(bytes) };
}

/** Names and values of the case `custom_metadata`. */
export const ECHOED_INITIAL = { key: 'x-grpc-test-echo-initial', value: 'test_initial_metadata_value' };
export const ECHOED_TRAILING = { key: 'x-grpc-test-echo-trailing-bin', value: Buffer.from('ababab', 'hex') };

/** Texts of the cases `status_code_and_message` and `special_status_message`. */
export const STATUS_MESSAGE = 'test status message';
export const SPECIAL_MESSAGE = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

/** Of the case `ping_pong`: bytes sent, bytes asked for. */
export const TURNS = [
  [27_182, 31_415],
  [8, 9],
  [1_828, 2_653],
  [45_904, 58_979],
] as const;

export const INPUT_SIZES = [27_182, 8, 1_828, 45_904];
export const OUTPUT_SIZES = [31_415, 9, 2_653, 58_979];
export const INPUT_BYTES = 74_922;
