/** gRPC's test service behind everything that stands between a socket and a handler of this server. */
import path from 'node:path';
import type { handleClientStreamingCall, handleUnaryCall, UntypedHandleCall } from '@grpc/grpc-js';
import { Metadata, ServerCredentials } from '@grpc/grpc-js';
import type { MessageTypeDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { loadSync } from '@grpc/proto-loader';
import { AccessControl } from '../../src/access/access-control.js';
import { parseServerConfig } from '../../src/config/server-config.js';
import { CallLog } from '../../src/observability/call-log.js';
import { callType } from '../../src/observability/call-tally.js';
import { createTraceCall } from '../../src/observability/call-trace.js';
import { createLog } from '../../src/observability/log.js';
import { ServerMetrics } from '../../src/observability/metrics.js';
import { Admission } from '../../src/rpc/admission.js';
import type { Service } from '../../src/rpc/bytes-service.js';
import { bytesService } from '../../src/rpc/bytes-service.js';
import { Connections } from '../../src/rpc/connections.js';
import { drainOrEnd } from '../../src/rpc/drain-or-end.js';
import { RpcError } from '../../src/rpc/errors.js';
import type { GrpcServerOptions } from '../../src/rpc/grpc-server.js';
import { GrpcServer } from '../../src/rpc/grpc-server.js';
import type {
  CallContext,
  DuplexHandler,
  ServerStreamHandler,
  UnaryHandler,
} from '../../src/rpc/with-call.js';
import { CallWrapper } from '../../src/rpc/with-call.js';

export const TEST_SERVICE = 'grpc.testing.TestService';
const PROTO_FILE = path.join(import.meta.dirname, 'test.proto');
const DEFINITIONS = loadSync(PROTO_FILE);
/** With the names of the file: a client that learns the messages from the server must find those. */
const REFLECTED = loadSync(PROTO_FILE, { keepCase: true });

interface Payload {
  readonly body: Uint8Array;
}

interface EchoStatus {
  readonly code: number;
  readonly message: string;
}

interface BoolValue {
  readonly value: boolean;
}

/** The server cannot do what the flags of compression ask for: grpc-js neither shows nor sets that flag of a message. */
interface SimpleRequest {
  readonly responseSize?: number;
  readonly payload?: Payload;
  readonly responseCompressed?: BoolValue;
  readonly responseStatus?: EchoStatus;
  readonly expectCompressed?: BoolValue;
}

interface StreamingInputCallRequest {
  readonly payload?: Payload;
  readonly expectCompressed?: BoolValue;
}

interface StreamingOutputCallRequest {
  readonly responseParameters?: readonly { readonly size: number; readonly compressed?: BoolValue }[];
  readonly payload?: Payload;
  readonly responseStatus?: EchoStatus;
}

export interface Answer {
  readonly payload?: Payload;
}

/** Messages of the test service, with the names that the loader gives their fields. */
export const MESSAGES = {
  simpleRequest: message<SimpleRequest>('SimpleRequest'),
  simpleResponse: message<Answer>('SimpleResponse'),
  inputRequest: message<StreamingInputCallRequest>('StreamingInputCallRequest'),
  inputResponse: message<{ readonly aggregatedPayloadSize: number }>('StreamingInputCallResponse'),
  outputRequest: message<StreamingOutputCallRequest>('StreamingOutputCallRequest'),
  outputResponse: message<Answer>('StreamingOutputCallResponse'),
};

function message<Shape>(name: string): { encode(shape: Shape): Buffer; decode(bytes: Buffer): Shape } {
  const found: unknown = DEFINITIONS[`grpc.testing.${name}`];
  const { serialize, deserialize } = found as MessageTypeDefinition<Shape, Shape>;
  return { encode: serialize, decode: deserialize };
}

const ECHOED_INITIAL = 'x-grpc-test-echo-initial';
const ECHOED_TRAILING = 'x-grpc-test-echo-trailing-bin';

export interface InteropServer {
  /** `host:port`. */
  readonly address: string;
  readonly metrics: ServerMetrics;
  close(): void;
}

export async function startInteropServer(
  options: Pick<GrpcServerOptions, 'keepalive'> = {},
): Promise<InteropServer> {
  const host = '127.0.0.1';
  const { logger } = createLog('silent');
  const connections = new Connections();
  const metrics = new ServerMetrics(
    { version: '0.0.0', isa: 'none' },
    { queueSize: () => 0, snapshotAgeSeconds: () => 0, connections: () => connections.open },
  );
  const context: CallContext = {
    access: new AccessControl(undefined, Date.now),
    admission: new Admission(parseServerConfig({ insecureLoopback: true })),
    callLog: new CallLog(logger),
    traceCall: createTraceCall(),
    connections,
    isDraining: false,
    logger,
    metrics,
  };
  const server = new GrpcServer({
    services: [testService(context)],
    connections,
    reflected: REFLECTED,
    ...options,
  });
  const port = await server.listen(host, 0, ServerCredentials.createInsecure());
  return {
    address: `${host}:${String(port)}`,
    metrics,
    close: () => {
      server.close();
    },
  };
}

function testService(context: CallContext): Service {
  return bytesService(
    TEST_SERVICE,
    DEFINITIONS[TEST_SERVICE] as ServiceDefinition,
    ({ method, ...streams }) => {
      const wrapper = new CallWrapper(context, {
        service: TEST_SERVICE,
        method,
        path: `${TEST_SERVICE}/${method}`,
        type: callType(streams.requestStream, streams.responseStream),
      });
      const answers: Readonly<Record<string, UntypedHandleCall>> = {
        EmptyCall: wrapper.unary(() => Buffer.alloc(0)),
        UnaryCall: echoingMetadata(wrapper.unary(unaryCall)),
        StreamingInputCall: streamingInputCall,
        StreamingOutputCall: wrapper.serverStream(streamingOutputCall),
        FullDuplexCall: wrapper.duplex(fullDuplexCall),
      };
      return answers[method];
    },
  );
}

const unaryCall: UnaryHandler = (bytes) => {
  const { responseSize = 0, responseStatus } = MESSAGES.simpleRequest.decode(bytes);
  throwEchoed(responseStatus);
  return MESSAGES.simpleResponse.encode(zeros(responseSize));
};

const streamingOutputCall: ServerStreamHandler = (call) => answerAll(call, call.request);

const fullDuplexCall: DuplexHandler = async (call) => {
  const { initial, trailing } = echoed(call.metadata);
  call.sendMetadata(initial);
  // The end of the requests must not destroy the stream, on which the status is still to be sent.
  const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  for (let next = await requests.next(); next.done !== true; next = await requests.next())
    await answerAll(call, next.value);
  call.end(trailing);
};

/** No method of the contract has this shape, so that nothing stands around its handlers. */
const streamingInputCall: handleClientStreamingCall<Buffer, Buffer> = (call, callback) => {
  let aggregatedPayloadSize = 0;
  call.on('data', (bytes: Buffer) => {
    aggregatedPayloadSize += MESSAGES.inputRequest.decode(bytes).payload?.body.length ?? 0;
  });
  call.on('end', () => {
    callback(null, MESSAGES.inputResponse.encode({ aggregatedPayloadSize }));
  });
};

async function answerAll(
  call: Parameters<DuplexHandler | ServerStreamHandler>[0],
  request: Buffer,
): Promise<void> {
  const { responseParameters = [], responseStatus } = MESSAGES.outputRequest.decode(request);
  throwEchoed(responseStatus);
  for (const { size } of responseParameters)
    if (!call.write(MESSAGES.outputResponse.encode(zeros(size)))) await drainOrEnd(call);
}

function zeros(size: number): Answer {
  return { payload: { body: Buffer.alloc(size) } };
}

function throwEchoed(status: EchoStatus | undefined): void {
  if (status !== undefined) throw new RpcError({ code: status.code, message: status.message, details: [] });
}

/** Sends back what the two keys came with, one before the answer and one after it. */
function echoingMetadata(answer: handleUnaryCall<Buffer, Buffer>): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    const { initial, trailing } = echoed(call.metadata);
    call.sendMetadata(initial);
    answer(call, (error, response) => {
      callback(error, response, trailing);
    });
  };
}

function echoed(metadata: Metadata): { readonly initial: Metadata; readonly trailing: Metadata } {
  const copyOf = (key: string): Metadata => {
    const copy = new Metadata();
    for (const value of metadata.get(key)) copy.add(key, value);
    return copy;
  };
  return { initial: copyOf(ECHOED_INITIAL), trailing: copyOf(ECHOED_TRAILING) };
}
