import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Amount } from '../../src/domain/money.js';
import { FAILURE_REASONS } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { ORDER_SIDES } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import type { ExpiryQuote } from '../../src/market/snapshot/market-snapshot.js';
import { modelFromMessage, termsFromMessage } from '../../src/wire/convert/calculation.js';
import { snapshotFromMessage, snapshotToMessage } from '../../src/wire/convert/market.js';
import { portfolioFromMessage, portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { reportToMessage } from '../../src/wire/convert/report.js';
import { statusOfFailure } from '../../src/wire/convert/status.js';
import { codec } from '../../src/wire/schema.js';
import { model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const text = fc.string({ maxLength: 10, unit: 'grapheme' });
const amount: fc.Arbitrary<Amount> = fc.record({
  asset: text,
  units: fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  decimals: fc.integer({ min: 0, max: 36 }),
});
const portfolio: fc.Arbitrary<Portfolio> = fc.record({
  accountId: text,
  positions: fc.array(
    fc.record(
      {
        instrument: text,
        quantity: fc.double(),
        averageEntryPrice: fc.double(),
        unrealisedPnl: fc.double(),
        unsettledFunding: amount,
      },
      { requiredKeys: ['instrument', 'quantity'], noNullPrototype: true },
    ),
  ),
  balances: fc.array(amount),
  openOrders: fc.array(
    fc.record(
      {
        orderId: text,
        instrument: text,
        side: fc.constantFrom(...ORDER_SIDES),
        quantity: fc.double(),
        limitPrice: fc.double(),
        mmpGroup: text,
      },
      { requiredKeys: ['orderId', 'instrument', 'side', 'quantity'], noNullPrototype: true },
    ),
  ),
  mmpGroups: fc.array(fc.record({ name: text, underlying: text, quantityLimit: fc.double() })),
});

describe('portfolioFromMessage', () => {
  it('reads what portfolioToMessage writes, bit for bit, over the wire', () => {
    const { encode, decode } = codec('margincube.v1.Portfolio');
    fc.assert(
      fc.property(portfolio, (original) => {
        const decoded = portfolioFromMessage(decode(encode(portfolioToMessage(original))));
        expect(decoded).toEqual({ ok: true, value: original });
      }),
    );
  });

  it.each([
    [{ positions: [{}, {}] }, 'positions[0].quantity'],
    [{ openOrders: [{ quantity: 1 }] }, 'openOrders[0].side'],
    [{ openOrders: [{ side: 'SIDE_BUY' as const }] }, 'openOrders[0].quantity'],
    [{ mmpGroups: [{ name: 'a' }] }, 'mmpGroups[0].quantityLimit'],
  ])('misses a required field by its path: %j', (message, field) => {
    expect(portfolioFromMessage(message)).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_FIELD', field },
    });
  });

  it('refuses a side that the domain does not have', () => {
    const message = { openOrders: [{ quantity: 1, side: 7 as unknown as 1 }] };
    expect(portfolioFromMessage(message)).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'openOrders[0].side' },
    });
  });
});

describe('snapshotFromMessage', () => {
  const { encode, decode } = codec('margincube.v1.MarketSnapshot');

  it('reads what snapshotToMessage writes', () => {
    const snapshot = sampleSnapshot();
    expect(snapshotFromMessage(decode(encode(snapshotToMessage(snapshot))))).toEqual({
      ok: true,
      value: snapshot,
    });
  });

  it('keeps what is absent apart from 0, and times before 1970', () => {
    const [expiry] = sampleSnapshot().expiries;
    if (expiry === undefined) throw new Error('no expiry');
    const unknownRate: ExpiryQuote = { ...expiry };
    Reflect.deleteProperty(unknownRate, 'rate');
    const expiries = [unknownRate, { ...expiry, rate: 0, fixedForward: 0 }];
    const snapshot = sampleSnapshot({ expiries, timeMs: -1_500 });
    expect(snapshotFromMessage(decode(encode(snapshotToMessage(snapshot))))).toEqual({
      ok: true,
      value: snapshot,
    });
  });

  it('misses required fields by their path from the market', () => {
    const message = snapshotToMessage(sampleSnapshot());
    const field = (change: object): unknown => {
      const outcome = snapshotFromMessage({ ...message, ...change });
      return outcome.ok ? undefined : outcome.failure.field;
    };
    expect(field({ time: null })).toBe('market.time');
    expect(field({ underlyings: [{ name: 'BTC', confidence: 1 }] })).toBe('market.underlyings[0].indexPrice');
    expect(field({ assets: [{ asset: 'USDC', priceUsd: 1 }] })).toBe('market.assets[0].confidence');
    expect(field({ expiries: [{ underlying: 'BTC' }] })).toBe('market.expiries[0].expiry');
    expect(field({ instruments: [{}] })).toBe('market.instruments[0].instrument');
    const [quote] = message.instruments?.filter(({ instrument }) => instrument?.strike !== undefined) ?? [];
    const withoutStrike = { ...quote?.instrument };
    Reflect.deleteProperty(withoutStrike, 'strike');
    expect(field({ instruments: [{ instrument: withoutStrike }] })).toBe(
      'market.instruments[0].instrument.strike',
    );
  });
});

describe('reportToMessage', () => {
  it('carries every field of a report', () => {
    const [book] = randomBooks(sampleSnapshot(), 1, 10, 1);
    const outcome = new MarginEngine(createReferenceKernels()).calculate({
      model: model('derive-pm2'),
      market: sampleMarket(),
      portfolios: book === undefined ? [] : [book],
      options: { includeScenarioVector: true, includePositionVectors: true, allowApproximations: false },
    })[0];
    if (outcome?.ok !== true) throw new Error('no report');
    const report: MarginReport = outcome.value;
    const { encode, decode } = codec('margincube.v1.MarginReport');
    const decoded = decode(encode(reportToMessage(report)));
    const { quality, components, epoch, snapshotTimeMs, ...same } = report;
    expect(decoded).toMatchObject(same);
    expect(decoded).toMatchObject({ quality: `QUALITY_${quality}`, epoch: String(epoch) });
    expect(decoded.snapshotTime?.seconds).toBe(String(snapshotTimeMs / 1_000));
    expect(decoded.components).toEqual(
      components.map((one) => ({ ...one, quality: `QUALITY_${one.quality}` })),
    );
  });
});

describe('termsFromMessage', () => {
  it('asks for a model and takes the defaults of the rest', () => {
    expect(termsFromMessage({})).toMatchObject({
      ok: false,
      failure: { reason: 'MISSING_FIELD', field: 'model.name' },
    });
    expect(termsFromMessage({ model: { name: 'm' } })).toEqual({
      ok: true,
      value: {
        model: { name: 'm' },
        epoch: 0,
        options: {
          ...DEFAULT_REPORT_OPTIONS,
          includeContributions: false,
          includeLiquidationPrices: false,
          includeDataUncertainty: false,
        },
      },
    });
    expect(termsFromMessage({ model: { name: 'm' }, epoch: '18446744073709551615' })).toMatchObject({
      ok: false,
      failure: { field: 'epoch' },
    });
  });

  it('names the override that is no finite number', () => {
    const numbers = { listValue: { values: [{ numberValue: 1 }, { numberValue: NaN }] } };
    const parameterOverrides = { fields: { shocks: { structValue: { fields: { up: numbers } } } } };
    expect(modelFromMessage({ name: 'es', parameterOverrides })).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'model.parameterOverrides.shocks.up[1]' },
    });
  });

  it('reads overrides as plain JSON', () => {
    const parameterOverrides = {
      fields: {
        a: { numberValue: 0 },
        b: {
          structValue: {
            fields: { c: { listValue: { values: [{ boolValue: false }, { nullValue: 0 as const }] } } },
          },
        },
      },
    };
    expect(modelFromMessage({ name: 'm', parameterOverrides })).toEqual({
      ok: true,
      value: { name: 'm', overrides: { a: 0, b: { c: [false, null] } } },
    });
  });
});

describe('statusOfFailure', () => {
  it('gives every reason an error code and an ErrorInfo, and hides defects', () => {
    for (const reason of FAILURE_REASONS) {
      const { code, details, message } = statusOfFailure({
        reason,
        field: 'positions[0]',
        message: 'the sentence',
      });
      expect(code).toBeGreaterThan(0);
      expect(details?.map((detail) => (detail as { type_url: string }).type_url)).toEqual(
        expect.arrayContaining([
          'type.googleapis.com/google.rpc.ErrorInfo',
          'type.googleapis.com/google.rpc.BadRequest',
        ]),
      );
      if (reason === 'INTERNAL') expect(message).not.toContain('the sentence');
      else expect(message).toBe('positions[0]: the sentence');
    }
  });
});
