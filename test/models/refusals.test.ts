import { describe, expect, it } from 'vitest';
import type { FailureReason } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { everyModelMarket, MODELS_UNDER_TEST } from '../support/every-model.js';
import { outcomeOf } from '../support/margins.js';
import { book, cash, optionName, sampleMarket, sampleSnapshot } from '../support/sample-market.js';

interface Refusal {
  /** What the model cannot margin, or lacks. */
  readonly lacking: string;
  readonly market: Market;
  readonly portfolio: Portfolio;
  readonly reason: FailureReason;
  readonly field: string;
}

const PERPETUAL = { instrument: 'BTC-USDC-PERPETUAL', quantity: -2 };
const LINEAR_CALL = { instrument: optionName(30, 110_000, 'CALL', true), quantity: -2 };
const INVERSE_CALL = { instrument: optionName(30, 110_000, 'CALL', false), quantity: -2 };
const ETH_PERPETUAL = { instrument: 'ETH-USDC-PERPETUAL', quantity: 1 };
const SPOT = { instrument: 'BTC-SPOT', quantity: 1 };
const USDC = [cash('USDC', 1e6)];
const FIRST = 'positions[0].instrument';
/** Margined alone by every linear model but for what follows it, so that a number for it alone would be partial. */
const MARGINABLE = [LINEAR_CALL, PERPETUAL];

const { instruments, expiries } = sampleSnapshot();
const withoutMarks = sampleMarket();
const withoutPriceConfidence = sampleMarket({
  instruments: instruments.map(({ instrument, markPrice }) => ({
    instrument,
    ...(markPrice === undefined ? {} : { markPrice }),
  })),
});
const withoutVolatilityConfidence = sampleMarket({
  expiries: expiries.map(
    ({ underlying, expiryMs, forward, forwardConfidence, rate, rateConfidence, volatility }) => ({
      underlying,
      expiryMs,
      forward,
      forwardConfidence,
      ...(rate === undefined ? {} : { rate }),
      ...(rateConfidence === undefined ? {} : { rateConfidence }),
      ...(volatility === undefined ? {} : { volatility }),
    }),
  ),
});
const withSpot = sampleMarket({
  instruments: [
    ...instruments,
    {
      instrument: {
        name: SPOT.instrument,
        kind: 'SPOT',
        underlying: 'BTC',
        settlement: 'LINEAR',
        settlementCurrency: 'USDC',
        contractSize: 1,
      },
      markPrice: 96_650,
      priceConfidence: 1,
    },
  ],
});
const withoutAssets = sampleMarket({ assets: [] });

function after(
  lacking: string,
  portfolio: Portfolio,
  reason: FailureReason,
  field: string,
  market = everyModelMarket,
) {
  return { lacking, market, portfolio, reason, field };
}

const inverseOption = after(
  'an inverse option beside linear contracts',
  book([...MARGINABLE, INVERSE_CALL], USDC),
  'UNSUPPORTED',
  'positions[2].instrument',
);
const priceConfidence = after(
  'a confidence of a price',
  book(MARGINABLE, USDC),
  'MISSING_MARKET_DATA',
  'positions[1].instrument',
  withoutPriceConfidence,
);
const volatilityConfidence = after(
  'a confidence of volatilities',
  book([PERPETUAL, LINEAR_CALL], USDC),
  'MISSING_MARKET_DATA',
  'positions[1].instrument',
  withoutVolatilityConfidence,
);
const optionMark = after(
  'the mark of an option',
  book(MARGINABLE, USDC),
  'MISSING_MARKET_DATA',
  FIRST,
  withoutMarks,
);
const assetPrice = after(
  'the price of an asset',
  book(MARGINABLE, USDC),
  'MISSING_MARKET_DATA',
  'balances[0].asset',
  withoutAssets,
);
const spotPosition = after(
  'a spot position',
  book([PERPETUAL, SPOT], USDC),
  'UNSUPPORTED',
  'positions[1].instrument',
  withSpot,
);
const otherCollateral = after(
  'an asset without a rule',
  book(MARGINABLE, [...USDC, cash('DOGE', 5)]),
  'UNSUPPORTED',
  'balances[1].asset',
);
const debt = after(
  'a rule for what is owed in another asset',
  book([PERPETUAL], [...USDC, cash('BTC', -1)]),
  'INVALID_VALUE',
  'balances[1].units',
);
const linearOption = after(
  'a linear option beside inverse ones',
  book([INVERSE_CALL, LINEAR_CALL], [cash('BTC', 1)]),
  'UNSUPPORTED',
  'positions[1].instrument',
);

/** By model, in every parameter set of it. */
const REFUSALS: ReadonlyMap<string, readonly Refusal[]> = new Map([
  ['derive-pm2', [inverseOption, priceConfidence, volatilityConfidence, otherCollateral]],
  ['derive-pm1', [inverseOption, priceConfidence, volatilityConfidence, otherCollateral]],
  ['derive-sm', [inverseOption, priceConfidence, volatilityConfidence]],
  ['deribit-pm', [linearOption]],
  ['deribit-sm', [linearOption]],
  ['okx-pm', [spotPosition, assetPrice]],
  ['bybit-pm', [spotPosition, assetPrice]],
  ['grid', [inverseOption, otherCollateral]],
  ['paradex-pm', [inverseOption, optionMark, debt]],
  ['paradex-xm', [inverseOption, optionMark, debt]],
  [
    'span',
    [
      inverseOption,
      otherCollateral,
      after(
        'a risk array',
        book([PERPETUAL, ETH_PERPETUAL], USDC),
        'MISSING_MARKET_DATA',
        'positions[1].instrument',
      ),
    ],
  ],
  ['tims', [inverseOption, otherCollateral]],
  ['house', [assetPrice]],
  ['es', [assetPrice]],
]);

describe.each(MODELS_UNDER_TEST)('$name', ({ model }) => {
  const refusals = REFUSALS.get(model.id) ?? [];

  it('is tested', () => {
    expect(refusals).not.toEqual([]);
  });

  it.each(refusals)('gives no number without $lacking', ({ market, portfolio, reason, field }) => {
    const outcome = outcomeOf(market, model, portfolio, { allowApproximations: true });
    expect(outcome.ok ? outcome.value : outcome.failure).toMatchObject({ reason, field });
  });
});
