import { failure } from '../../domain/outcome.js';
import type { ModelInput } from '../model.js';

type Orders = Pick<ModelInput<unknown>, 'orders'>;

/** Derive's managers on the chain know no orders; the venue's own service holds margin for them by a rule that is not public. */
export function ignoredOrdersWarning({ orders }: Orders): string[] {
  return orders.length > 0 ? ['open orders are ignored, as the venue’s on-chain manager does'] : [];
}

/** For a model that has no rule for orders: a number without them would be partial. */
export function refusedOrders({ orders }: Orders, model: string): ReturnType<typeof failure> | undefined {
  const [order] = orders;
  if (order === undefined) return undefined;
  return failure(
    'UNSUPPORTED',
    `openOrders[${String(order.requestIndex)}]`,
    `Expected a book without open orders: ${model} margins positions only`,
  );
}
