/** The bad-input row of the oracles: every quote that must not vote, its reason and its count. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { QUOTE_REFUSALS } from '../../../src/market/oracles/oracle-quote.js';
import type { OracleQuote, QuoteRefusal } from '../../../src/market/oracles/oracle-quote.js';
import { createPriceOracle } from '../../../src/market/oracles/price-oracle.js';
import { quoteMessage } from '../../../src/market/oracles/quote-signature.js';
import { quote, quoteAll, sampleConfig, sampleOracle, samePrices, START_MS } from './sample-oracle.js';

const T = START_MS;

/** What is wrong with a quote of source a, one second after it quoted 100. */
const BAD: readonly [string, Partial<OracleQuote>, QuoteRefusal][] = [
  ['NaN', { price: NaN }, 'NOT_FINITE'],
  ['infinity', { price: Infinity }, 'NOT_FINITE'],
  ['minus infinity', { price: -Infinity }, 'NOT_FINITE'],
  ['0', { price: 0 }, 'NOT_POSITIVE'],
  ['-0', { price: -0 }, 'NOT_POSITIVE'],
  ['negative', { price: -100 }, 'NOT_POSITIVE'],
  ['2^63 - 1', { price: 2 ** 63 - 1, confidence: 1 }, 'OUT_OF_RANGE'],
  ['a confidence of 0', { confidence: 0 }, 'CONFIDENCE_NOT_POSITIVE'],
  ['a negative confidence', { confidence: -1 }, 'CONFIDENCE_NOT_POSITIVE'],
  ['a confidence that is NaN', { confidence: NaN }, 'NOT_FINITE'],
  ['a confidence above a third', { confidence: 33.4 }, 'CONFIDENCE_TOO_WIDE'],
  ['a stamp ahead of the clock', { timeMs: T + 2_001, sequence: T + 2_001 }, 'FROM_THE_FUTURE'],
  ['a stamp that is NaN', { timeMs: NaN }, 'INVALID_TIME'],
  ['a negative stamp', { timeMs: -1 }, 'INVALID_TIME'],
  ['a replayed sequence', { sequence: T }, 'SEQUENCE_REPLAYED'],
  ['a fractional sequence', { sequence: T + 0.5 }, 'INVALID_SEQUENCE'],
  ['a stamp before the last one', { timeMs: T - 1, sequence: T + 9 }, 'OUT_OF_ORDER'],
  ['an exponent where none is due', { exponent: -8 }, 'EXPONENT_MISMATCH'],
  ['a price and a bid', { bid: 99 }, 'AMBIGUOUS_PRICE'],
  ['an unknown source', { source: 'z' }, 'UNKNOWN_SOURCE'],
  ['the prototype as source', { source: '__proto__' }, 'UNKNOWN_SOURCE'],
];

describe('a quote is refused for', () => {
  it.each(BAD)('%s', (_, wrong, reason) => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    const before = oracle.price(T + 1_000);
    const outcome = oracle.accept({ ...quote('a', 100, T + 1_000), ...wrong }, T + 1_000);
    expect(outcome).toEqual({ accepted: false, reason });
    expect(oracle.price(T + 1_000)).toEqual({ ...before, rejections: { [reason]: 1 } });
  });

  const sided = { source: 'a', timeMs: T + 1_000, sequence: T + 1_000 };
  it.each([
    ['no price', sided, 'MISSING_PRICE'],
    ['a bid alone', { ...sided, bid: 99 }, 'ONE_SIDED'],
    ['an ask alone', { ...sided, ask: 99 }, 'ONE_SIDED'],
    ['a crossed book', { ...sided, bid: 101, ask: 99 }, 'CROSSED'],
    ['a bid of 0', { ...sided, bid: 0, ask: 99 }, 'NOT_POSITIVE'],
    ['a locked book without a confidence', { ...sided, bid: 100, ask: 100 }, 'CONFIDENCE_NOT_POSITIVE'],
  ] as const)('%s', (_, bad, reason) => {
    expect(sampleOracle(4).accept(bad, T + 1_000)).toEqual({ accepted: false, reason });
  });

  it('its age', () => {
    const oracle = sampleOracle(4);
    expect(oracle.accept(quote('a', 100, T), T + 5_000)).toEqual({ accepted: true });
    expect(oracle.accept(quote('b', 100, T), T + 5_001)).toEqual({ accepted: false, reason: 'TOO_OLD' });
    const perpetual = sampleOracle(4, { kind: 'PERPETUAL' });
    expect(perpetual.accept(quote('a', 100, T), T + 15_000)).toEqual({ accepted: true });
  });

  it('its age, however many agree: all identical and stale', () => {
    const oracle = sampleOracle(6);
    for (const source of ['a', 'b', 'c', 'd', 'e', 'f'])
      expect(oracle.accept(quote(source, 100, T), T + 6_000)).toEqual({ accepted: false, reason: 'TOO_OLD' });
    const nothing = {
      value: null,
      status: 'InsufficientDataPoints',
      publishers: 0,
      rejections: { TOO_OLD: 6 },
    };
    expect(oracle.price(T + 6_000)).toMatchObject(nothing);
  });

  it('a time of the call that is none', () => {
    const oracle = sampleOracle(4);
    expect(oracle.accept(quote('a', 100, T), NaN)).toEqual({ accepted: false, reason: 'INVALID_CLOCK' });
    expect(() => oracle.price(NaN)).toThrow(RangeError);
  });

  it('an exponent other than that of its source, or more digits than a double holds', () => {
    const sources = ['a', 'b', 'c', 'd'].map((name) => ({ name, exponent: -8 }));
    const oracle = sampleOracle(4, { sources });
    const integer = { ...quote('a', 9_665_000_000_000, T), confidence: 1_000_000_000, exponent: -8 };
    expect(oracle.accept({ ...integer, exponent: -5 }, T)).toMatchObject({ reason: 'EXPONENT_MISMATCH' });
    expect(oracle.accept({ ...integer, price: 2 ** 63 - 1 }, T)).toMatchObject({ reason: 'OUT_OF_RANGE' });
    for (const { name } of sources)
      expect(oracle.accept({ ...integer, source: name }, T).accepted).toBe(true);
    expect(oracle.price(T)).toMatchObject({ value: 96_650, confidence: 10, rejections: { OUT_OF_RANGE: 1 } });
  });
});

describe('bid and ask', () => {
  it('give their mid, and the wider of half spread and declared confidence', () => {
    const sides = { bid: 99.5, ask: 100.5, timeMs: T, sequence: T };
    for (const [confidence, wanted] of [
      [0.2, 0.5],
      [0.75, 0.75],
    ] as const) {
      const oracle = sampleOracle(4);
      for (const source of ['a', 'b', 'c', 'd'])
        expect(oracle.accept({ ...sides, source, confidence }, T).accepted).toBe(true);
      expect(oracle.price(T)).toMatchObject({ value: 100, confidence: wanted, status: 'Valid' });
    }
  });
});

describe('signed updates', () => {
  const pair = generateKeyPairSync('ed25519');
  const publicKey = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex');
  const sources = [{ name: 'a', publicKey }, { name: 'b' }, { name: 'c' }, { name: 'd' }];
  const plain = quote('a', 100, T);
  const signed = (oracle: string, message: OracleQuote): OracleQuote => ({
    ...message,
    signature: sign(null, quoteMessage(oracle, message), pair.privateKey),
  });

  it('are accepted once', () => {
    const oracle = sampleOracle(4, { sources });
    expect(oracle.accept(signed('BTC/USD', plain), T)).toEqual({ accepted: true });
    expect(oracle.accept(signed('BTC/USD', plain), T)).toEqual({
      accepted: false,
      reason: 'SEQUENCE_REPLAYED',
    });
  });

  it('are refused without their signature, changed in any field, or made for another oracle', () => {
    const oracle = sampleOracle(4, { sources });
    const good = signed('BTC/USD', plain);
    expect(oracle.accept(plain, T)).toMatchObject({ reason: 'SIGNATURE_MISSING' });
    for (const change of [
      { price: 101 },
      { confidence: 0.03 },
      { timeMs: T - 1 },
      { sequence: T + 1 },
      { signature: new Uint8Array(64) },
      { signature: new Uint8Array(0) },
    ])
      expect(oracle.accept({ ...good, ...change }, T)).toMatchObject({ reason: 'SIGNATURE_INVALID' });
    expect(oracle.accept(signed('ETH/USD', plain), T)).toMatchObject({ reason: 'SIGNATURE_INVALID' });
    expect(oracle.price(T).rejections).toEqual({ SIGNATURE_MISSING: 1, SIGNATURE_INVALID: 7 });
    expect(oracle.accept(good, T)).toEqual({ accepted: true });
  });

  it('with any bit of the signature flipped are refused', () => {
    const oracle = sampleOracle(4, { sources });
    const good = signed('BTC/USD', plain);
    for (let bit = 0; bit < 512; bit += 7) {
      const signature = Uint8Array.from(good.signature!);
      signature[bit >> 3]! ^= 1 << (bit & 7);
      expect(oracle.accept({ ...good, signature }, T)).toMatchObject({ reason: 'SIGNATURE_INVALID' });
    }
  });

  it('name fields apart: the same number as a bid or as a price is another message', () => {
    const { price, ...rest } = plain;
    expect(quoteMessage('x', plain)).not.toEqual(quoteMessage('x', { ...rest, bid: price! }));
  });
});

describe('a configuration is refused for', () => {
  const key = 'ab'.repeat(32);
  it.each([
    ['no name', { name: '' }, 'name'],
    ['no sources', { sources: [] }, 'parameters.minPublishers'],
    ['a source twice', { sources: [...sampleConfig(4).sources, { name: 'a' }] }, 'sources[4].name'],
    [
      'a key twice',
      {
        sources: [
          { name: 'a', publicKey: key },
          { name: 'b', publicKey: key.toUpperCase() },
          { name: 'c' },
          { name: 'd' },
        ],
      },
      'sources[1].publicKey',
    ],
    [
      'half a key',
      { sources: [{ name: 'a', publicKey: 'ab' }, ...sampleConfig(5).sources.slice(1)] },
      'sources[0].publicKey',
    ],
    [
      'a weight of 0',
      { sources: [{ name: 'e', weight: 0 }, ...sampleConfig(4).sources] },
      'sources[0].weight',
    ],
    [
      'a fractional exponent',
      { sources: [{ name: 'e', exponent: 1.5 }, ...sampleConfig(4).sources] },
      'sources[0].exponent',
    ],
    ['fewer sources than publishers', { sources: sampleConfig(3).sources }, 'parameters.minPublishers'],
    ['a parameter that is NaN', { parameters: { confidenceMax: NaN } }, 'parameters.confidenceMax'],
    ['an unknown parameter', { parameters: { confidenceMin: 1 } as object }, 'parameters.confidenceMin'],
    [
      'too many sources',
      { sources: Array.from({ length: 65 }, (_, row) => ({ name: `s${row}` })) },
      'sources',
    ],
  ] as const)('%s', (_, wrong, field) => {
    expect(createPriceOracle(sampleConfig(4, wrong))).toMatchObject({ ok: false, failure: { field } });
  });
});

it('every reason of a refusal is tested here', () => {
  const tested = new Set<string>([...BAD.map(([, , reason]) => reason)]);
  const elsewhere = [
    'INVALID_CLOCK',
    'SIGNATURE_MISSING',
    'SIGNATURE_INVALID',
    'MISSING_PRICE',
    'ONE_SIDED',
    'CROSSED',
    'TOO_OLD',
    // In incidents.test.ts.
    'JUMP_QUARANTINED',
  ];
  expect([...QUOTE_REFUSALS].filter((reason) => !tested.has(reason) && !elsewhere.includes(reason))).toEqual(
    [],
  );
});
