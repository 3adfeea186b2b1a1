import { describe, expect, it } from 'vitest';
import type { FailureReason } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { book, cash, NOW_MS, optionName, sampleMarket, sampleSnapshot } from '../support/sample-market.js';
import type { ExpiryQuote } from '../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { model, outcomeOf } from '../support/margins.js';

const CALL = optionName(30, 100_000, 'CALL', true);
const market = sampleMarket();
const pm2 = model('derive-pm2');

function refusal(
  portfolio: Portfolio,
  inMarket = market,
  by = pm2,
): { reason?: FailureReason; field?: string } {
  const outcome = outcomeOf(inMarket, by, portfolio);
  return outcome.ok ? {} : { reason: outcome.failure.reason, field: outcome.failure.field };
}

function expiriesWithout(field: keyof ExpiryQuote): ExpiryQuote[] {
  return sampleSnapshot().expiries.map(
    (expiry) =>
      Object.fromEntries(Object.entries(expiry).filter(([key]) => key !== field)) as unknown as ExpiryQuote,
  );
}

describe('a portfolio that cannot be margined names the field and the reason', () => {
  it.each([
    ['NaN quantity', book([{ instrument: CALL, quantity: NaN }]), 'INVALID_VALUE', 'positions[0].quantity'],
    [
      'infinite quantity',
      book([{ instrument: CALL, quantity: -Infinity }]),
      'INVALID_VALUE',
      'positions[0].quantity',
    ],
    [
      'quantity over the limit',
      book([{ instrument: CALL, quantity: 2 ** 60 }]),
      'INVALID_VALUE',
      'positions[0].quantity',
    ],
    [
      'unknown instrument',
      book([{ instrument: 'BTC-30D-100001-C-USDC', quantity: 1 }]),
      'UNKNOWN_INSTRUMENT',
      'positions[0].instrument',
    ],
    [
      'duplicate position',
      book([
        { instrument: CALL, quantity: 1 },
        { instrument: 'BTC-USDC-PERPETUAL', quantity: 1 },
        { instrument: CALL, quantity: -1 },
      ]),
      'DUPLICATE',
      'positions[2].instrument',
    ],
    [
      'inverse option in a linear model',
      book([{ instrument: optionName(30, 100_000, 'CALL', false), quantity: 1 }]),
      'UNSUPPORTED',
      'positions[0].instrument',
    ],
    [
      'two underlyings in derive-pm2',
      book([
        { instrument: 'BTC-USDC-PERPETUAL', quantity: 1 },
        { instrument: 'ETH-USDC-PERPETUAL', quantity: 1 },
      ]),
      'UNSUPPORTED',
      'positions[1].instrument',
    ],
    [
      'underlying outside the parameter set',
      book([{ instrument: 'ETH-USDC-PERPETUAL', quantity: 1 }]),
      'UNSUPPORTED',
      'positions[0].instrument',
    ],
    ['collateral without a haircut', book([], [cash('BTC', 1)]), 'UNSUPPORTED', 'balances[0].asset'],
    ['duplicate balance', book([], [cash('USDC', 1), cash('USDC', 2)]), 'DUPLICATE', 'balances[1].asset'],
    [
      'units that are no integer',
      book([], [{ asset: 'USDC', units: '1.5', decimals: 6 }]),
      'INVALID_VALUE',
      'balances[0]',
    ],
    [
      'decimals out of range',
      book([], [{ asset: 'USDC', units: '1', decimals: 40 }]),
      'INVALID_VALUE',
      'balances[0]',
    ],
    [
      'funding in another currency',
      book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1, unsettledFunding: cash('BTC', 1) }]),
      'INVALID_VALUE',
      'positions[0].unsettledFunding.asset',
    ],
    [
      'negative entry price',
      book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1, averageEntryPrice: -1 }]),
      'INVALID_VALUE',
      'positions[0].averageEntryPrice',
    ],
    [
      'order without a quantity',
      { ...book([]), openOrders: [{ orderId: 'a', instrument: CALL, side: 'BUY', quantity: 0 }] },
      'INVALID_VALUE',
      'openOrders[0].quantity',
    ],
    [
      'order twice',
      {
        ...book([]),
        openOrders: [
          { orderId: 'a', instrument: CALL, side: 'BUY', quantity: 1 },
          { orderId: 'a', instrument: CALL, side: 'SELL', quantity: 1 },
        ],
      },
      'DUPLICATE',
      'openOrders[1].orderId',
    ],
    [
      'protection group without a limit',
      { ...book([]), mmpGroups: [{ name: 'g', underlying: 'BTC', quantityLimit: NaN }] },
      'INVALID_VALUE',
      'mmpGroups[0].quantityLimit',
    ],
    ['name over the limit', { ...book([]), accountId: 'x'.repeat(200) }, 'LIMIT_EXCEEDED', 'accountId'],
    [
      'too many positions',
      book(Array.from({ length: 10_001 }, (_, index) => ({ instrument: `i${String(index)}`, quantity: 1 }))),
      'LIMIT_EXCEEDED',
      'positions',
    ],
  ] as [string, Portfolio, FailureReason, string][])('%s', (_, portfolio, reason, field) => {
    expect(refusal(portfolio)).toEqual({ reason, field });
  });

  it('suggests the closest names and substitutes none', () => {
    const outcome = outcomeOf(market, pm2, book([{ instrument: 'BTC-30D-100001-C-USDC', quantity: 1 }]));
    expect(outcome.ok ? [] : outcome.failure.closestMatches).toContain(CALL);
  });

  it('an expired option is refused', () => {
    const later = sampleMarket({ timeMs: NOW_MS + 20 * 86_400_000, expiries: [] });
    expect(refusal(book([{ instrument: optionName(2, 100_000, 'PUT', true), quantity: 1 }]), later)).toEqual({
      reason: 'EXPIRED_INSTRUMENT',
      field: 'positions[0].instrument',
    });
  });

  it.each([
    ['forward', sampleMarket({ expiries: [] })],
    ['volatility', sampleMarket({ expiries: expiriesWithout('volatility') })],
    ['rate', sampleMarket({ expiries: expiriesWithout('rate') })],
    [
      'volatility confidence',
      sampleMarket({
        expiries: expiriesWithout('volatilityConfidence'),
      }),
    ],
    ['price of the cash asset', sampleMarket({ assets: [] })],
  ])('a market without %s fails the book that needs it', (_, incomplete) => {
    expect(refusal(book([{ instrument: CALL, quantity: -1 }]), incomplete).reason).toBe(
      'MISSING_MARKET_DATA',
    );
  });

  it('a perpetual without a mark fails the book that holds it, and no other', () => {
    const instruments = sampleSnapshot().instruments.map((quote) => {
      if (quote.instrument.name !== 'BTC-USDC-PERPETUAL') return quote;
      return { instrument: quote.instrument, priceConfidence: 1 };
    });
    const incomplete = sampleMarket({ instruments });
    expect(refusal(book([{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1 }]), incomplete).reason).toBe(
      'MISSING_MARKET_DATA',
    );
    expect(refusal(book([{ instrument: CALL, quantity: 1 }]), incomplete)).toEqual({});
  });

  it('inside the settlement window the averaged part must be known', () => {
    const nearExpiry = { timeMs: NOW_MS + 0.5 * 86_400_000 - 600_000 };
    const option = book([{ instrument: optionName(0.5, 100_000, 'PUT', true), quantity: -1 }]);
    expect(refusal(option, sampleMarket(nearExpiry)).reason).toBe('MISSING_MARKET_DATA');
    const expiries = sampleSnapshot().expiries.map((expiry, index) =>
      index === 0 ? { ...expiry, fixedForward: (expiry.forward * 2) / 3 } : expiry,
    );
    expect(refusal(option, sampleMarket({ ...nearExpiry, expiries }))).toEqual({});
  });

  it.each([
    ['before the window', NOW_MS, 0.9999],
    ['early in the window', NOW_MS + 0.5 * 86_400_000 - 1_740_000, 0.9999],
  ])('a market cannot call more averaged than time has passed: %s', (_, timeMs, share) => {
    const expiries = sampleSnapshot().expiries.map((expiry, index) =>
      index === 0 ? { ...expiry, fixedForward: expiry.forward * share } : expiry,
    );
    const market = resolveMarket(sampleSnapshot({ timeMs, expiries }));
    expect(market.ok ? '' : market.failure.field).toBe('market.expiries[0].fixedForward');
  });

  it('what a closed position has earned is a balance, and options have no funding', () => {
    const closed = { instrument: 'BTC-USDC-PERPETUAL', quantity: 0, unrealisedPnl: -60_000 };
    expect(refusal(book([closed]))).toEqual({ reason: 'INVALID_VALUE', field: 'positions[0].quantity' });
    const funded = { instrument: CALL, quantity: 1, unsettledFunding: cash('USDC', -50_000) };
    expect(refusal(book([funded]))).toEqual({
      reason: 'INVALID_VALUE',
      field: 'positions[0].unsettledFunding',
    });
  });

  it('linear options in deribit-pm and open orders without a public rule are refused', () => {
    const deribit = model('deribit-pm');
    expect(refusal(book([{ instrument: CALL, quantity: 1 }]), market, deribit).reason).toBe('UNSUPPORTED');
    const withOrder: Portfolio = {
      ...book([{ instrument: 'BTC-PERPETUAL', quantity: 10 }]),
      openOrders: [{ orderId: 'a', instrument: 'BTC-PERPETUAL', side: 'BUY', quantity: 1 }],
    };
    expect(refusal(withOrder, market, deribit).reason).toBe('UNAVAILABLE_COMPONENT');
    const allowed = outcomeOf(market, deribit, withOrder, { allowApproximations: true });
    expect(allowed.ok && allowed.value.quality).toBe('UNAVAILABLE');
    expect(allowed.ok && allowed.value.warnings.join()).toContain('open_orders');
  });

  it('one bad portfolio fails alone', () => {
    const good = book([{ instrument: CALL, quantity: -1 }]);
    expect(
      [good, book([{ instrument: 'nothing', quantity: 1 }]), good].map(
        (one) => outcomeOf(market, pm2, one).ok,
      ),
    ).toEqual([true, false, true]);
  });
});
