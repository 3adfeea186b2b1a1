import type { MessageName, MessageTypes } from '../wire/message-types.js';
import { codec } from '../wire/schema.js';
import { malformed } from './errors.js';

/** The message of a request; throws the error of the RPC for bytes that are none. */
export function decodeRequest<Name extends MessageName>(
  name: Name,
  bytes: Buffer,
): MessageTypes[Name]['output'] {
  try {
    return codec(name).decode(bytes);
  } catch {
    throw malformed('', `Expected a ${name} but received ${String(bytes.length)} bytes that are none`);
  }
}
