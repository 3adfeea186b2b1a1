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
import type { RpcMeter } from '../observability/metrics.js';
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
  getDeadline(): Date | number;
  on(event: 'cancelled', listener: () => void): unknown;
}

export type UnaryHandler = (request: Buffer, scope: CallScope) => Buffer | Promise<Buffer>;

export interface MethodName {
  /** e.g. `margincube.v1.MarginService`. */
  readonly service: string;
  /** e.g. `CalculateMargin`. */
  readonly method: string;
}

export type DuplexHandler = (
  call: Parameters<handleBidiStreamingCall<Buffer, Buffer>>[0],
  scope: CallScope,
) => Promise<void>;

/** Goes around the handlers of one method: request id, deadline, admission, metrics, log line, error mapping. */
export class CallWrapper {
  readonly #meter: RpcMeter;

  constructor(
    private readonly context: ServerContext,
    private readonly name: MethodName,
  ) {
    this.#meter = context.metrics.rpc(name.service, name.method);
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
        const response = handler(call.request, running.scope);
        if (response instanceof Promise) response.then(succeed, fail);
        else succeed(response);
      } catch (error) {
        fail(error);
      }
    };
  }

  duplex(handler: DuplexHandler): handleBidiStreamingCall<Buffer, Buffer> {
    return (call) => {
      const running = this.#begin(call);
      const run = async (): Promise<void> => {
        running.admit();
        await handler(call, running.scope);
      };
      run().then(
        () => {
          running.end(grpcStatus.OK);
          call.end();
        },
        (error: unknown) => {
          running.scope.cancellation.cancel();
          const sent = running.fail(error);
          if (!call.destroyed) call.emit('error', sent);
        },
      );
    };
  }

  /** For methods with a stream of answers that only fail. */
  serverStream(handler: () => never): handleServerStreamingCall<Buffer, Buffer> {
    return (call) => {
      const running = this.#begin(call);
      try {
        running.admit();
        handler();
      } catch (error) {
        call.emit('error', running.fail(error));
      }
    };
  }

  #begin(call: AnyCall): RunningCall {
    return new RunningCall(call, this.context, this.name, this.#meter);
  }
}

/** One call from its first byte to its status. */
class RunningCall {
  readonly scope: CallScope;
  #release: (() => void) | undefined;
  #isEnded = false;

  constructor(
    call: AnyCall,
    private readonly context: ServerContext,
    private readonly name: MethodName,
    private readonly meter: RpcMeter,
  ) {
    const deadline = call.getDeadline();
    const cancellation = new Cancellation(typeof deadline === 'number' ? deadline : deadline.getTime());
    this.scope = { requestId: requestIdOf(call.metadata), cancellation, startedAtMs: preciseNowMs() };
    call.on('cancelled', () => {
      cancellation.cancel();
    });
    context.metrics.callStarted();
  }

  /** Throws when the server is full or going away. */
  admit(): void {
    if (this.context.isDraining) throw draining();
    this.#release = this.context.admission.admitCall();
  }

  fail(error: unknown): StatusObject {
    const known = error instanceof RpcError ? error : this.#unexpected(error);
    const sent = toStatusObject(known, this.scope.requestId);
    this.end(sent.code);
    return sent;
  }

  end(code: number): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#release?.();
    const { metrics, logger } = this.context;
    const seconds = (preciseNowMs() - this.scope.startedAtMs) / 1_000;
    const codeName = grpcStatus[code] ?? String(code);
    metrics.callEnded();
    this.meter.ended(codeName, seconds);
    logger.info({
      method: `${this.name.service}/${this.name.method}`,
      requestId: this.scope.requestId,
      code: codeName,
      seconds,
    });
  }

  /** A call that was cancelled fails in many ways, none of which is a defect. */
  #unexpected(error: unknown): RpcError {
    if (this.scope.cancellation.isCancelled) return cancelled();
    this.context.logger.error(
      { requestId: this.scope.requestId, err: error },
      'a handler failed unexpectedly',
    );
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
