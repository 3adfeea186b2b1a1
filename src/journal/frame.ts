/**
 * A frame is what one group commit writes: a header and the records one after the other, under one checksum.
 *
 * Header, little endian: magic u32, format u16, reserved u16, record count u32, body bytes u32, first sequence f64, recorded at
 * f64 (ms), generation f64, CRC-32 u32 of everything else. Body per record: kind, account, source (length as varint, UTF-8),
 * source sequence (varint), payload (length as varint, bytes).
 */
import { crc32 } from 'node:zlib';
import type { JournalEntry, JournalRecord } from './journal.js';

const MAGIC = 0x314a434d;
export const FRAME_FORMAT = 1;
const CHECKSUM_AT = 40;
const HEADER_BYTES = 44;
/** Bytes of the longest varint: 53 bits in sevens. */
const VARINT_BYTES_MAX = 8;
const INITIAL_BYTES = 16 * 1024;

/** Stamped when the frame is sealed, the same for all its records. */
export interface FrameStamp {
  readonly firstSequence: number;
  readonly recordedAtMs: number;
  readonly generation: number;
}

/** Gathers the records of one commit. */
export class FrameBuilder {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = HEADER_BYTES;
  #count = 0;

  get bytes(): number {
    return this.#length;
  }

  get count(): number {
    return this.#count;
  }

  add(record: JournalRecord): void {
    this.#reserve(encodedBytesMax(record));
    this.#string(record.kind);
    this.#string(record.accountId);
    this.#string(record.source);
    this.#varint(record.sourceSequence);
    this.#varint(record.payload.byteLength);
    this.#buffer.set(record.payload, this.#length);
    this.#length += record.payload.byteLength;
    this.#count++;
  }

  /** The bytes of the frame; the builder must not be used again. */
  seal({ firstSequence, recordedAtMs, generation }: FrameStamp): Uint8Array {
    const frame = this.#buffer.subarray(0, this.#length);
    frame.writeUInt32LE(MAGIC, 0);
    frame.writeUInt16LE(FRAME_FORMAT, 4);
    frame.writeUInt16LE(0, 6);
    frame.writeUInt32LE(this.#count, 8);
    frame.writeUInt32LE(this.#length - HEADER_BYTES, 12);
    frame.writeDoubleLE(firstSequence, 16);
    frame.writeDoubleLE(recordedAtMs, 24);
    frame.writeDoubleLE(generation, 32);
    frame.writeUInt32LE(checksum(frame), CHECKSUM_AT);
    return frame;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }

  #string(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.#varint(bytes);
    this.#length += this.#buffer.write(text, this.#length, bytes, 'utf8');
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#buffer[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }
}

/** Upper bound of what a record takes in a frame. */
export function encodedBytesMax(record: JournalRecord): number {
  const characters = record.kind.length + record.accountId.length + record.source.length;
  return 5 * VARINT_BYTES_MAX + 3 * characters + record.payload.byteLength;
}

export interface Frame extends FrameStamp {
  readonly lastSequence: number;
  readonly entries: readonly JournalEntry[];
}

/** What the header says, unchecked; undefined when the bytes are no header. */
export function readStamp(bytes: Uint8Array): (FrameStamp & { readonly count: number }) | undefined {
  if (bytes.byteLength < HEADER_BYTES) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.readUInt32LE(0) !== MAGIC) return undefined;
  return {
    count: view.readUInt32LE(8),
    firstSequence: view.readDoubleLE(16),
    recordedAtMs: view.readDoubleLE(24),
    generation: view.readDoubleLE(32),
  };
}

/** The records of a frame, or what is wrong with its bytes. Payloads are views of `bytes`. */
export function decodeFrame(bytes: Uint8Array): Frame | string {
  const stamp = readStamp(bytes);
  if (stamp === undefined) return `${bytes.byteLength} bytes that are no frame`;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = view.readUInt16LE(4);
  if (format !== FRAME_FORMAT) return `frame format ${format}, expected ${FRAME_FORMAT}`;
  const bodyBytes = view.readUInt32LE(12);
  if (bodyBytes !== bytes.byteLength - HEADER_BYTES)
    return `a frame of ${bytes.byteLength} bytes whose header says ${bodyBytes + HEADER_BYTES}`;
  if (view.readUInt32LE(CHECKSUM_AT) !== checksum(view)) return 'a frame with a wrong checksum';
  const { count, ...rest } = stamp;
  const entries = decodeRecords(view, count, rest);
  return { ...rest, lastSequence: rest.firstSequence + count - 1, entries };
}

function decodeRecords(frame: Buffer, count: number, stamp: FrameStamp): JournalEntry[] {
  let at = HEADER_BYTES;
  const varint = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = frame[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  const string = (): string => {
    const bytes = varint();
    at += bytes;
    return frame.toString('utf8', at - bytes, at);
  };
  const entries: JournalEntry[] = [];
  for (let index = 0; index < count; index++) {
    const kind = string();
    const accountId = string();
    const source = string();
    const sourceSequence = varint();
    const payloadBytes = varint();
    const payload = frame.subarray(at, at + payloadBytes);
    at += payloadBytes;
    entries.push({
      sequence: stamp.firstSequence + index,
      recordedAtMs: stamp.recordedAtMs,
      generation: stamp.generation,
      kind,
      accountId,
      source,
      sourceSequence,
      payload,
    });
  }
  return entries;
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(HEADER_BYTES), crc32(frame.subarray(0, CHECKSUM_AT)));
}
