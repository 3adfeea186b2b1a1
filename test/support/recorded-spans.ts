/** What an SDK of OpenTelemetry would export, kept in memory. */
import type {
  Attributes,
  AttributeValue,
  Context,
  Span,
  SpanContext,
  SpanOptions,
  SpanStatus,
  TextMapPropagator,
  TimeInput,
  Tracer,
} from '@opentelemetry/api';
import { propagation, trace, TraceFlags } from '@opentelemetry/api';

/** A span that has ended. */
export class RecordedSpan implements Span {
  readonly attributes: Attributes = {};
  readonly startedAtMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  status: SpanStatus | undefined;
  endedAtMs = NaN;

  constructor(
    readonly name: string,
    readonly options: SpanOptions,
    parent: SpanContext | undefined,
    number: number,
    private readonly onEnd: (span: RecordedSpan) => void,
  ) {
    this.startedAtMs = millisecondsOf(options.startTime);
    this.traceId = parent?.traceId ?? String(number).padStart(32, 'a');
    this.spanId = String(number).padStart(16, 'b');
    this.parentId = parent?.spanId;
    Object.assign(this.attributes, options.attributes);
  }

  spanContext(): SpanContext {
    return { traceId: this.traceId, spanId: this.spanId, traceFlags: TraceFlags.SAMPLED };
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }

  end(endTime?: TimeInput): void {
    this.endedAtMs = millisecondsOf(endTime);
    this.onEnd(this);
  }

  isRecording(): boolean {
    return Number.isNaN(this.endedAtMs);
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  recordException(): void {
    throw new Error('nothing here records exceptions');
  }
}

function millisecondsOf(time: TimeInput | undefined): number {
  return typeof time === 'number' ? time : Date.now();
}

/** Takes all spans of this process, once and for good: the API keeps the first provider that it is given. */
export function recordSpans(): RecordedSpan[] {
  const ended: RecordedSpan[] = [];
  let count = 0;
  const tracer: Tracer = {
    startSpan: (name, options = {}, parent?: Context) => {
      const parentSpan = parent === undefined ? undefined : trace.getSpanContext(parent);
      count += 1;
      return new RecordedSpan(name, options, parentSpan, count, (span) => ended.push(span));
    },
    startActiveSpan: () => {
      throw new Error('nothing here has active spans');
    },
  };
  trace.setGlobalTracerProvider({ getTracer: () => tracer });
  propagation.setGlobalPropagator(TRACEPARENT);
  return ended;
}

const HEADER = 'traceparent';

/** The header of W3C Trace Context. */
const TRACEPARENT: TextMapPropagator = {
  extract: (context, carrier, getter) => {
    const [value] = [getter.get(carrier, HEADER)].flat();
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(value ?? '') ?? [];
    if (traceId === undefined || spanId === undefined) return context;
    const isRemote = true;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote });
  },
  inject: () => undefined,
  fields: () => [HEADER],
};
