import type { Client, ServiceError } from '@grpc/grpc-js';
import type { MessageName, MessageTypes } from '../wire/message-types.js';
import { codec } from '../wire/schema.js';

export interface CallOptions {
  /** Milliseconds from now; absent waits for ever. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** A method with one request and one response. */
export interface UnaryMethod<Request extends MessageName, Response extends MessageName> {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: Request;
  readonly response: Response;
}

/** The response of a call; rejects with grpc-js's `ServiceError`. */
export function unaryCall<Request extends MessageName, Response extends MessageName>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: MessageTypes[Request]['input'],
  options: CallOptions = {},
): Promise<MessageTypes[Response]['output']> {
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(
      method.path,
      codec(method.request).encode,
      codec(method.response).decode,
      request,
      deadlineOf(options),
      (error: ServiceError | null, response?: MessageTypes[Response]['output']) => {
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

export function cancelOn(signal: AbortSignal | undefined, call: { cancel: () => void }): void {
  signal?.addEventListener('abort', () => {
    call.cancel();
  });
  if (signal?.aborted === true) call.cancel();
}
