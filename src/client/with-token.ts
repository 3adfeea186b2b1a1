import type { Interceptor } from '@grpc/grpc-js';
import { InterceptingCall, status } from '@grpc/grpc-js';

/** Gives the bearer token of a call that begins; asked every time, so that it can be renewed. */
export type TokenSource = () => string | Promise<string>;

/** Sends a bearer token with every call; a call whose token cannot be had ends with UNAUTHENTICATED and is not sent. */
export function withToken(token: TokenSource): Interceptor {
  return (options, nextCall) => {
    const call = new InterceptingCall(nextCall(options), {
      start: (metadata, listener, next) => {
        const proceed = (known: string): void => {
          metadata.set('authorization', `Bearer ${known}`);
          next(metadata, listener);
        };
        const refuse = (error: unknown): void => {
          const why = error instanceof Error ? error.message : String(error);
          next(metadata, listener);
          call.cancelWithStatus(status.UNAUTHENTICATED, `no token: ${why}`);
        };
        try {
          const given = token();
          if (typeof given === 'string') proceed(given);
          else given.then(proceed, refuse);
        } catch (error) {
          refuse(error);
        }
      },
    });
    return call;
  };
}
