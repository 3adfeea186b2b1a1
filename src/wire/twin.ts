import protobuf from 'protobufjs';
import { messageType } from './json/reflection.js';

/**
 * Shallow twins: messages with the field numbers of the public ones whose submessages are left as bytes. Submessages and
 * bytes have the same form on the wire, so a twin reads the same bytes and every submessage is a slice of them, and bytes
 * that were encoded elsewhere can be framed without being decoded.
 *
 * A twin is derived from the public type, field by field, so the two cannot drift apart.
 */
export interface Twin<Shallow> {
  /** Slices share the memory of `bytes`. Throws for bytes that are no such message. */
  decode(bytes: Uint8Array): Shallow;
  encode(message: Partial<Shallow>): Uint8Array;
}

export interface ShallowCalculateMarginRequest {
  readonly calculation: Uint8Array | null;
  readonly portfolio: Uint8Array | null;
}

export interface ShallowBatchRequest {
  readonly header: Uint8Array | null;
  readonly chunk: Uint8Array | null;
}

export interface ShallowChunk {
  readonly portfolios: readonly Uint8Array[];
}

/** Calculation without the content of its market. */
export interface ShallowCalculation {
  readonly model: Uint8Array | null;
  readonly epoch: { toString(): string } | number;
  readonly inline: Uint8Array | null;
  readonly options: Uint8Array | null;
}

export interface ShallowBatchHeader {
  readonly calculation: Uint8Array | null;
  readonly portfolioCount: number;
}

export interface ShallowBatchResponse {
  readonly outcomes: readonly Uint8Array[];
  readonly timing: Uint8Array | null;
  readonly summary: Uint8Array | null;
}

export interface ShallowOutcome {
  readonly index: number;
  readonly report: Uint8Array | null;
  readonly error: Uint8Array | null;
}

export interface ShallowCalculateMarginResponse {
  readonly report: Uint8Array | null;
  readonly timing: Uint8Array | null;
}

/** Fields of each public type that its twin leaves as bytes. */
const SHALLOW_FIELDS = {
  CalculateMarginRequest: ['calculation', 'portfolio'],
  BatchCalculateMarginRequest: ['header', 'chunk'],
  BatchHeader: ['calculation'],
  PortfolioChunk: ['portfolios'],
  Calculation: ['model', 'inline', 'options'],
  PortfolioOutcome: ['report', 'error'],
  CalculateMarginResponse: ['report', 'timing'],
  BatchCalculateMarginResponse: ['outcomes', 'timing', 'summary'],
} as const satisfies Record<string, readonly string[]>;

export type TwinName = keyof typeof SHALLOW_FIELDS;

export const TWIN_NAMES = Object.keys(SHALLOW_FIELDS) as TwinName[];

/**
 * The twin as a reflected type. A single submessage is declared as a list: the wire format allows it to stand more than
 * once and merges the parts, which for their bytes is concatenation.
 */
export function twinType(name: TwinName): protobuf.Type {
  const shallow: readonly string[] = SHALLOW_FIELDS[name];
  const type = new protobuf.Type(`Shallow${name}`);
  for (const field of messageType(`margincube.v1.${name}`).fieldsArray) {
    const isShallow = shallow.includes(field.name);
    const rule = isShallow || field.repeated ? 'repeated' : 'optional';
    type.add(new protobuf.Field(field.name, field.id, isShallow ? 'bytes' : field.type, rule));
  }
  new protobuf.Root().add(type);
  return type;
}

class DerivedTwin<Shallow> implements Twin<Shallow> {
  #type: protobuf.Type | undefined;
  /** Submessages that the public type has once. */
  #single: readonly string[] = [];

  constructor(private readonly name: TwinName) {}

  decode(bytes: Uint8Array): Shallow {
    const message = this.#load().decode(bytes) as unknown as Record<string, unknown>;
    for (const field of this.#single) message[field] = merge((message[field] ?? []) as Uint8Array[]);
    return message as Shallow;
  }

  encode(message: Partial<Shallow>): Uint8Array {
    const type = this.#load();
    const wire: Record<string, unknown> = { ...message };
    for (const field of this.#single) wire[field] = wire[field] ? [wire[field]] : [];
    return type.encode(wire).finish();
  }

  #load(): protobuf.Type {
    if (this.#type !== undefined) return this.#type;
    const { fields } = messageType(`margincube.v1.${this.name}`);
    this.#single = SHALLOW_FIELDS[this.name].filter((field) => fields[field]?.repeated === false);
    this.#type = twinType(this.name);
    return this.#type;
  }
}

function merge(parts: readonly Uint8Array[]): Uint8Array | null {
  const [first] = parts;
  if (first === undefined) return null;
  return parts.length === 1 ? first : Buffer.concat(parts);
}

export const calculateMarginRequestTwin: Twin<ShallowCalculateMarginRequest> = new DerivedTwin(
  'CalculateMarginRequest',
);
export const batchRequestTwin: Twin<ShallowBatchRequest> = new DerivedTwin('BatchCalculateMarginRequest');
export const batchHeaderTwin: Twin<ShallowBatchHeader> = new DerivedTwin('BatchHeader');
export const portfolioChunkTwin: Twin<ShallowChunk> = new DerivedTwin('PortfolioChunk');
export const calculationTwin: Twin<ShallowCalculation> = new DerivedTwin('Calculation');
export const batchResponseTwin: Twin<ShallowBatchResponse> = new DerivedTwin('BatchCalculateMarginResponse');
export const outcomeTwin: Twin<ShallowOutcome> = new DerivedTwin('PortfolioOutcome');
export const calculateMarginResponseTwin: Twin<ShallowCalculateMarginResponse> = new DerivedTwin(
  'CalculateMarginResponse',
);

/** A slice that a twin gave, as the decoders of the schema take it: of the same memory. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
