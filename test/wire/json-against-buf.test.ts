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
import { packageDefinition } from '../../src/wire/schema.js';
import { arbitraryMessage } from '../support/arbitrary-message.js';
import { REPOSITORY } from '../support/folders.js';

/** One call of `buf convert` costs a fifth of a second; random messages are large, so a few of each type go far. */
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

describe.each(TYPES)('%s', (type) => {
  const definition = packageDefinition()[type] as {
    serialize(message: object): Buffer;
    deserialize(bytes: Buffer): object;
  };
  const samples = fc.sample(arbitraryMessage(type), { seed: SEED, numRuns: RUNS });

  it('writes the JSON that buf writes', () => {
    for (const sample of samples) {
      const bytes = definition.serialize(sample);
      const theirs: unknown = JSON.parse(convert(type, bytes, 'binpb', 'json').toString());
      const ours = messageToJson(messageType(type), definition.deserialize(bytes), { omitDefaults: true });
      expect(ours).toEqual(theirs);
    }
  });

  it('reads the JSON that it writes as buf reads it', () => {
    for (const sample of samples) {
      const text = JSON.stringify(messageToJson(messageType(type), sample, { omitDefaults: false }));
      const json: unknown = JSON.parse(text);
      const theirs = definition.deserialize(convert(type, Buffer.from(text), 'json', 'binpb'));
      const ours = definition.deserialize(
        definition.serialize(messageFromJson(messageType(type), json, '') as object),
      );
      expect(ours).toEqual(theirs);
    }
  });
});
