import { describe, expect, it } from 'vitest';
import {
  messageFromJsonText,
  messageFromJsonValue,
  messageToJsonValue,
} from '../../src/wire/json/json-mapping.js';
import { codec } from '../../src/wire/schema.js';

function failureOf(outcome: ReturnType<typeof messageFromJsonValue>): { field: string; message: string } {
  if (outcome.ok) throw new Error('expected a failure');
  return outcome.failure;
}

describe('messageFromJsonValue', () => {
  it('takes both names of a field', () => {
    const camel = messageFromJsonValue('margincube.v1.Portfolio', { accountId: 'a', openOrders: [] });
    const snake = messageFromJsonValue('margincube.v1.Portfolio', { account_id: 'a', open_orders: [] });
    expect(camel).toEqual({ ok: true, value: { accountId: 'a', openOrders: [] } });
    expect(snake).toEqual(camel);
  });

  it('reads times to the nanosecond and with any offset', () => {
    const read = (time: string): unknown => {
      const outcome = messageFromJsonValue('margincube.v1.MarketSnapshot', { time });
      return outcome.ok ? outcome.value.time : outcome.failure.message;
    };
    expect(read('2026-03-27T08:00:00.000000001Z')).toEqual({ seconds: '1774598400', nanos: 1 });
    expect(read('2026-03-27T10:30:00+02:30')).toEqual({ seconds: '1774598400', nanos: 0 });
    expect(read('1969-12-31T23:59:59.5Z')).toEqual({ seconds: '-1', nanos: 500_000_000 });
    for (const wrong of ['2026-02-30T00:00:00Z', '2026-03-27', '2026-03-27T08:00:00', '2026-03-27T24:00:00Z'])
      expect(read(wrong)).toMatch(/Expected a time such as/);
  });

  it.each([
    [
      { portfolios: [{}, { positions: [{ quantity: 'many' }] }] },
      'portfolios[1].positions[0].quantity',
      'a number',
    ],
    [
      { portfolios: [{ positions: [{ size: 1 }] }] },
      'portfolios[0].positions[0].size',
      'a field of Position',
    ],
    [
      { portfolios: [{ balances: [{ decimals: -1 }] }] },
      'portfolios[0].balances[0].decimals',
      'from 0 to 4294967295',
    ],
    [{ portfolios: [{ balances: [{ decimals: 1.5 }] }] }, 'portfolios[0].balances[0].decimals', 'an integer'],
    [{ portfolios: [{ openOrders: [{ side: 'LONG' }] }] }, 'portfolios[0].openOrders[0].side', 'SIDE_BUY'],
    [{ portfolios: {} }, 'portfolios', 'an array'],
    [{ portfolios: [null] }, 'portfolios[0]', 'an object'],
    [{ portfolios: [{ accountId: 7 }] }, 'portfolios[0].accountId', 'a string'],
    [{ portfolios: [{ accountId: 'a', account_id: 'a' }] }, 'portfolios[0].account_id', 'once'],
    [7, '', 'an object'],
  ])('names the path and what was expected: %j', (json, path, what) => {
    const { field, message } = failureOf(messageFromJsonValue('margincube.v1.PortfolioBook', json));
    expect(field).toBe(path);
    expect(message).toContain(what);
  });

  it('refuses two members of one oneof', () => {
    const outcome = messageFromJsonValue('margincube.v1.Calculation', { epoch: '0', inline: {} });
    expect(failureOf(outcome)).toMatchObject({
      field: 'inline',
      message: expect.stringContaining('epoch') as string,
    });
  });

  it('keeps 64-bit integers that a double would round', () => {
    const outcome = messageFromJsonValue('margincube.v1.GetSnapshotRequest', {
      epoch: '18446744073709551615',
    });
    expect(outcome).toEqual({ ok: true, value: { epoch: '18446744073709551615' } });
    expect(messageToJsonValue('margincube.v1.GetSnapshotRequest', { epoch: '18446744073709551615' })).toEqual(
      {
        epoch: '18446744073709551615',
      },
    );
    expect(
      failureOf(messageFromJsonValue('margincube.v1.GetSnapshotRequest', { epoch: '18446744073709551616' })),
    ).toMatchObject({
      field: 'epoch',
    });
  });

  it('says what is wrong with text that is no JSON', () => {
    expect(failureOf(messageFromJsonText('margincube.v1.Portfolio', '{"accountId": '))).toMatchObject({
      reason: 'INVALID_VALUE',
      message: expect.stringContaining('Expected JSON') as string,
    });
  });
});

describe('messageToJsonValue', () => {
  it('writes numbers that JSON lacks as words, and reads them back', () => {
    const json = messageToJsonValue('margincube.v1.Portfolio', {
      positions: [{ quantity: NaN }, { quantity: -Infinity }],
    });
    expect(json).toMatchObject({ positions: [{ quantity: 'NaN' }, { quantity: '-Infinity' }] });
    expect(messageFromJsonValue('margincube.v1.Portfolio', json)).toMatchObject({
      value: { positions: [{ quantity: NaN }, { quantity: -Infinity }] },
    });
  });

  it('writes zeros of a report unless told otherwise, and never what is absent', () => {
    const report = codec('margincube.v1.MarginReport').decode(codec('margincube.v1.MarginReport').encode({}));
    expect(messageToJsonValue('margincube.v1.MarginReport', report)).toMatchObject({
      initialMargin: 0,
      components: [],
      quality: 'QUALITY_UNSPECIFIED',
      epoch: '0',
    });
    expect(messageToJsonValue('margincube.v1.MarginReport', report)).not.toHaveProperty('marginRatio');
    expect(messageToJsonValue('margincube.v1.MarginReport', report, { omitDefaults: true })).toEqual({});
  });
});
