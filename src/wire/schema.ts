import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as ProtoLoader from '@grpc/proto-loader';
import type {
  MessageTypeDefinition,
  Options,
  PackageDefinition,
  ServiceDefinition,
} from '@grpc/proto-loader';
import type { MessageName, MessageTypes } from './message-types.js';

/** Folder of the proto files, beside `src` and beside `dist`. */
export const PROTO_FOLDER = fileURLToPath(new URL('../../proto/', import.meta.url));

/** The services and everything that they refer to, and the details of errors. */
export const PROTO_FILES: readonly string[] = [
  ...readdirSync(`${PROTO_FOLDER}margincube/v1`).map((name) => `margincube/v1/${name}`),
  'google/rpc/error_details.proto',
];

/** What `proto/loader-options.json` holds; the generated types of `src/gen` rest on the same file. */
interface LoaderOptions {
  readonly keepCase: boolean;
  readonly longs: string;
  readonly enums: string;
  readonly defaults: boolean;
  readonly oneofs: boolean;
}

export function loaderOptions(): Options {
  const { longs, enums, ...flags } = JSON.parse(
    readFileSync(`${PROTO_FOLDER}loader-options.json`, 'utf8'),
  ) as LoaderOptions;
  if (longs !== 'String' || enums !== 'String')
    throw new Error('proto/loader-options.json: the loader can only be given "String" for longs and enums');
  return { ...flags, longs: String, enums: String, includeDirs: [PROTO_FOLDER] };
}

let loaded: PackageDefinition | undefined;

/** All definitions, loaded once per thread. */
export function packageDefinition(): PackageDefinition {
  if (loaded !== undefined) return loaded;
  // Here, because files of JSON need no codecs.
  const { loadSync } = createRequire(import.meta.url)('@grpc/proto-loader') as typeof ProtoLoader;
  loaded = loadSync([...PROTO_FILES], loaderOptions());
  return loaded;
}

export interface Codec<Input, Output> {
  /** Throws `TypeError` for a message whose fields have other types than the schema's. */
  readonly encode: (message: Input) => Buffer;
  /** Throws for bytes that are no such message. */
  readonly decode: (bytes: Buffer) => Output;
}

const codecs = new Map<MessageName, Codec<unknown, unknown>>();

/** Encodes and decodes messages of one type, e.g. `codec('margincube.v1.Portfolio')`. */
export function codec<Name extends MessageName>(
  name: Name,
): Codec<MessageTypes[Name]['input'], MessageTypes[Name]['output']> {
  const known = codecs.get(name);
  if (known !== undefined) return known as Codec<MessageTypes[Name]['input'], MessageTypes[Name]['output']>;
  const definition = packageDefinition()[name] as
    MessageTypeDefinition<MessageTypes[Name]['input'], MessageTypes[Name]['output']> | undefined;
  if (definition === undefined) throw new Error(`no message ${name} in the proto files`);
  const made = { encode: definition.serialize, decode: definition.deserialize };
  codecs.set(name, made as Codec<unknown, unknown>);
  return made;
}

/** e.g. `serviceDefinition('margincube.v1.MarginService')`. */
export function serviceDefinition(name: string): ServiceDefinition {
  const definition = packageDefinition()[name];
  if (definition === undefined || 'format' in definition)
    throw new Error(`no service ${name} in the proto files`);
  return definition;
}
