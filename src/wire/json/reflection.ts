import protobuf from 'protobufjs';
import { loaderOptions, PROTO_FILES, PROTO_FOLDER } from '../schema.js';

/** Documents that commands read before all else, with their files: the whole contract takes ten times as long to parse. */
const OWN_FILES: Readonly<Record<string, string>> = {
  'margincube.v1.MarketSnapshot': 'margincube/v1/market.proto',
};

let whole: protobuf.Root | undefined;
const ownRoots = new Map<string, protobuf.Root>();

/** The message type of that name with its fields, loaded once per thread. */
export function messageType(name: string): protobuf.Type {
  return rootOf(name).lookupType(name);
}

function rootOf(name: string): protobuf.Root {
  const file = OWN_FILES[name];
  if (whole !== undefined || file === undefined) return (whole ??= loadRoot(PROTO_FILES));
  const root = ownRoots.get(file) ?? loadRoot([file]);
  ownRoots.set(file, root);
  return root;
}

function loadRoot(files: readonly string[]): protobuf.Root {
  const loading = new protobuf.Root();
  const resolve = loading.resolvePath.bind(loading);
  loading.resolvePath = (origin, target) =>
    target.startsWith('google/protobuf/') ? resolve(origin, target) : `${PROTO_FOLDER}${target}`;
  loading.loadSync([...files], { keepCase: loaderOptions().keepCase ?? false });
  loading.resolveAll();
  return loading;
}

/** A field may hold nothing: messages, members of a oneof, `optional` scalars. */
export function hasPresence(field: protobuf.Field): boolean {
  return (
    field.partOf !== null || (field.resolvedType instanceof protobuf.Type && !field.repeated && !field.map)
  );
}

/** The oneof of the proto file that a field belongs to; undefined for `optional`, which is a oneof of one inside. */
export function oneofOf(field: protobuf.Field): protobuf.OneOf | undefined {
  const oneof = field.partOf;
  return oneof === null || oneof.isProto3Optional ? undefined : oneof;
}

/** `unrealisedPnl` as `unrealised_pnl`: the name in the proto file. */
export function protoName(field: protobuf.Field): string {
  return field.name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
