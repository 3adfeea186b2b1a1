/** Which interoperability cases of gRPC run from which clients, and which are known to fail: tests and `docs/interop.md` read this. */

/** grpc-js; Python's grpcio on the C core; frames made by hand over Node's HTTP/2; nghttp2's load generator. */
export const CLIENTS = ['grpc-js', 'grpcio', 'http2', 'h2load'] as const;
export type InteropClient = (typeof CLIENTS)[number];

export interface InteropCase {
  readonly name: string;
  /** What passes when it passes. */
  readonly what: string;
  readonly clients: readonly InteropClient[];
  readonly knownFailure?: KnownFailure;
}

export interface KnownFailure {
  /** What the failure says: any other one is a failure of the test. */
  readonly says: RegExp;
  readonly reason: string;
}

const LIBRARIES = ['grpc-js', 'grpcio', 'http2'] as const;

/** The flag of a message is seen and set where messages are framed by hand. */
const BY_HAND = ['http2'] as const;

const NO_REQUEST_FLAG: KnownFailure = {
  says: /probe/,
  reason:
    'grpc-js gives a handler the message decompressed and not its flag, so that the server cannot refuse the probe; what ' +
    'follows it runs as `gzipped_unary` and `gzipped_streaming`',
};
const NO_RESPONSE_COMPRESSION: KnownFailure = {
  says: /compressed flag/,
  reason: 'servers of grpc-js do not compress; answers come uncompressed, which a client has to take',
};

/** The list of gRPC, in its order; its names. */
export const DOCUMENTED_CASES: readonly InteropCase[] = [
  { name: 'empty_unary', what: 'an empty message for an empty message', clients: LIBRARIES },
  { name: 'large_unary', what: '271,828 bytes up, 314,159 down', clients: LIBRARIES },
  {
    name: 'client_compressed_unary',
    what: 'an uncompressed message that claims to be compressed is refused, true claims are taken',
    clients: BY_HAND,
    knownFailure: NO_REQUEST_FLAG,
  },
  {
    name: 'server_compressed_unary',
    what: 'the answer is compressed exactly where the request asks for it',
    clients: BY_HAND,
    knownFailure: NO_RESPONSE_COMPRESSION,
  },
  { name: 'client_streaming', what: '27,182, 8, 1,828 and 45,904 bytes make 74,922', clients: LIBRARIES },
  {
    name: 'client_compressed_streaming',
    what: 'the same claims on one stream; 27,182 and 45,904 bytes make 73,086',
    clients: BY_HAND,
    knownFailure: NO_REQUEST_FLAG,
  },
  { name: 'server_streaming', what: '31,415, 9, 2,653 and 58,979 bytes in order', clients: LIBRARIES },
  {
    name: 'server_compressed_streaming',
    what: '31,415 bytes compressed, then 92,653 uncompressed',
    clients: BY_HAND,
    knownFailure: NO_RESPONSE_COMPRESSION,
  },
  { name: 'ping_pong', what: 'four messages, each sent after the answer to the last', clients: LIBRARIES },
  { name: 'empty_stream', what: 'no message in either direction', clients: LIBRARIES },
  {
    name: 'custom_metadata',
    what: 'text and binary metadata, before and after the answer',
    clients: LIBRARIES,
  },
  { name: 'status_code_and_message', what: 'code and text of an error', clients: LIBRARIES },
  { name: 'special_status_message', what: 'white space and Unicode in that text', clients: LIBRARIES },
  { name: 'unimplemented_method', what: '`UNIMPLEMENTED` for a method nobody answers', clients: LIBRARIES },
  { name: 'unimplemented_service', what: '`UNIMPLEMENTED` for a service nobody serves', clients: LIBRARIES },
  { name: 'cancel_after_begin', what: 'cancelled before a message', clients: LIBRARIES },
  { name: 'cancel_after_first_response', what: 'cancelled after an answer', clients: LIBRARIES },
  {
    name: 'timeout_on_sleeping_server',
    what: '`DEADLINE_EXCEEDED` after a millisecond; by hand nobody but the server keeps the time',
    clients: LIBRARIES,
  },
  {
    name: 'concurrent_large_unary',
    what: '1,000 times `large_unary` on one connection; the server counts them',
    clients: ['h2load'],
  },
];

/** What gRPC's page on compression asks for beyond that list. */
export const COMPRESSION_CASES: readonly InteropCase[] = [
  { name: 'gzipped_unary', what: '`large_unary` with a compressed request', clients: LIBRARIES },
  {
    name: 'gzipped_streaming',
    what: '`client_streaming` with compressed requests and, except from grpcio, uncompressed ones between them',
    clients: LIBRARIES,
  },
  {
    name: 'unknown_encoding',
    what: '`UNIMPLEMENTED` for a message in an encoding that nobody knows',
    clients: BY_HAND,
  },
  {
    name: 'unknown_encoding_hint',
    what: 'that answer names the encodings that are known',
    clients: BY_HAND,
    knownFailure: {
      says: /encodings to choose from/,
      reason: 'grpc-js names them in every answer but those that have nothing but a status',
    },
  },
  {
    name: 'compressed_without_encoding',
    what: '`INTERNAL` for a message that is flagged compressed on a call without an encoding',
    clients: BY_HAND,
    knownFailure: {
      says: /flagged/,
      reason: 'grpc-js reads such a message as if it were not flagged',
    },
  },
];

export const CASES = [...DOCUMENTED_CASES, ...COMPRESSION_CASES];

/** Cases of the list that need what is not here. */
export const LEFT_OUT: Readonly<Record<string, string>> = {
  cacheable_unary: 'a caching proxy, and requests by GET',
  compute_engine_creds: "a cloud's metadata server",
  jwt_token_creds: "a cloud's accounts",
  oauth2_auth_token: "a cloud's accounts",
  per_rpc_creds: "a cloud's accounts",
};
