import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { messageType } from '../../src/wire/json/reflection.js';
import { codec, packageDefinition } from '../../src/wire/schema.js';
import {
  batchRequestTwin,
  batchResponseTwin,
  calculateMarginRequestTwin,
  portfolioChunkTwin,
  TWIN_NAMES,
  twinType,
} from '../../src/wire/twin.js';
import { arbitraryMessage } from '../support/arbitrary-message.js';

/** Wire type of strings, bytes and submessages. */
const LENGTH_DELIMITED = 2;

/** Wire type of a field's elements, as the encoder writes them. */
function wireType(field: protobuf.Field): number {
  if (field.resolvedType instanceof protobuf.Enum) return 0;
  return new Map(Object.entries(protobuf.types.basic)).get(field.type) ?? LENGTH_DELIMITED;
}

interface Definition {
  readonly serialize: (message: object) => Buffer;
  readonly deserialize: (bytes: Buffer) => object;
}

function definition(name: string): Definition {
  return packageDefinition()[name] as unknown as Definition;
}

describe.each(TWIN_NAMES)('the twin of %s', (name) => {
  const full = messageType(`margincube.v1.${name}`);

  it('has the same fields under the same numbers and wire types, and no others', () => {
    const shape = (type: protobuf.Type): unknown =>
      type.fieldsArray.map((field) => `${field.name} ${String(field.id)} ${String(wireType(field))}`).sort();
    const twin = twinType(name);
    expect(shape(twin)).toEqual(shape(full));
    expect(full.reserved).toBeUndefined();
  });

  it('reads every message, and its slices decode to the parts of the whole', () => {
    const { serialize, deserialize } = definition(`margincube.v1.${name}`);
    const twin = twinType(name);
    fc.assert(
      fc.property(arbitraryMessage(`margincube.v1.${name}`), (message) => {
        const bytes = serialize(message);
        const whole = deserialize(bytes) as Record<string, unknown>;
        const shallow = twin.decode(bytes) as unknown as Record<string, Uint8Array[] | undefined>;
        for (const field of full.fieldsArray) {
          if (!(field.resolvedType instanceof protobuf.Type)) continue;
          const part = definition(field.resolvedType.fullName.slice(1));
          const parts = (shallow[field.name] ?? []).map((slice) => part.deserialize(Buffer.from(slice)));
          const expected = whole[field.name] ?? [];
          expect(parts).toEqual(Array.isArray(expected) ? expected : [expected]);
        }
        expect(deserialize(Buffer.from(twin.encode(shallow).finish()))).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });
});

describe('twins', () => {
  it('share the memory of the request', () => {
    const bytes = codec('margincube.v1.PortfolioChunk').encode({ portfolios: [{ accountId: 'a' }] });
    const [slice] = portfolioChunkTwin.decode(bytes).portfolios;
    expect(slice?.buffer).toBe(bytes.buffer);
  });

  it('tell an absent submessage from an empty one', () => {
    const encode = codec('margincube.v1.CalculateMarginRequest').encode;
    expect(calculateMarginRequestTwin.decode(encode({}))).toMatchObject({
      calculation: null,
      portfolio: null,
    });
    expect(calculateMarginRequestTwin.decode(encode({ portfolio: {} })).portfolio).toHaveLength(0);
    expect(batchRequestTwin.decode(Buffer.alloc(0))).toMatchObject({ header: null, chunk: null });
  });

  it('merge a submessage that stands twice, as the wire format says', () => {
    const { encode } = codec('margincube.v1.CalculateMarginRequest');
    const twice = Buffer.concat([
      encode({ portfolio: { accountId: 'a', positions: [{ instrument: 'x' }] } }),
      encode({ portfolio: { accountId: 'b', positions: [{ instrument: 'y' }] } }),
    ]);
    const merged = calculateMarginRequestTwin.decode(twice).portfolio;
    const portfolio = codec('margincube.v1.Portfolio').decode(Buffer.from(merged ?? []));
    expect(portfolio).toMatchObject({
      accountId: 'b',
      positions: [{ instrument: 'x' }, { instrument: 'y' }],
    });
  });

  it('keep fields of a portfolio that this schema does not know', () => {
    const unknown = Buffer.from([0xf8, 0x7f, 0x01]);
    const portfolio = Buffer.concat([codec('margincube.v1.Portfolio').encode({ accountId: 'a' }), unknown]);
    const framed = Buffer.concat([Buffer.from([0x0a, portfolio.length]), portfolio]);
    const [slice] = portfolioChunkTwin.decode(framed).portfolios;
    expect(Buffer.from(slice ?? [])).toEqual(portfolio);
  });

  it('frame outcomes that were encoded elsewhere', () => {
    const outcome = { index: 7, report: { accountId: 'a', initialMargin: 1.5 } };
    const framed = batchResponseTwin.encode({
      outcomes: [codec('margincube.v1.PortfolioOutcome').encode(outcome)],
    });
    const response = codec('margincube.v1.BatchCalculateMarginResponse').decode(Buffer.from(framed));
    expect(response.outcomes).toMatchObject([outcome]);
  });
});
