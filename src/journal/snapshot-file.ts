/**
 * A snapshot as bytes: magic, header as JSON, source sequences, state, and a SHA-256 of all of it. It is enough to start from
 * when the log is lost.
 */
import { createHash } from 'node:crypto';
import type { Snapshot } from './journal.js';
import { SourceSequences } from './source-sequences.js';

const MAGIC = 'MCSNAP1\n';
const HASH_BYTES = 32;
const LENGTH_BYTES = 4;

interface Header {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly generation: number;
  readonly sourceBytes: number;
  readonly stateBytes: number;
}

/** A snapshot and what the journal itself must know to go on from it. */
export interface JournalSnapshot extends Snapshot {
  readonly generation: number;
  readonly sources: SourceSequences;
}

export function encodeSnapshot(snapshot: JournalSnapshot): Uint8Array[] {
  const { sequence, recordedAtMs, generation, state } = snapshot;
  const sources = snapshot.sources.encode();
  const header: Header = {
    sequence,
    recordedAtMs,
    generation,
    sourceBytes: sources.byteLength,
    stateBytes: state.byteLength,
  };
  const headerBytes = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(headerBytes.byteLength);
  const parts = [Buffer.from(MAGIC), length, headerBytes, sources, state];
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return [...parts, hash.digest()];
}

/** The snapshot, or what is wrong with its bytes. The state is a view of `bytes`. */
export function decodeSnapshot(bytes: Uint8Array): JournalSnapshot | string {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fixedBytes = MAGIC.length + LENGTH_BYTES + HASH_BYTES;
  if (file.length < fixedBytes || file.toString('latin1', 0, MAGIC.length) !== MAGIC)
    return `${file.length} bytes that are no snapshot`;
  const body = file.subarray(0, file.length - HASH_BYTES);
  const expected = file.subarray(file.length - HASH_BYTES);
  if (!createHash('sha256').update(body).digest().equals(expected)) return 'a snapshot with a wrong hash';
  const headerAt = MAGIC.length + LENGTH_BYTES;
  const sourcesAt = headerAt + file.readUInt32LE(MAGIC.length);
  const header = JSON.parse(file.toString('utf8', headerAt, sourcesAt)) as Header;
  const stateAt = sourcesAt + header.sourceBytes;
  return {
    sequence: header.sequence,
    recordedAtMs: header.recordedAtMs,
    generation: header.generation,
    sources: SourceSequences.decode(file.subarray(sourcesAt, stateAt)),
    state: file.subarray(stateAt, stateAt + header.stateBytes),
  };
}
