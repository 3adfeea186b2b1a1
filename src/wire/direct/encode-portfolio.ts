import type { Amount } from '../../domain/money.js';
import { ORDER_SIDES, type OpenOrder, type Portfolio, type Position } from '../../domain/portfolio.js';
import { MessageWriter } from './message-writer.js';

/** One per thread; its memory is reused, and every portfolio is a copy. */
const writer = new MessageWriter();

/**
 * margincube.v1.Portfolio, byte for byte what the schema's encoder makes of `portfolioToMessage`: a client sends batches as fast
 * as it encodes. Field numbers are those of `portfolio.proto`; a test compares the two.
 */
export function encodePortfolio(portfolio: Portfolio): Buffer {
  writer.reset();
  writer.text(1, portfolio.accountId);
  for (const position of portfolio.positions) writePosition(2, position);
  for (const balance of portfolio.balances) writeAmount(3, balance);
  for (const order of portfolio.openOrders) writeOrder(4, order);
  for (const { name, underlying, quantityLimit } of portfolio.mmpGroups) {
    const begun = writer.begin(5);
    writer.text(1, name);
    writer.text(2, underlying);
    writer.double(3, quantityLimit);
    writer.end(begun);
  }
  return writer.finish();
}

function writePosition(field: number, position: Position): void {
  const { averageEntryPrice, unrealisedPnl, unsettledFunding } = position;
  const begun = writer.begin(field);
  writer.text(1, position.instrument);
  writer.double(2, position.quantity);
  if (averageEntryPrice !== undefined) writer.double(3, averageEntryPrice);
  if (unrealisedPnl !== undefined) writer.double(4, unrealisedPnl);
  if (unsettledFunding !== undefined) writeAmount(5, unsettledFunding);
  writer.end(begun);
}

function writeAmount(field: number, { asset, units, decimals }: Amount): void {
  const begun = writer.begin(field);
  writer.text(1, asset);
  writer.text(2, units);
  writer.integer(3, decimals);
  writer.end(begun);
}

function writeOrder(field: number, order: OpenOrder): void {
  const begun = writer.begin(field);
  writer.text(1, order.orderId);
  writer.text(2, order.instrument);
  writer.integer(3, ORDER_SIDES.indexOf(order.side) + 1);
  writer.double(4, order.quantity);
  if (order.limitPrice !== undefined) writer.double(5, order.limitPrice);
  if (order.mmpGroup !== undefined) writer.text(6, order.mmpGroup);
  writer.end(begun);
}
