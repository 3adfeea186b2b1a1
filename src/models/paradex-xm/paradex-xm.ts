import { z } from 'zod';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { MarginModel, ModelInput, ModelResult } from '../model.js';
import { between, parseWith } from '../parameter-schema.js';
import { noCube } from '../shared/no-cube.js';
import {
  arrangeParadexBook,
  tradingFee,
  type ParadexBook,
  type ParadexMarket,
} from '../shared/paradex-book.js';
import { buildResult, exact } from '../shared/result.js';
import { sharesOf } from '../shared/shares.js';

/** Shares of spot (or of the mark) per option; published values: margin-models.md 11. */
const optionRates = z.strictObject({
  longItm: between(0, 2),
  premiumMultiplier: between(0, 10),
  shortItm: between(0, 2),
  shortOtm: between(0, 2),
  shortPutCap: between(0, 2),
});

const schema = z
  .strictObject({
    cashAsset: z.string().min(1),
    perpetual: z.strictObject({ initial: between(0, 1), maintenanceFactor: between(0, 1) }),
    option: z.strictObject({ initial: optionRates, maintenance: optionRates }),
    /** Cap of an option's fee, share of its mark. */
    optionFeeCap: between(0, 1),
  })
  .readonly();

export type ParadexXmParameters = z.infer<typeof schema>;
type OptionRates = ParadexXmParameters['option']['initial'];

/**
 * Paradex cross margin: every market by a formula, orders of a market netted on its worse side, nothing nets between
 * markets. Formulas: margin-models.md 11; US dollars.
 */
export const paradexXm: MarginModel<ParadexXmParameters> = {
  id: 'paradex-xm',
  title: 'Paradex cross margin',
  version: '1.0.0',
  parseParameters: (value) => parseWith(schema, value),
  parameterWarnings: () => [],
  cube: () => ({
    ...noCube('paradex-xm'),
    // Marks are stated: the forward prices nothing here, and no averaged part of it is needed near expiry.
    forward: ({ forward }) => forward,
  }),
  countsOrders: () => true,
  margin,
};

function margin(input: ModelInput<ParadexXmParameters>): Outcome<ModelResult> {
  const { parameters } = input;
  const arranged = arrangeParadexBook(input, 'paradex-xm', parameters.cashAsset);
  if (!arranged.ok) return arranged;
  const book = arranged.value;
  const total = (part: (market: ParadexMarket) => number): number =>
    book.markets.reduce((sum, market) => sum + part(market), 0);
  const fee = (market: ParadexMarket, coins: number): number =>
    tradingFee(market, coins, book.spot, parameters.optionFeeCap);
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash: book.cash + book.otherBalances,
      markToMarket: book.markToMarket,
      components: [
        exact(
          'market_margin',
          total((market) => initialMargin(parameters, book, market)),
          total((market) => maintenanceMargin(parameters, book, market)),
          () => {
            const marketOf = new Map(book.markets.map((market) => [market.instrument, market]));
            return sharesOf(
              input,
              total((market) => initialMargin(parameters, book, market)),
              ({ instrument }) => {
                const market = marketOf.get(instrument);
                return market === undefined ? 0 : initialMargin(parameters, book, market);
              },
            );
          },
        ),
        exact(
          'fee_provision',
          total((market) => fee(market, Math.max(buyOpen(market), sellOpen(market)))),
          total((market) => fee(market, Math.abs(market.position))),
        ),
        exact('open_loss', total(openLoss), 0),
        exact('other_balances', book.otherBalances, book.otherBalances),
      ],
      scenarioPnl: [],
      worst: { pnl: 0, index: 0 },
      confidences: [],
    }),
  );
}

/** Coins held if all buy orders fill; 0 if that is still short. */
function buyOpen({ position, orders }: ParadexMarket): number {
  const buys = orders.reduce((sum, { size }) => sum + Math.max(0, size), 0);
  return Math.max(0, buys + position);
}

/** Coins short if all sell orders fill; 0 if that is still long. */
function sellOpen({ position, orders }: ParadexMarket): number {
  const sells = orders.reduce((sum, { size }) => sum + Math.max(0, -size), 0);
  return Math.max(0, sells - position);
}

function initialMargin(
  { perpetual, option }: ParadexXmParameters,
  { spot }: ParadexBook,
  market: ParadexMarket,
): number {
  const long = buyOpen(market);
  const short = sellOpen(market);
  if (!market.isOption) return Math.max(long, short) * market.mark * perpetual.initial;
  const rates = option.initial;
  return Math.max(longOption(rates, market, spot) * long, shortOption(rates, market, spot) * short);
}

function maintenanceMargin(
  { perpetual, option }: ParadexXmParameters,
  { spot }: ParadexBook,
  market: ParadexMarket,
): number {
  const size = Math.abs(market.position);
  if (!market.isOption) return size * market.mark * perpetual.initial * perpetual.maintenanceFactor;
  const rate = market.position > 0 ? longOption : shortOption;
  return rate(option.maintenance, market, spot) * size;
}

function longOption(rates: OptionRates, { mark }: ParadexMarket, spot: number): number {
  return Math.min(mark * rates.premiumMultiplier, rates.longItm * spot);
}

function shortOption(rates: OptionRates, { isCall, strike }: ParadexMarket, spot: number): number {
  const outOfTheMoney = Math.max(0, isCall ? strike - spot : spot - strike);
  const margin = Math.max(rates.shortItm * spot - outOfTheMoney, rates.shortOtm * spot);
  return isCall ? margin : Math.min(margin, rates.shortPutCap * spot);
}

/** What orders would lose at the mark if they filled at their limit. */
function openLoss({ mark, orders }: ParadexMarket): number {
  return orders.reduce(
    (sum, { size, limitPrice }) => sum + Math.max(0, Math.sign(size) * (limitPrice - mark)) * Math.abs(size),
    0,
  );
}
