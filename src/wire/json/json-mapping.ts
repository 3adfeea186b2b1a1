import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { MessageName, MessageTypes } from '../message-types.js';
import { messageFromJson } from './from-json.js';
import { JsonMappingError } from './json-error.js';
import { messageType } from './reflection.js';
import { messageToJson, type ToJsonOptions } from './to-json.js';

/**
 * A parsed JSON document as a message, by the proto3 JSON mapping. Fields may have their lowerCamelCase name or that of the
 * proto file; a field that the schema does not have is an error. The failure names the path and what was expected.
 */
export function messageFromJsonValue<Name extends MessageName>(
  name: Name,
  json: unknown,
): Outcome<MessageTypes[Name]['input']> {
  try {
    return success(messageFromJson(messageType(name), json, '') as MessageTypes[Name]['input']);
  } catch (error) {
    if (error instanceof JsonMappingError) return failure('INVALID_VALUE', error.path, error.message);
    throw error;
  }
}

/** The same from text. */
export function messageFromJsonText<Name extends MessageName>(
  name: Name,
  text: string,
): Outcome<MessageTypes[Name]['input']> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return failure(
      'INVALID_VALUE',
      '',
      `Expected JSON but ${error instanceof Error ? error.message : 'it is none'}`,
    );
  }
  return messageFromJsonValue(name, json);
}

/**
 * A message as a JSON value by the proto3 JSON mapping: lowerCamelCase names, 64-bit integers as strings, enums by name,
 * times as RFC 3339. Zeros and empty lists are written unless `omitDefaults`.
 */
export function messageToJsonValue<Name extends MessageName>(
  name: Name,
  message: MessageTypes[Name]['input'] | MessageTypes[Name]['output'],
  options: ToJsonOptions = { omitDefaults: false },
): unknown {
  return messageToJson(messageType(name), message, options);
}
