import { PACKAGE, UNARY_METHODS } from './methods.js';

/** Attempts of one call, the first included: the most that gRPC allows. */
const ATTEMPTS_MAX = 5;

/**
 * The recommended gRPC service config (gRFC A6), which this client uses and any other may: calls that change nothing are tried again
 * where the server is away or full, after what the server says to wait (`grpc-retry-pushback-ms`) and else after a backoff. Nothing is
 * hedged.
 */
export const SERVICE_CONFIG = {
  methodConfig: [
    {
      name: Object.entries(UNARY_METHODS).flatMap(([service, methods]) =>
        Object.entries(methods)
          .filter(([, times]) => times === 'again')
          .map(([method]) => ({ service: `${PACKAGE}.${service}`, method })),
      ),
      retryPolicy: {
        maxAttempts: ATTEMPTS_MAX,
        initialBackoff: '0.1s',
        maxBackoff: '2s',
        backoffMultiplier: 3,
        retryableStatusCodes: ['UNAVAILABLE', 'RESOURCE_EXHAUSTED'],
      },
    },
  ],
  // Where most calls fail the server is down, and more calls would keep it there.
  retryThrottling: { maxTokens: 100, tokenRatio: 0.1 },
};
