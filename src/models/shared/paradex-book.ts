import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { secondsBetween } from '../../domain/time.js';
import type { ModelInput } from '../model.js';

/** The venue settles on a 30-minute average: inside the window an option's P&L fades with the seconds left. */
const SETTLEMENT_WINDOW_SECONDS = 1_800;

/** An account of Paradex, one underlying: every market with its position and its orders; US dollars. */
export interface ParadexBook {
  /** Index price; 0 for an account without markets. */
  readonly spot: number;
  readonly markets: readonly ParadexMarket[];
  readonly cash: number;
  /** Value of other balances: they count as equity and are required in full. */
  readonly otherBalances: number;
  /** Value of positions: options at their mark, unrealised P&L and unsettled funding of the rest. */
  readonly markToMarket: number;
}

export interface ParadexMarket {
  readonly instrument: number;
  readonly isOption: boolean;
  readonly isPerpetual: boolean;
  readonly isCall: boolean;
  /** NaN for everything that is no option. */
  readonly strike: number;
  /** Coins held, signed. */
  readonly position: number;
  readonly orders: readonly ParadexOrder[];
  readonly mark: number;
  /** Unshocked model value of one coin. */
  readonly modelValue: number;
  /** Per coin, the venue's own where the market has it. */
  readonly delta: number;
  readonly fundingRate: number;
  readonly feeRate: number;
  /** 1, or the share of the settlement window that is left. */
  readonly live: number;
}

export interface ParadexOrder {
  /** Coins, positive buys, negative sells. */
  readonly size: number;
  /** The mark for a market order. */
  readonly limitPrice: number;
}

type Input = ModelInput<unknown>;

/** Brings positions and orders together by market and refuses what the venue does not margin. */
export function arrangeParadexBook(input: Input, model: string, cashAsset: string): Outcome<ParadexBook> {
  const { table, columns } = input.market;
  const fields = new Map<number, string>();
  const held = new Map<number, number>();
  const orders = new Map<number, ParadexOrder[]>();
  for (const { instrument, quantity, requestIndex } of input.positions) {
    fields.set(instrument, `positions[${String(requestIndex)}].instrument`);
    held.set(instrument, quantity * (columns.contractSize[instrument] ?? NaN));
  }
  for (const { instrument, order, requestIndex } of input.orders) {
    if (!fields.has(instrument)) fields.set(instrument, `openOrders[${String(requestIndex)}].instrument`);
    const coins = order.quantity * (columns.contractSize[instrument] ?? NaN);
    const limitPrice = order.limitPrice ?? columns.markPrice[instrument] ?? NaN;
    const list = orders.get(instrument) ?? [];
    list.push({ size: order.side === 'BUY' ? coins : -coins, limitPrice });
    orders.set(instrument, list);
  }
  const markets: ParadexMarket[] = [];
  let underlying: number | undefined;
  for (const [instrument, field] of fields) {
    const own = columns.underlying[instrument] ?? 0;
    underlying ??= own;
    const name = table.instruments[instrument]?.name ?? '';
    if (own !== underlying) {
      const first = table.underlyings[underlying] ?? '';
      return failure(
        'UNSUPPORTED',
        field,
        `Expected one underlying per account for ${model} but received ${first} and ${name}`,
      );
    }
    if (columns.isInverse[instrument] === 1 || columns.kind[instrument] === KIND.SPOT) {
      return failure(
        'UNSUPPORTED',
        field,
        `Expected a linear future, perpetual or option for ${model} but received ${name}`,
      );
    }
    if (!((columns.markPrice[instrument] ?? NaN) >= 0)) {
      return failure(
        'MISSING_MARKET_DATA',
        field,
        `Expected a mark price of ${name} but the market has none`,
      );
    }
    markets.push(paradexMarket(input, instrument, held.get(instrument) ?? 0, orders.get(instrument) ?? []));
  }
  const balances = balanceValues(input, cashAsset);
  if (!balances.ok) return balances;
  return success({
    spot: underlying === undefined ? 0 : (columns.indexPrice[underlying] ?? NaN),
    markets,
    ...balances.value,
    markToMarket: positionValue(input),
  });
}

function paradexMarket(
  input: Input,
  instrument: number,
  position: number,
  orders: readonly ParadexOrder[],
): ParadexMarket {
  const { columns, table, timeMs } = input.market;
  const isOption = columns.kind[instrument] === KIND.OPTION;
  const contractSize = columns.contractSize[instrument] ?? NaN;
  const venueDelta = columns.delta[instrument] ?? NaN;
  const delta = Number.isFinite(venueDelta) ? venueDelta : (input.unitDelta[instrument] ?? NaN);
  const terms = table.instruments[instrument];
  const secondsLeft =
    isOption && terms?.kind === 'OPTION' ? secondsBetween(timeMs, terms.expiryMs) : Infinity;
  return {
    instrument,
    isOption,
    isPerpetual: columns.kind[instrument] === KIND.PERPETUAL,
    isCall: columns.isCall[instrument] === 1,
    strike: columns.strike[instrument] ?? NaN,
    position,
    orders,
    mark: columns.markPrice[instrument] ?? NaN,
    modelValue: (input.unitValue[instrument] ?? NaN) / contractSize,
    delta: delta / contractSize,
    fundingRate: quotedOrZero(columns.eightHourFundingRate[instrument]),
    feeRate: quotedOrZero(columns.feeRate[instrument]),
    live: Math.min(1, Math.max(0, secondsLeft) / SETTLEMENT_WINDOW_SECONDS),
  };
}

/** A market without a funding rate pays none, and one without a fee charges none: both are venue settings, not prices. */
function quotedOrZero(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? 0 : value;
}

function balanceValues(input: Input, cashAsset: string): Outcome<{ cash: number; otherBalances: number }> {
  const { table, columns } = input.market;
  let cash = 0;
  let otherBalances = 0;
  for (const { asset, amount, requestIndex } of input.balances) {
    if (asset === cashAsset) {
      cash = amount;
      continue;
    }
    if (amount === 0) continue;
    // Required in full, a debt would lower the margin by what it lowers equity: the excess would not see it.
    if (!(amount > 0)) {
      const field = `balances[${String(requestIndex)}].units`;
      return failure(
        'INVALID_VALUE',
        field,
        `Expected an amount >= 0 of ${asset}, which the venue does not lend, but received ${String(amount)}`,
      );
    }
    const row = table.assetIndex.get(asset);
    const price = row === undefined ? NaN : (columns.assetPriceUsd[row] ?? NaN);
    if (!(price > 0)) {
      const field = `balances[${String(requestIndex)}].asset`;
      return failure(
        'MISSING_MARKET_DATA',
        field,
        `Expected a price of the asset ${asset} but the market has none`,
      );
    }
    otherBalances += amount * price;
  }
  return success({ cash, otherBalances });
}

function positionValue(input: Input): number {
  const { kind, markPrice, contractSize } = input.market.columns;
  return input.positions.reduce((sum, { instrument, quantity, unrealisedPnl, unsettledFunding }) => {
    const value =
      kind[instrument] === KIND.OPTION
        ? quantity * (contractSize[instrument] ?? NaN) * (markPrice[instrument] ?? NaN)
        : (unrealisedPnl ?? 0);
    return sum + value + (unsettledFunding ?? 0);
  }, 0);
}

/** Fee of trading some coins: a share of the mark; for options a share of spot, capped by a share of the mark. */
export function tradingFee(market: ParadexMarket, coins: number, spot: number, optionFeeCap: number): number {
  if (!market.isOption) return market.feeRate * market.mark * coins;
  return Math.min(market.feeRate * spot, optionFeeCap * market.mark) * coins;
}
