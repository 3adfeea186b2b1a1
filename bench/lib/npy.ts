import { writeFileSync } from 'node:fs';

/** Writes numbers as numpy reads them fastest: NPY format 1.0, C order. */
export function writeNpy(file: string, values: Float64Array | Int32Array, shape: readonly number[]): void {
  const type = values instanceof Float64Array ? '<f8' : '<i4';
  const sizes = shape.map((size) => `${String(size)},`).join(' ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  // Magic, version, length of the header; all of it padded to a multiple of 64 and ended by a line break.
  const padded = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`;
  const prefix = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    padded.length & 255,
    padded.length >> 8,
  ]);
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  writeFileSync(file, Buffer.concat([prefix, Buffer.from(padded, 'latin1'), bytes]));
}

/** The doubles of a one-dimensional NPY file. */
export function readNpyDoubles(bytes: Buffer): Float64Array {
  const start = 10 + bytes.readUInt16LE(8);
  return new Float64Array(Uint8Array.from(bytes.subarray(start)).buffer);
}
