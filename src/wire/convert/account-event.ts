import type {
  AccountChange,
  AccountDetails,
  AccountEvent,
  Fill,
  MmpGroupChange,
} from '../../domain/account-event.js';
import { MMP_CHANGES } from '../../domain/account-event.js';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { ORDER_SIDES } from '../../domain/portfolio.js';
import type { AccountDetails as DetailsMessage } from '../../gen/margincube/v1/AccountDetails.js';
import type { AccountEvent as EventMessage } from '../../gen/margincube/v1/AccountEvent.js';
import type { Fill as FillMessage } from '../../gen/margincube/v1/Fill.js';
import type { MmpGroup as MmpGroupMessage } from '../../gen/margincube/v1/MmpGroup.js';
import {
  ConversionError,
  integer,
  missing,
  optionalNumber,
  requiredNumber,
  requiredTimeMs,
  requiredWord,
} from './fields.js';
import { amountFromMessage, openOrderFromMessage } from './portfolio.js';

/** A message as an event; a required field that is absent is a failure with its path below the event. */
export function eventFromMessage(message: EventMessage): Outcome<AccountEvent> {
  try {
    return success({
      eventId: message.eventId ?? '',
      accountId: message.accountId ?? '',
      source: message.source ?? '',
      sourceSequence: integer(message.sourceSequence),
      timeMs: requiredTimeMs(message.time, 'time'),
      change: changeFromMessage(message),
    });
  } catch (error) {
    if (error instanceof ConversionError) return { ok: false, failure: error.failure };
    throw error;
  }
}

function changeFromMessage(message: EventMessage): AccountChange {
  if (message.fill) return { kind: 'FILL', fill: fillFromMessage(message.fill, 'fill') };
  if (message.orderPlaced)
    return { kind: 'ORDER_PLACED', order: openOrderFromMessage(message.orderPlaced, 'orderPlaced') };
  if (message.orderReplaced) {
    const { orderId, replacement } = message.orderReplaced;
    const path = 'orderReplaced.replacement';
    if (!replacement) throw missing(path);
    return {
      kind: 'ORDER_REPLACED',
      orderId: orderId ?? '',
      replacement: openOrderFromMessage(replacement, path),
    };
  }
  if (message.orderCancelled)
    return { kind: 'ORDER_CANCELLED', orderId: message.orderCancelled.orderId ?? '' };
  if (message.massCancelled) {
    const { underlying, instrument, mmpGroup } = message.massCancelled;
    return {
      kind: 'MASS_CANCELLED',
      underlying: underlying ?? '',
      instrument: instrument ?? '',
      mmpGroup: mmpGroup ?? '',
    };
  }
  if (message.mmpChanged) {
    const { change, group } = message.mmpChanged;
    if (!group) throw missing('mmpChanged.group');
    return {
      kind: 'MMP_CHANGED',
      change: requiredWord(MMP_CHANGES, 'MMP_CHANGE', change, 'mmpChanged.change'),
      group: groupChange(group),
    };
  }
  return moneyFromMessage(message) ?? settlementOrBlock(message);
}

function moneyFromMessage({
  transfer,
  deposit,
  withdrawal,
  funding,
}: EventMessage): AccountChange | undefined {
  if (transfer) {
    if (!transfer.amount) throw missing('transfer.amount');
    const amount = amountFromMessage(transfer.amount);
    return { kind: 'TRANSFER', toAccountId: transfer.toAccountId ?? '', amount };
  }
  if (deposit) return { kind: 'DEPOSIT', amount: amountFromMessage(deposit) };
  if (withdrawal) return { kind: 'WITHDRAWAL', amount: amountFromMessage(withdrawal) };
  if (!funding) return undefined;
  if (!funding.amount) throw missing('funding.amount');
  const amount = amountFromMessage(funding.amount);
  return { kind: 'FUNDING', instrument: funding.instrument ?? '', amount };
}

function settlementOrBlock({ settlement, blockTrade }: EventMessage): AccountChange {
  if (settlement) {
    const { instrument, settlementPrice, cash } = settlement;
    return {
      kind: 'SETTLEMENT',
      instrument: instrument ?? '',
      settlementPrice: requiredNumber(settlementPrice, 'settlement.settlementPrice'),
      ...(cash ? { cash: amountFromMessage(cash) } : {}),
    };
  }
  if (!blockTrade) throw missing('event');
  return {
    kind: 'BLOCK_TRADE',
    blockId: blockTrade.blockId ?? '',
    fills: (blockTrade.fills ?? []).map((fill, index) =>
      fillFromMessage(fill, `blockTrade.fills[${String(index)}]`),
    ),
  };
}

function fillFromMessage(message: FillMessage, path: string): Fill {
  const { tradeId, orderId, instrument, side, quantity, price, fee } = message;
  return {
    tradeId: tradeId ?? '',
    orderId: orderId ?? '',
    instrument: instrument ?? '',
    side: requiredWord(ORDER_SIDES, 'SIDE', side, `${path}.side`),
    quantity: requiredNumber(quantity, `${path}.quantity`),
    price: requiredNumber(price, `${path}.price`),
    ...(fee ? { fee: amountFromMessage(fee) } : {}),
  };
}

function groupChange({ name, underlying, quantityLimit }: MmpGroupMessage): MmpGroupChange {
  const limit = optionalNumber(quantityLimit);
  return {
    name: name ?? '',
    underlying: underlying ?? '',
    ...(limit === undefined ? {} : { quantityLimit: limit }),
  };
}

export function detailsFromMessage(message: DetailsMessage): AccountDetails {
  return {
    parentAccountId: message.parentAccountId ?? '',
    ownerId: message.ownerId ?? '',
    groupId: message.groupId ?? '',
    model: message.model ?? '',
  };
}
