import type { Client, ServiceError } from '@grpc/grpc-js';
import type { RequestOf, ResponseOf, UnaryMethod } from './methods.js';
import { wireMethod } from './methods.js';

export interface CallOptions {
  /** Milliseconds from now, tries that failed included; absent waits for ever. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The answer of a method; rejects with grpc-js's `ServiceError`, which `refusalOf` reads. */
export function unaryCall<Method extends UnaryMethod>(
  client: Client,
  method: Method,
  request: RequestOf<Method>,
  options: CallOptions = {},
): Promise<ResponseOf<Method>> {
  const { path, encode, decode } = wireMethod(method);
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      path,
      encode,
      decode,
      request,
      deadlineOf(options),
      (error: ServiceError | null, response?: ResponseOf<Method>) => {
        if (error !== null) reject(error);
        else if (response === undefined) reject(new Error('the server sent no response'));
        else resolve(response);
      },
    );
    cancelOn(options.signal, call);
  });
}

export function deadlineOf({ timeoutMs }: CallOptions): { deadline?: number } {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

/** Cancels a call when the signal comes; lets go of the signal when the call has ended. */
export function cancelOn(signal: AbortSignal | undefined, call: CancellableCall): void {
  if (signal === undefined) return;
  const cancel = (): void => {
    call.cancel();
  };
  signal.addEventListener('abort', cancel);
  call.on('status', () => {
    signal.removeEventListener('abort', cancel);
  });
  if (signal.aborted) cancel();
}

interface CancellableCall {
  cancel(): void;
  on(event: 'status', listener: () => void): unknown;
}
