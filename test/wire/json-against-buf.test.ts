/** The JSON mapping against an implementation of its own: `buf convert`, both ways, on random messages. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageFromJson } from '../../src/wire/json/from-json.js';
import { messageType } from '../../src/wire/json/reflection.js';
import { messageToJson } from '../../src/wire/json/to-json.js';
import { codec, packageDefinition } from '../../src/wire/schema.js';
import { arbitraryMessage } from '../support/arbitrary-message.js';
import { REPOSITORY } from '../support/folders.js';

/** Random messages are large, so a few of each type go far. */
const RUNS = 4;
const SEED = 20_260_327;
const TYPES = [
  'margincube.v1.CalculateMarginRequest',
  'margincube.v1.MarginReport',
  'margincube.v1.BatchCalculateMarginResponse',
  'margincube.v1.PublishMarketDataRequest',
  'margincube.v1.RecordEventsRequest',
  'margincube.v1.GetModelResponse',
  'margincube.v1.GetInclusionProofResponse',
  'google.rpc.Status',
];

let folder = '';
let image = '';

function buf(args: readonly string[], input?: Buffer): Buffer {
  const binary = path.join(REPOSITORY, 'node_modules/.bin/buf');
  return execFileSync(binary, args, { cwd: REPOSITORY, ...(input === undefined ? {} : { input }) });
}

function convert(type: string, input: Buffer, from: string, to: string): Buffer {
  return buf(
    ['convert', image, '--type', type, '--from', `-#format=${from}`, '--to', `-#format=${to}`],
    input,
  );
}

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-buf-'));
  image = path.join(folder, 'image.binpb');
  buf(['build', '-o', image]);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** All samples in one message, because each call of `buf` costs a good part of a second. */
describe('a Status whose details are random messages of every type', () => {
  const STATUS = 'google.rpc.Status';
  const status = codec(STATUS);
  const types = TYPES.flatMap((type) => Array.from({ length: RUNS }, () => type));
  const details = TYPES.flatMap((type) => {
    const definition = definitionOf(type);
    return fc
      .sample(arbitraryMessage(type), { seed: SEED, numRuns: RUNS })
      .map((sample) => ({ type_url: `type.googleapis.com/${type}`, value: definition.serialize(sample) }));
  });
  const bytes = status.encode({ details });

  it('writes the JSON that buf writes', () => {
    const theirs = detailsOf(JSON.parse(convert(STATUS, bytes, 'binpb', 'json').toString()));
    const ours = detailsOf(messageToJson(messageType(STATUS), status.decode(bytes), { omitDefaults: true }));
    for (const [n, type] of types.entries()) expect(ours[n], type).toEqual(theirs[n]);
    expect([ours.length, theirs.length]).toEqual([types.length, types.length]);
  });

  it('reads the JSON that it writes as buf reads it', () => {
    const text = JSON.stringify(
      messageToJson(messageType(STATUS), status.decode(bytes), { omitDefaults: false }),
    );
    const json: unknown = JSON.parse(text);
    const theirs = status.decode(convert(STATUS, Buffer.from(text), 'json', 'binpb')).details;
    const ours = status.decode(
      status.encode(messageFromJson(messageType(STATUS), json, '') as object),
    ).details;
    for (const [n, type] of types.entries())
      expect(decoded(type, ours[n]), type).toEqual(decoded(type, theirs[n]));
    expect([ours.length, theirs.length]).toEqual([types.length, types.length]);
  });
});

function detailsOf(json: unknown): unknown[] {
  return (json as { details: unknown[] }).details;
}

/** Maps are written in any order, so that bytes are not to be compared. */
function decoded(type: string, any: { value?: unknown } | undefined): object {
  if (!Buffer.isBuffer(any?.value)) throw new Error(`no detail of ${type}`);
  return definitionOf(type).deserialize(any.value);
}

function definitionOf(type: string): {
  serialize(message: object): Buffer;
  deserialize(bytes: Buffer): object;
} {
  return packageDefinition()[type] as ReturnType<typeof definitionOf>;
}
