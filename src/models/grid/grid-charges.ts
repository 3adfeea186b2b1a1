import { KIND, NONE } from '../../domain/codes.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import type { ComponentShares, ModelComponent, ModelInput } from '../model.js';
import { component } from '../shared/result.js';
import { nakedShortShares, sharesOf } from '../shared/shares.js';
import type { GridCharge, GridParameters } from './parameters.js';

/** One charge of the parameter file on one book. */
export function gridCharge(input: ModelInput<GridParameters>, charge: GridCharge): ModelComponent {
  if (charge.kind === 'NOT_PUBLISHED') {
    return component(charge.name, 0, 0, applies(input, charge.appliesTo) ? 'UNAVAILABLE' : 'EXACT');
  }
  const base = chargeBase(input, charge.kind);
  const { name, initial, maintenance, quality } = charge;
  return component(name, base * initial, base * maintenance, quality, () =>
    chargeShares(input, charge.kind, base),
  );
}

/** Euler shares of `chargeBase`. */
function chargeShares(
  input: ModelInput<GridParameters>,
  kind: ChargeBaseKind,
  total: number,
): ComponentShares {
  const { columns } = input.market;
  const spot = (underlying: number): number => columns.indexPrice[underlying] ?? NaN;
  switch (kind) {
    case 'SHORT_OPTION': {
      const groups = input.groups.filter(({ expiry }) => expiry !== NONE);
      return { total, byPosition: nakedShortShares(input, groups, ({ underlying }) => spot(underlying)) };
    }
    case 'FUTURE_NOTIONAL':
      return sharesOf(input, total, ({ instrument, quantity }) =>
        futureNotional(input, instrument, quantity),
      );
    case 'NET_DELTA': {
      const deltas = netDeltas(input);
      return sharesOf(input, total, ({ instrument, quantity }) => {
        const underlying = columns.underlying[instrument] ?? 0;
        const sign = Math.sign(deltas.get(underlying) ?? 0);
        return sign * quantity * (input.unitDelta[instrument] ?? NaN) * spot(underlying);
      });
    }
  }
}

type ChargeBaseKind = Exclude<GridCharge['kind'], 'NOT_PUBLISHED'>;

/** What the rate multiplies, in units of the cash asset. */
function chargeBase(
  input: ModelInput<GridParameters>,
  kind: Exclude<GridCharge['kind'], 'NOT_PUBLISHED'>,
): number {
  const { columns } = input.market;
  const spot = (underlying: number): number => columns.indexPrice[underlying] ?? NaN;
  switch (kind) {
    case 'SHORT_OPTION':
      return input.groups
        .filter(({ expiry }) => expiry !== NONE)
        .reduce((sum, group) => sum + nakedShortContracts(input, group) * spot(group.underlying), 0);
    case 'FUTURE_NOTIONAL':
      return input.positions.reduce(
        (sum, { instrument, quantity }) => sum + futureNotional(input, instrument, quantity),
        0,
      );
    case 'NET_DELTA':
      return [...netDeltas(input)].reduce(
        (sum, [underlying, delta]) => sum + Math.abs(delta) * spot(underlying),
        0,
      );
  }
}

/** Coins of a future or perpetual at the index price: the published example charges 0.6 % of the index, not of the mark. */
function futureNotional(
  { market }: ModelInput<GridParameters>,
  instrument: number,
  quantity: number,
): number {
  const { kind, contractSize, indexPrice, underlying } = market.columns;
  if (kind[instrument] === KIND.OPTION) return 0;
  const price = indexPrice[underlying[instrument] ?? 0] ?? NaN;
  return Math.abs(quantity) * (contractSize[instrument] ?? NaN) * price;
}

function netDeltas(input: ModelInput<GridParameters>): Map<number, number> {
  const deltas = new Map<number, number>();
  for (const { instrument, quantity } of input.positions) {
    const underlying = input.market.columns.underlying[instrument] ?? 0;
    deltas.set(underlying, (deltas.get(underlying) ?? 0) + quantity * (input.unitDelta[instrument] ?? NaN));
  }
  return deltas;
}

function applies(input: ModelInput<GridParameters>, to: 'OPTIONS' | 'FUTURES' | 'ANY'): boolean {
  if (to === 'ANY') return input.positions.length > 0;
  const { kind } = input.market.columns;
  return input.positions.some(({ instrument }) => (kind[instrument] === KIND.OPTION) === (to === 'OPTIONS'));
}
