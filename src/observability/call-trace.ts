import type { Attributes, Context, Span, TextMapGetter, Tracer } from '@opentelemetry/api';
import { propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** One call, as it begins. */
export interface TracedCall {
  /** e.g. `margincube.v1.MarginService`. */
  readonly service: string;
  /** e.g. `CalculateMargin`. */
  readonly method: string;
  readonly requestId: string;
  /** Milliseconds since the Unix epoch, as are all times of this file. */
  readonly startedAtMs: number;
  /** Where the caller's trace is found, e.g. under `traceparent`. */
  readonly headers: Headers;
}

interface Headers {
  get(key: string): readonly (string | Buffer)[];
  getMap(): Readonly<Record<string, unknown>>;
}

/** What a thread has done for a call. */
export interface ThreadWork {
  /** e.g. `shard`. */
  readonly name: string;
  /** Of Node; -1 if the thread was lost before it answered. */
  readonly threadId: number;
  readonly queuedAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** 0 where the work is not about any. */
  readonly portfolioCount: number;
}

/** Spans of one call. */
export interface CallTrace {
  /** Spans of the wait for a thread and of the work there; the thread itself knows nothing of them. */
  work(work: ThreadWork): void;
  /** @param code of gRPC */
  end(code: number): void;
}

/** Begins the trace of a call. */
export type TraceCall = (call: TracedCall) => CallTrace;

/** Codes that are the server's fault; others say something of the request. */
const SERVER_ERRORS: ReadonlySet<number> = new Set([2, 4, 12, 13, 14, 15]);

const HEADERS: TextMapGetter<Headers> = {
  get: (headers, key) => headers.get(key).map(String),
  keys: (headers) => Object.keys(headers.getMap()),
};

/**
 * Spans of calls, under those of their callers, for the SDK of OpenTelemetry that the process has registered by now. Without one
 * nothing is asked again: the API's own empty spans cost as much as a small calculation.
 */
export function createTraceCall(): TraceCall {
  if (!isSdkRegistered()) return () => UNTRACED;
  const tracer = trace.getTracer('margincube');
  return ({ service, method, requestId, startedAtMs, headers }) => {
    const parent = propagation.extract(ROOT_CONTEXT, headers, HEADERS);
    const attributes = {
      'rpc.system': 'grpc',
      'rpc.service': service,
      'rpc.method': method,
      'margincube.request_id': requestId,
    };
    const options = { kind: SpanKind.SERVER, startTime: startedAtMs, attributes };
    const span = tracer.startSpan(`${service}/${method}`, options, parent);
    return span.isRecording() ? new RecordedCall(tracer, span, trace.setSpan(parent, span)) : UNTRACED;
  };
}

/** The API's own provider, which stands in for an SDK, has tracers to delegate to once there is one. */
function isSdkRegistered(): boolean {
  const provider = trace.getTracerProvider() as { getDelegateTracer?(name: string): unknown };
  return provider.getDelegateTracer === undefined || provider.getDelegateTracer('margincube') !== undefined;
}

/** Nobody records. */
const UNTRACED: CallTrace = { work: () => undefined, end: () => undefined };

class RecordedCall implements CallTrace {
  constructor(
    private readonly tracer: Tracer,
    private readonly span: Span,
    private readonly context: Context,
  ) {}

  work({ name, threadId, queuedAtMs, startedAtMs, endedAtMs, portfolioCount }: ThreadWork): void {
    this.#child(`${name} queue`, queuedAtMs, startedAtMs);
    const isLost = threadId < 0;
    const attributes: Attributes = isLost ? {} : { 'thread.id': threadId };
    if (portfolioCount > 0) attributes['margincube.portfolio_count'] = portfolioCount;
    this.#child(name, startedAtMs, endedAtMs, attributes, isLost);
  }

  end(code: number): void {
    this.span.setAttribute('rpc.grpc.status_code', code);
    if (SERVER_ERRORS.has(code)) this.span.setStatus({ code: SpanStatusCode.ERROR });
    this.span.end();
  }

  #child(
    name: string,
    startedAtMs: number,
    endedAtMs: number,
    attributes: Attributes = {},
    isError = false,
  ): void {
    const span = this.tracer.startSpan(name, { startTime: startedAtMs, attributes }, this.context);
    if (isError) span.setStatus({ code: SpanStatusCode.ERROR, message: 'the thread was lost' });
    span.end(endedAtMs);
  }
}
