/** What an SDK of OpenTelemetry would export, kept in memory. */
import type { Attributes, HrTime, SpanKind, SpanStatus } from '@opentelemetry/api';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';

/** A span that has ended. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string | undefined;
  /** Undefined where nobody has set one. */
  readonly status: SpanStatus | undefined;
}

/**
 * Registers the SDK for this process with its own propagation of W3C Trace Context, once and for good: the API keeps the first
 * provider that it is given.
 */
export function recordSpans(): RecordedSpan[] {
  const ended: RecordedSpan[] = [];
  const exporter = {
    export: (spans: ReadableSpan[], done: (result: { code: number }) => void) => {
      ended.push(...spans.map(recorded));
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  };
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
  return ended;
}

function recorded(span: ReadableSpan): RecordedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    ...{ name: span.name, kind: span.kind, attributes: span.attributes, traceId, spanId },
    startedAtMs: millisecondsOf(span.startTime),
    endedAtMs: millisecondsOf(span.endTime),
    parentId: span.parentSpanContext?.spanId,
    status: span.status.code === SpanStatusCode.UNSET ? undefined : span.status,
  };
}

function millisecondsOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e3 + nanoseconds / 1e6;
}
