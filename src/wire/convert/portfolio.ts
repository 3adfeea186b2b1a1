import type { Amount } from '../../domain/money.js';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { MmpGroup, OpenOrder, Portfolio, Position } from '../../domain/portfolio.js';
import { ORDER_SIDES } from '../../domain/portfolio.js';
import type { Amount as AmountMessage } from '../../gen/margincube/v1/Amount.js';
import type { MmpGroup as MmpGroupMessage } from '../../gen/margincube/v1/MmpGroup.js';
import type { OpenOrder as OpenOrderMessage } from '../../gen/margincube/v1/OpenOrder.js';
import type { Portfolio as PortfolioMessage } from '../../gen/margincube/v1/Portfolio.js';
import type { Position as PositionMessage } from '../../gen/margincube/v1/Position.js';
import { ConversionError, missing, optionalNumber, requiredNumber, requiredWord } from './fields.js';

/** A message as a portfolio; a required field that is absent is a failure with its path below the portfolio. */
export function portfolioFromMessage(message: PortfolioMessage): Outcome<Portfolio> {
  try {
    return success({
      accountId: message.accountId ?? '',
      positions: (message.positions ?? []).map(position),
      balances: (message.balances ?? []).map(amountFromMessage),
      openOrders: (message.openOrders ?? []).map((order, index) =>
        openOrderFromMessage(order, `openOrders[${String(index)}]`),
      ),
      mmpGroups: (message.mmpGroups ?? []).map(mmpGroup),
    });
  } catch (error) {
    if (error instanceof ConversionError) return { ok: false, failure: error.failure };
    throw error;
  }
}

/** Half of all decoded numbers pass through here, so nothing is built that is not needed. */
function position(message: PositionMessage, index: number): Position {
  const { quantity, averageEntryPrice, unrealisedPnl, unsettledFunding } = message;
  if (quantity === undefined) throw missing(`positions[${String(index)}].quantity`);
  const converted: { -readonly [Key in keyof Position]: Position[Key] } = {
    instrument: message.instrument ?? '',
    quantity: Number(quantity),
  };
  if (averageEntryPrice !== undefined) converted.averageEntryPrice = Number(averageEntryPrice);
  if (unrealisedPnl !== undefined) converted.unrealisedPnl = Number(unrealisedPnl);
  if (unsettledFunding) converted.unsettledFunding = amountFromMessage(unsettledFunding);
  return converted;
}

export function amountFromMessage({ asset, units, decimals }: AmountMessage): Amount {
  return { asset: asset ?? '', units: units ?? '', decimals: decimals ?? 0 };
}

/** Failures name the field below `path`. */
export function openOrderFromMessage(message: OpenOrderMessage, path: string): OpenOrder {
  const limitPrice = optionalNumber(message.limitPrice);
  const group = message.mmpGroup;
  return {
    orderId: message.orderId ?? '',
    instrument: message.instrument ?? '',
    side: requiredWord(ORDER_SIDES, 'SIDE', message.side, `${path}.side`),
    quantity: requiredNumber(message.quantity, `${path}.quantity`),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(group === undefined ? {} : { mmpGroup: group }),
  };
}

function mmpGroup({ name, underlying, quantityLimit }: MmpGroupMessage, index: number): MmpGroup {
  return {
    name: name ?? '',
    underlying: underlying ?? '',
    quantityLimit: requiredNumber(quantityLimit, `mmpGroups[${String(index)}].quantityLimit`),
  };
}

/** What `portfolioFromMessage` reads. */
export function portfolioToMessage(portfolio: Portfolio): PortfolioMessage {
  return {
    accountId: portfolio.accountId,
    positions: portfolio.positions.map((holding) => ({ ...holding })),
    balances: portfolio.balances.map((balance) => ({ ...balance })),
    openOrders: portfolio.openOrders.map((order) => ({ ...order, side: `SIDE_${order.side}` as const })),
    mmpGroups: portfolio.mmpGroups.map((group) => ({ ...group })),
  };
}
