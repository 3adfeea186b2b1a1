import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { BatchRunError, messageOf } from '../batch-error.js';
import type { FileFacts } from './files.js';
import {
  decodeThrift,
  encodeThrift,
  i64,
  list,
  struct,
  text,
  type Thrift,
  type ThriftStruct,
} from './thrift.js';

const MAGIC = Buffer.from('PAR1');

/** Behind the footer: its length, and the magic number again. */
const TRAILER_BYTES = 8;

const COPY_BYTES = 1 << 22;

/** Numbers of the fields of a footer that are read or changed here. */
const FILE = { schema: 2, rows: 3, groups: 4, metadata: 5 } as const;
const PAIR = { key: 1, value: 2 } as const;
const GROUP = { columns: 1, rows: 3, offset: 5, ordinal: 7 } as const;
const CHUNK = { offset: 2, content: 3 } as const;
/** Of the content of a column: pages, index page, dictionary, bloom filter. */
const CONTENT_OFFSETS = [9, 10, 11, 14];
/** Of a column: indices over its pages, which hold offsets of their own. No reader needs them. */
const PAGE_INDICES = [4, 5, 6, 7];

export interface ConcatenatedFile extends FileFacts {
  readonly rows: number;
}

/** A file that is hashed as it is written, front to back. */
class HashedFile {
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha256');
  bytes = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async write(piece: Buffer): Promise<void> {
    this.#hash.update(piece);
    this.bytes += piece.length;
    // `writeFile` goes on where the last one ended, and on a full disk fails instead of writing a piece.
    await this.#handle.writeFile(piece);
  }

  hash(): string {
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * Writes the rows of Parquet files one after the other as one file: groups of rows are copied as they are, and the footer says where
 * they are now.
 *
 * @param metadata keys and values of the footer, in place of those of the files
 * @returns the number of rows; length and SHA-256 of the file
 * @throws BatchRunError where a file is no whole Parquet file, or its columns are not those of the first
 */
export async function concatenateParquet(
  files: readonly string[],
  to: string,
  metadata: Readonly<Record<string, string>> = {},
): Promise<ConcatenatedFile> {
  const out = new HashedFile(await open(to, 'w'));
  try {
    await out.write(MAGIC);
    let first: ThriftStruct | undefined;
    const memory = Buffer.allocUnsafeSlow(COPY_BYTES);
    const groups: ThriftStruct[] = [];
    for (const file of files) {
      const source = await open(file, 'r');
      try {
        const { footer, contentEnd } = await readFooter(source, file);
        first ??= footer;
        refuseOtherColumns(file, footer, first);
        for (const group of structsOf(footer.fields.get(FILE.groups)))
          groups.push(moved(group, BigInt(out.bytes - MAGIC.length), groups.length));
        await copy(source, out, MAGIC.length, contentEnd, memory);
      } finally {
        await source.close();
      }
    }
    if (first === undefined) throw new RangeError('expected at least one file');
    const rows = groups.reduce((sum, group) => sum + integerOf(group.fields.get(GROUP.rows)), 0n);
    const fields = new Map(first.fields).set(FILE.rows, i64(rows)).set(FILE.groups, list('struct', groups));
    setMetadata(fields, metadata);
    await out.write(trailerOf({ kind: 'struct', fields }));
    return { rows: Number(rows), bytes: out.bytes, fileHash: out.hash() };
  } finally {
    await out.close();
  }
}

function setMetadata(fields: Map<number, Thrift>, metadata: Readonly<Record<string, string>>): void {
  const pairs = Object.entries(metadata).map(([key, value]) =>
    struct({ [PAIR.key]: text(key), [PAIR.value]: text(value) }),
  );
  if (pairs.length > 0) fields.set(FILE.metadata, list('struct', pairs));
  else fields.delete(FILE.metadata);
}

function trailerOf(footer: ThriftStruct): Buffer {
  const bytes = encodeThrift(footer);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([bytes, length, MAGIC]);
}

async function readFooter(
  source: FileHandle,
  file: string,
): Promise<{ readonly footer: ThriftStruct; readonly contentEnd: number }> {
  const { size } = await source.stat();
  const trailer = await readAt(source, Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES));
  const length = trailer.length === TRAILER_BYTES ? trailer.readUInt32LE() : Infinity;
  const contentEnd = size - TRAILER_BYTES - length;
  if (!trailer.subarray(4).equals(MAGIC) || contentEnd < MAGIC.length)
    throw new BatchRunError(`${file}: expected a whole Parquet file`);
  try {
    return { footer: decodeThrift(await readAt(source, contentEnd, length)), contentEnd };
  } catch (error) {
    throw new BatchRunError(`${file}: the footer cannot be read: ${messageOf(error)}`);
  }
}

async function readAt(source: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await source.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** @param memory what is on its way */
async function copy(
  source: FileHandle,
  out: HashedFile,
  from: number,
  to: number,
  memory: Buffer,
): Promise<void> {
  for (let at = from; at < to;) {
    const { bytesRead } = await source.read(memory, 0, Math.min(memory.length, to - at), at);
    if (bytesRead === 0) throw new RangeError('the file became shorter while it was read');
    await out.write(memory.subarray(0, bytesRead));
    at += bytesRead;
  }
}

/** A footer is one schema for all groups. */
function refuseOtherColumns(file: string, footer: ThriftStruct, first: ThriftStruct): void {
  const schemaOf = ({ fields }: ThriftStruct): Buffer =>
    encodeThrift(struct({ [FILE.schema]: fields.get(FILE.schema) }));
  if (!schemaOf(footer).equals(schemaOf(first)))
    throw new BatchRunError(`${file}: its columns are not those of the other parts`);
}

/** A group of rows that lies `by` bytes further on in its file. */
function moved(group: ThriftStruct, by: bigint, ordinal: number): ThriftStruct {
  const columns = structsOf(group.fields.get(GROUP.columns)).map((column) => {
    const content = column.fields.get(CHUNK.content);
    if (content?.kind !== 'struct') throw new BatchRunError('a column of a part says nothing of its pages');
    const { fields } = movedFields(column, [CHUNK.offset], by);
    for (const index of PAGE_INDICES) fields.delete(index);
    fields.set(CHUNK.content, movedFields(content, CONTENT_OFFSETS, by));
    return { kind: 'struct', fields } as const;
  });
  const { fields } = movedFields(group, [GROUP.offset], by);
  fields.set(GROUP.columns, list('struct', columns));
  if (fields.has(GROUP.ordinal)) fields.set(GROUP.ordinal, { kind: 'i16', value: ordinal });
  return { kind: 'struct', fields };
}

/** Offsets that are there, moved; 0 stands for none. */
function movedFields({ fields: before }: ThriftStruct, offsets: readonly number[], by: bigint): ThriftStruct {
  const fields = new Map(before);
  for (const number of offsets) {
    const offset = integerOf(fields.get(number));
    if (offset !== 0n) fields.set(number, i64(offset + by));
  }
  return { kind: 'struct', fields };
}

function integerOf(value: Thrift | undefined): bigint {
  return value?.kind === 'i64' ? value.value : 0n;
}

function structsOf(value: Thrift | undefined): readonly ThriftStruct[] {
  if (value?.kind !== 'list') return [];
  return value.items.filter((item) => item.kind === 'struct');
}
