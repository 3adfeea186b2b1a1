/** The compact protocol of Thrift, as far as headers and footers of Parquet files use it: values as a tree, to bytes and back. */
export type Thrift =
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'byte' | 'i16' | 'i32'; readonly value: number }
  | { readonly kind: 'i64'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'binary'; readonly value: Buffer }
  | { readonly kind: 'list'; readonly element: ElementKind; readonly items: readonly Thrift[] }
  | ThriftStruct;

export interface ThriftStruct {
  readonly kind: 'struct';
  /** By their numbers. */
  readonly fields: Map<number, Thrift>;
}

type ElementKind = Exclude<Thrift['kind'], 'bool'>;

export const i32 = (value: number): Thrift => ({ kind: 'i32', value });
export const i64 = (value: number | bigint): Thrift => ({ kind: 'i64', value: BigInt(value) });
export const text = (value: string): Thrift => ({ kind: 'binary', value: Buffer.from(value) });
export const binary = (value: Buffer): Thrift => ({ kind: 'binary', value });
export const list = (element: ElementKind, items: readonly Thrift[]): Thrift => ({
  kind: 'list',
  element,
  items,
});

/** Fields by number; `undefined` is left out. */
export function struct(fields: Readonly<Record<number, Thrift | undefined>>): ThriftStruct {
  const known = Object.entries(fields).flatMap(([number, value]) =>
    value === undefined ? [] : [[Number(number), value] as const],
  );
  return { kind: 'struct', fields: new Map(known) };
}

const CODES = { byte: 3, i16: 4, i32: 5, i64: 6, double: 7, binary: 8, list: 9, struct: 12 } as const;
const TRUE = 1;
const FALSE = 2;

export function encodeThrift(value: ThriftStruct): Buffer {
  const out: number[] = [];
  writeStruct(value, out);
  return Buffer.from(out);
}

function writeStruct({ fields }: ThriftStruct, out: number[]): void {
  let before = 0;
  for (const [number, value] of [...fields].sort(([a], [b]) => a - b)) {
    const code = value.kind === 'bool' ? (value.value ? TRUE : FALSE) : CODES[value.kind];
    const step = number - before;
    if (step <= 15) out.push((step << 4) | code);
    else {
      out.push(code);
      writeInteger(number, out);
    }
    if (value.kind !== 'bool') writeValue(value, out);
    before = number;
  }
  out.push(0);
}

function writeValue(value: Exclude<Thrift, { kind: 'bool' }>, out: number[]): void {
  switch (value.kind) {
    case 'byte':
      out.push(value.value & 0xff);
      return;
    case 'i16':
    case 'i32':
    case 'i64':
      writeInteger(value.value, out);
      return;
    case 'double': {
      const own = Buffer.alloc(8);
      own.writeDoubleLE(value.value);
      out.push(...own);
      return;
    }
    case 'binary':
      writeCount(value.value.length, out);
      for (const byte of value.value) out.push(byte);
      return;
    case 'list': {
      const count = value.items.length;
      const code = CODES[value.element];
      if (count < 15) out.push((count << 4) | code);
      else {
        out.push(0xf0 | code);
        writeCount(count, out);
      }
      for (const item of value.items) if (item.kind !== 'bool') writeValue(item, out);
      return;
    }
    case 'struct':
      writeStruct(value, out);
  }
}

/** Signs at the lowest bit (zigzag), then seven bits a byte, lowest first. */
function writeInteger(value: number | bigint, out: number[]): void {
  // Most are sizes and numbers of fields.
  if (value >= 0 && value < 2 ** 30) {
    writeCount(2 * Number(value), out);
    return;
  }
  const own = BigInt(value);
  let rest = BigInt.asUintN(64, (own << 1n) ^ (own >> 63n));
  for (; rest >= 0x80n; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
  out.push(Number(rest));
}

/** @param count below 2^31 */
function writeCount(count: number, out: number[]): void {
  let rest = count;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

/** @throws RangeError where the bytes end too early, TypeError where they hold what Parquet does not use */
export function decodeThrift(from: Buffer): ThriftStruct {
  return new Reader(from).struct();
}

const KINDS = new Map<number, ElementKind>(
  Object.entries(CODES).map(([kind, code]) => [code, kind as ElementKind]),
);

class Reader {
  readonly #from: Buffer;
  #at = 0;

  constructor(from: Buffer) {
    this.#from = from;
  }

  struct(): ThriftStruct {
    const fields = new Map<number, Thrift>();
    let number = 0;
    for (;;) {
      const header = this.#byte();
      if (header === 0) return { kind: 'struct', fields };
      const step = header >> 4;
      number = step === 0 ? Number(this.#integer()) : number + step;
      fields.set(number, this.#field(header & 15));
    }
  }

  #field(code: number): Thrift {
    if (code === TRUE || code === FALSE) return { kind: 'bool', value: code === TRUE };
    return this.#value(this.#kind(code));
  }

  #kind(code: number): ElementKind {
    const kind = KINDS.get(code);
    if (kind === undefined) throw new TypeError(`Thrift: unexpected type ${String(code)}`);
    return kind;
  }

  #value(kind: ElementKind): Thrift {
    switch (kind) {
      case 'byte':
        return { kind, value: (this.#byte() << 24) >> 24 };
      case 'i16':
      case 'i32':
        return { kind, value: Number(this.#integer()) };
      case 'i64':
        return { kind, value: this.#integer() };
      case 'double':
        return { kind, value: this.#bytes(8).readDoubleLE() };
      case 'binary':
        return { kind, value: this.#bytes(this.#count()) };
      case 'list': {
        const header = this.#byte();
        const count = header >> 4 === 15 ? this.#count() : header >> 4;
        const element = this.#kind(header & 15);
        return { kind, element, items: Array.from({ length: count }, () => this.#value(element)) };
      }
      case 'struct':
        return this.struct();
    }
  }

  #byte(): number {
    const own = this.#from.readUInt8(this.#at);
    this.#at += 1;
    return own;
  }

  #bytes(count: number): Buffer {
    if (this.#at + count > this.#from.length) throw new RangeError('Thrift: the bytes end too early');
    this.#at += count;
    return this.#from.subarray(this.#at - count, this.#at);
  }

  /** Of entries or bytes to come: never more than there are bytes. */
  #count(): number {
    const count = this.#varint();
    if (count > BigInt(this.#from.length)) throw new RangeError('Thrift: the bytes end too early');
    return Number(count);
  }

  #integer(): bigint {
    const coded = this.#varint();
    return (coded >> 1n) ^ -(coded & 1n);
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const own = this.#byte();
      value |= BigInt(own & 0x7f) << shift;
      if (own < 0x80) return value;
      if (shift > 63n) throw new RangeError('Thrift: a number of more than 64 bits');
    }
  }
}
