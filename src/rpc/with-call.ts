import { randomBytes } from 'node:crypto';
import type {
  handleBidiStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  Metadata,
  StatusObject,
} from '@grpc/grpc-js';
import { status as grpcStatus } from '@grpc/grpc-js';
import type { Credentials, Entry } from '../access/access-control.js';
import type { Caller } from '../access/caller.js';
import { REQUEST_ID_LENGTH_MAX, TIMER_MS_MAX } from '../limits.js';
import type { CallTally, CallType } from '../observability/call-tally.js';
import type { CallTrace } from '../observability/call-trace.js';
import { Cancellation } from '../pool/cancellation.js';
import { preciseNowMs } from '../pool/tasks.js';
import { accessRefused, cancelled, draining, internal, RpcError, toStatusObject } from './errors.js';
import { keepStatus } from './keep-status.js';
import type { ServerContext } from './server-context.js';

/** What a handler knows about its call besides the messages. */
export interface CallScope {
  readonly requestId: string;
  /** Who calls. */
  readonly caller: Caller;
  /** Set when the caller goes away or the deadline passes; its signal stops workers. */
  readonly cancellation: Cancellation;
  /** When the server saw the call, milliseconds since the Unix epoch. */
  readonly startedAtMs: number;
  /** Where work on other threads is shown. */
  readonly trace: CallTrace;
}

/** What a server gives to the way around its handlers. */
export type CallContext = Pick<
  ServerContext,
  'access' | 'admission' | 'callLog' | 'connections' | 'isDraining' | 'logger' | 'metrics' | 'traceCall'
>;

/** The surface that all kinds of server calls share. */
interface AnyCall {
  readonly metadata: Metadata;
  readonly cancelled: boolean;
  getDeadline(): Date | number;
  getPeer(): string;
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
  readonly type: CallType;
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
    private readonly context: CallContext,
    private readonly name: MethodName,
  ) {
    this.#tally = context.metrics.rpc(name.service, name.method, name.type);
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
      const answer = (): void => {
        const response = handler(call.request, running);
        if (response instanceof Promise) {
          running.watch();
          response.then(succeed, fail);
        } else succeed(response);
      };
      try {
        const entering = running.enter();
        if (entering === undefined) answer();
        else entering.then(answer).catch(fail);
      } catch (error) {
        fail(error);
      }
    };
  }

  duplex(handler: DuplexHandler): handleBidiStreamingCall<Buffer, Buffer> {
    return (call) => {
      keepStatus(call);
      const running = this.#begin(call);
      const cancellation = running.watch();
      const run = async (): Promise<void> => {
        await running.enter();
        await Promise.race([handler(call, running), running.credentialsEnd()]);
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
      keepStatus(call);
      const running = this.#begin(call);
      const cancellation = running.watch();
      const run = async (): Promise<void> => {
        await running.enter();
        await Promise.race([handler(call, running), running.credentialsEnd()]);
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
  readonly trace: CallTrace;
  #cancellation: Cancellation | undefined;
  #caller: Caller | undefined;
  /** For the log; empty where nobody says who he is. */
  #clientName = '';
  #leave: (() => void) | undefined;
  #release: (() => void) | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isEnded = false;

  constructor(
    private readonly call: AnyCall,
    private readonly context: CallContext,
    private readonly name: MethodName,
    private readonly tally: CallTally,
  ) {
    this.requestId = requestIdOf(call.metadata);
    const { requestId, startedAtMs } = this;
    const { service, method } = name;
    this.trace = context.traceCall({ service, method, requestId, startedAtMs, headers: call.metadata });
    context.metrics.callStarted(tally);
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

  get caller(): Caller {
    if (this.#caller === undefined) throw new Error('a call was answered before it was let in');
    return this.#caller;
  }

  /** Throws, or rejects, when the server is full or going away, or the caller may not call; waits for tokens that are new. */
  enter(): Promise<void> | undefined {
    const { isDraining, access } = this.context;
    if (isDraining) throw draining();
    const entry = access.enter(this.#credentials, this.name.path);
    if (entry instanceof Promise) {
      return entry.then((late) => {
        this.#admit(late);
      });
    }
    this.#admit(entry);
    return undefined;
  }

  /** Rejects when the caller's token expires; a stream does not outlive what it was opened with. */
  credentialsEnd(): Promise<never> {
    const { expiresAtMs } = this.caller;
    return new Promise((_, reject) => {
      const wait = (): void => {
        if (this.#isEnded || expiresAtMs === Infinity) return;
        const leftMs = expiresAtMs - Date.now();
        if (leftMs <= 0) reject(accessRefused({ reason: 'EXPIRED_TOKEN' }));
        else this.#expiry = setTimeout(wait, Math.min(leftMs, TIMER_MS_MAX));
      };
      wait();
    });
  }

  readonly #credentials = (): Credentials => {
    const [authorization] = this.call.metadata.get('authorization');
    return {
      authorization: authorization?.toString(),
      certificateNames: () => this.context.connections.certificateNames(this.call.getPeer()),
    };
  };

  #admit(entry: Entry): void {
    if (!entry.ok) {
      if ('name' in entry.failure) this.#clientName = entry.failure.name;
      throw accessRefused(entry.failure);
    }
    const { caller, release } = entry.value;
    this.#caller = caller;
    this.#leave = release;
    if (this.context.access.isClosed) this.#clientName = caller.name;
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
    this.#leave?.();
    clearTimeout(this.#expiry);
    const { metrics, callLog } = this.context;
    const seconds = (preciseNowMs() - this.startedAtMs) / 1_000;
    const codeName = grpcStatus[code] ?? String(code);
    metrics.callEnded();
    this.trace.end(code);
    this.tally.count(codeName, seconds);
    const { requestId } = this;
    callLog.write({ method: this.name.path, requestId, client: this.#clientName, code: codeName, seconds });
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
