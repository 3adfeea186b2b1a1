import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { loaderOptions, PROTO_FILES, PROTO_FOLDER } from '../schema.js';

/** Files come in as their messages are asked for: the whole contract takes ten times as long to parse as what one document needs. */
const root = new protobuf.Root();
const resolveOwn = root.resolvePath.bind(root);
root.resolvePath = (origin, target) =>
  target.startsWith('google/protobuf/') ? resolveOwn(origin, target) : `${PROTO_FOLDER}${target}`;

let fileOf: ReadonlyMap<string, string> | undefined;

/** The message type of that name with its fields, loaded once per thread. */
export function messageType(name: string): protobuf.Type {
  if (root.lookup(name, protobuf.Type) === null) load(name);
  return root.lookupType(name);
}

function load(name: string): void {
  fileOf ??= filesOfMessages();
  // A message inside another comes with that.
  let own = name;
  while (!fileOf.has(own) && own.includes('.')) own = own.slice(0, own.lastIndexOf('.'));
  const file = fileOf.get(own);
  if (file === undefined) return;
  root.loadSync(file, { keepCase: loaderOptions().keepCase ?? false });
  root.resolveAll();
}

/** The file that declares each message outside of others, by full name. */
function filesOfMessages(): ReadonlyMap<string, string> {
  return new Map(
    PROTO_FILES.flatMap((file) => {
      const text = readFileSync(`${PROTO_FOLDER}${file}`, 'utf8');
      const [, scope = ''] = /^package ([\w.]+);/m.exec(text) ?? [];
      return [...text.matchAll(/^message (\w+)/gm)].map(
        ([, message = '']) => [`${scope}.${message}`, file] as const,
      );
    }),
  );
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
