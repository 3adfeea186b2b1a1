import { readFileSync } from 'node:fs';
import type { PackageDefinition } from '@grpc/proto-loader';
import protobuf from 'protobufjs';

/**
 * The compiled proto files, `FileDescriptorSet` as `buf build` writes it. The loader's own descriptors would not do: they merge
 * the files of a package, and forget imports and which scalars are optional, so that a strict client cannot link them.
 */
const DESCRIPTORS = new URL('../gen/descriptors.binpb', import.meta.url);

/** `FileDescriptorSet` with every file left as bytes. */
const DescriptorSet = new protobuf.Type('DescriptorSet').add(
  new protobuf.Field('file', 1, 'bytes', 'repeated'),
);

/** What the reflection service shows to clients: the contract with the names of the proto files. */
export function packageDefinitionForReflection(): PackageDefinition {
  const { file } = DescriptorSet.decode(readFileSync(DESCRIPTORS)) as unknown as { file: Uint8Array[] };
  // The service reads nothing of an entry but its descriptors.
  const entry = {
    format: 'Protocol Buffer 3 DescriptorProto',
    type: {},
    fileDescriptorProtos: file.map((bytes) => Buffer.from(bytes)),
  };
  return { contract: entry as unknown as PackageDefinition[string] };
}
