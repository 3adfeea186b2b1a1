import type protobuf from 'protobufjs';
import { messageType } from './json/reflection.js';
import type { MessageName, MessageTypes } from './message-types.js';

/**
 * An encoder for messages that this program builds in the encoder's own form: enums as numbers, 64-bit integers as numbers,
 * nothing that would have to be converted. It skips the pass that checks and copies a message of unknown origin, which costs
 * more than the encoding. What `reportToMessage` makes has this form.
 */
export function directEncoder<Name extends MessageName>(
  name: Name,
): (message: MessageTypes[Name]['input']) => Buffer {
  let type: protobuf.Type | undefined;
  return (message) => {
    type ??= messageType(name);
    // On Node the writer's buffers are Buffers.
    return type.encode(message).finish() as Buffer;
  };
}
