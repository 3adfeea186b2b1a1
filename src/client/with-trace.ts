import type { Interceptor, Metadata } from '@grpc/grpc-js';
import { InterceptingCall } from '@grpc/grpc-js';
import type { TextMapSetter } from '@opentelemetry/api';
import { context, propagation } from '@opentelemetry/api';

const HEADERS: TextMapSetter<Metadata> = {
  set: (metadata, key, value) => {
    metadata.set(key, value);
  },
};

/**
 * Sends the span that is active where a call begins (`traceparent` of W3C Trace Context, or what the process has chosen), so that the
 * server's spans stand under it. Without an SDK of OpenTelemetry nothing is sent.
 */
export const withTrace: Interceptor = (options, nextCall) => {
  // Taken at once: a token may be waited for, and another span may be active then.
  const active = context.active();
  return new InterceptingCall(nextCall(options), {
    start: (metadata, listener, next) => {
      propagation.inject(active, metadata, HEADERS);
      next(metadata, listener);
    },
  });
};
