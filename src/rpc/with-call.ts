import { randomBytes } from 'node:crypto';
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  StatusObject,
} from '@grpc/grpc-js';
import { status as grpcStatus } from '@grpc/grpc-js';
import { REQUEST_ID_LENGTH_MAX } from '../limits.js';
import type { CallTally } from '../observability/call-tally.js';
import { Cancellation } from '../pool/cancellation.js';
import { preciseNowMs } from '../pool/tasks.js';
import { cancelled, draining, internal, RpcError, toStatusObject } from './errors.js';
import type { ServerContext } from './server-context.js';

/** What a handler knows about its call besides the messages. */
export interface CallScope {
  readonly requestId: string;
  /** Set when the caller goes away or the deadline passes; its signal stops workers. */
  readonly cancellation: Cancellation;
  /** When the server saw the call, milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
}

/** The surface that all kinds of server calls share. */
interface AnyCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

export type UnaryHandler = (request: Buffer, scope: CallScope) => Buffer | Promise<Buffer>;

export interface MethodName {
  /** e.g. `margincube.v1.MarginService`. */
  readonly service: string;
  /** e.g. `CalculateMargin`. */
  readonly method: string;
  /** Both, `service/method`. */
  readonly path: string;
}

export type DuplexHandler = (
  call: Parameters<handleBidiStreamingCall<Buffer, Buffer>>[0],
  scope: CallScope,
) => Promise<void>;

export type ServerStreamHandler = (
  call: Parameters<handleServerStreamingCall<Buffer, Buffer>>[0],
  scope: CallScope,
) => Promise<void>;

/** Goes around the handlers of one method: request id, deadline, admission, metrics, log line, error mapping. */
export class CallWrapper {
  readonly #tally: CallTally;

  constructor(
    private readonly context: ServerContext,
    private readonly name: MethodName,
  ) {
    this.#tally = context.metrics.rpc(name.service, name.method);
  }

  unary(handler: UnaryHandler): handleUnaryCall<Buffer, Buffer> {
    return (call, callback) => {
      const running = this.#begin(call);
      const fail = (error: unknown): void => {
        const sent = running.fail(error);
        callback({ ...sent, name: 'RpcError' });
      };
      const succeed = (response: Buffer): void => {
        running.end(grpcStatus.OK);
        callback(null, response);
      };
      try {
        running.admit();
        const response = handler(call.request, running);
        if (response instanceof Promise) {
          running.watch();
          response.then(succeed, fail);
        } else succeed(response);
      } catch (error) {
        fail(error);
      }
    };
  }

  duplex(handler: DuplexHandler): handleBidiStreamingCall<Buffer, Buffer> {
    return (call) => {
      const running = this.#begin(call);
      const cancellation = running.watch();
      const run = async (): Promise<void> => {
        running.admit();
        await handler(call, running);
      };
      run().then(
        () => {
          running.end(grpcStatus.OK);
          call.end();
        },
        (error: unknown) => {
          cancellation.cancel();
          const sent = running.fail(error);
          if (!call.destroyed) call.emit('error', sent);
        },
      );
    };
  }

  /** Answers as long as the caller stays; the handler's promise ends the stream. */
  serverStream(handler: ServerStreamHandler): handleServerStreamingCall<Buffer, Buffer> {
    return (call) => {
      const running = this.#begin(call);
      const cancellation = running.watch();
      const run = async (): Promise<void> => {
        running.admit();
        await handler(call, running);
      };
      run().then(
        () => {
          running.end(grpcStatus.OK);
          if (!call.destroyed) call.end();
        },
        (error: unknown) => {
          cancellation.cancel();
          const sent = running.fail(error);
          if (!call.destroyed) call.emit('error', sent);
        },
      );
    };
  }

  #begin(call: AnyCall): RunningCall {
    return new RunningCall(call, this.context, this.name, this.#tally);
  }
}

/** One call from its first byte to its status. */
class RunningCall implements CallScope {
  readonly requestId: string;
  readonly startedAtMs = preciseNowMs();
  #cancellation: Cancellation | undefined;
  #release: (() => void) | undefined;
  #isEnded = false;

  constructor(
    private readonly call: AnyCall,
    private readonly context: ServerContext,
    private readonly name: MethodName,
    private readonly tally: CallTally,
  ) {
    this.requestId = requestIdOf(call.metadata);
    context.metrics.callStarted();
  }

  get cancellation(): Cancellation {
    return this.watch();
  }

  /** From here on the caller's going away is noticed; a call that is answered at once need not know. */
  watch(): Cancellation {
    if (this.#cancellation !== undefined) return this.#cancellation;
    const deadline = this.call.getDeadline();
    const cancellation = new Cancellation(typeof deadline === 'number' ? deadline : deadline.getTime());
    this.#cancellation = cancellation;
    if (this.call.cancelled) cancellation.cancel();
    this.call.on('cancelled', () => {
      cancellation.cancel();
    });
    return cancellation;
  }

  /** Throws when the server is full or going away. */
  admit(): void {
    if (this.context.isDraining) throw draining();
    this.#release = this.context.admission.admitCall();
  }

  fail(error: unknown): StatusObject {
    const known = error instanceof RpcError ? error : this.#unexpected(error);
    const sent = toStatusObject(known, this.requestId);
    this.end(sent.code);
    return sent;
  }

  end(code: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#release?.();
    const { metrics, callLog } = this.context;
    const seconds = (preciseNowMs() - this.startedAtMs) / 1_000;
    const codeName = grpcStatus[code] ?? String(code);
    metrics.callEnded();
    this.tally.count(codeName, seconds);
    callLog.write({ method: this.name.path, requestId: this.requestId, code: codeName, seconds });
  }

  /** A call that was cancelled fails in many ways, none of which is a defect. */
  #unexpected(error: unknown): RpcError {
    if (this.cancellation.isCancelled) return cancelled();
    this.context.logger.error({ requestId: this.requestId, err: error }, 'a handler failed unexpectedly');
    return internal();
  }
}

const ID_PREFIX = randomBytes(6).toString('hex');
const REQUEST_ID = /^[\x21-\x7e]+$/;
let idCount = 0;

/** The caller's `x-request-id`, or one of our own. */
function requestIdOf(metadata: Metadata): string {
  const [given] = metadata.get('x-request-id');
  if (typeof given === 'string' && given.length <= REQUEST_ID_LENGTH_MAX && REQUEST_ID.test(given))
    return given;
  idCount++;
  return `${ID_PREFIX}-${idCount.toString(36)}`;
}
