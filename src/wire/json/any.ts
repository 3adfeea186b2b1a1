import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type protobuf from 'protobufjs';
import { packageDefinition } from '../schema.js';
import { fieldPath, isRecord, wrongValue } from './json-error.js';
import { messageType } from './reflection.js';
import { WELL_KNOWN } from './well-known.js';

export const ANY = '.google.protobuf.Any';
/** The mapping of the message inside. */
type FromJson = (type: protobuf.Type, value: unknown, path: string) => unknown;
type ToJson = (type: protobuf.Type, message: unknown) => unknown;

const TYPE_URL_PREFIX = 'type.googleapis.com/';

/** `{"@type": "type.googleapis.com/name", ...fields}`; well-known types stand under `value`. */
export function anyFromJson(value: unknown, path: string, messageFromJson: FromJson): unknown {
  if (!isRecord(value)) throw wrongValue('an object', path, value);
  const { '@type': typeUrl, ...rest } = value;
  const found = typeof typeUrl === 'string' ? findType(typeUrl) : undefined;
  if (found === undefined || typeof typeUrl !== 'string')
    throw wrongValue('the type URL of a message of this schema', fieldPath(path, '@type'), typeUrl);
  const isWellKnown = WELL_KNOWN.has(found.type.fullName);
  const message = isWellKnown
    ? messageFromJson(found.type, rest.value, fieldPath(path, 'value'))
    : messageFromJson(found.type, rest, path);
  return { type_url: typeUrl, value: found.definition.serialize(message as object) };
}

/** A type that the schema does not have keeps its bytes as base64 under `value`. */
export function anyToJson(message: Record<string, unknown>, messageToJson: ToJson): unknown {
  const typeUrl = String(message.type_url);
  const bytes = Buffer.from((message.value ?? new Uint8Array()) as Uint8Array);
  const found = findType(typeUrl);
  if (found === undefined) return { '@type': typeUrl, value: bytes.toString('base64') };
  const json = messageToJson(found.type, found.definition.deserialize(bytes));
  return isRecord(json) && !WELL_KNOWN.has(found.type.fullName)
    ? { '@type': typeUrl, ...json }
    : { '@type': typeUrl, value: json };
}

function findType(
  typeUrl: string,
): { type: protobuf.Type; definition: MessageTypeDefinition<object, object> } | undefined {
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
  const definition = packageDefinition()[name];
  if (definition === undefined || !('format' in definition) || !('deserialize' in definition))
    return undefined;
  return { type: messageType(name), definition: definition as MessageTypeDefinition<object, object> };
}

/** The type URL that this program writes. */
export function typeUrlOf(name: string): string {
  return `${TYPE_URL_PREFIX}${name}`;
}
