import { failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

/** What pays for a default, in order: margin of the defaulter, first loss, fund, second loss, deleveraging of winners. */
export interface WaterfallLayer {
  readonly name: string;
  /** Ledger units, >= 0. */
  readonly capacity: bigint;
}

export interface WaterfallUse {
  /** What each layer pays, in the order of the layers. */
  readonly used: readonly { readonly name: string; readonly amount: bigint }[];
  /** What no layer pays; the last layer should be deleveraging, which has room for every loss. */
  readonly unallocated: bigint;
}

/** Spreads a loss over the layers in order. Layers and remainder add up to the loss, to the unit. */
export function runWaterfall(loss: bigint, layers: readonly WaterfallLayer[]): Outcome<WaterfallUse> {
  if (loss < 0n)
    return failure('INVALID_VALUE', 'loss', `Expected a loss of at least 0 but received ${loss}`);
  const used: { name: string; amount: bigint }[] = [];
  let left = loss;
  for (const [index, { name, capacity }] of layers.entries()) {
    if (capacity < 0n) {
      const field = `layers[${index}].capacity`;
      return failure('INVALID_VALUE', field, `Expected at least 0 for ${field} but received ${capacity}`);
    }
    const amount = left < capacity ? left : capacity;
    used.push({ name, amount });
    left -= amount;
  }
  return success({ used, unallocated: left });
}

/**
 * Divides an amount among winners in proportion to what they gained, in whole units: shares are rounded down and the units
 * left over go to the largest remainders, ties to the first. Nothing is left unless there is more than was gained; nobody
 * loses more than he gained.
 */
export function shareLossAmongWinners(loss: bigint, gains: readonly bigint[]): Outcome<readonly bigint[]> {
  const wrong = gains.findIndex((gain) => gain < 0n);
  if (wrong >= 0) return failure('INVALID_VALUE', `gains[${wrong}]`, 'Expected a gain of at least 0');
  const total = gains.reduce((sum, gain) => sum + gain, 0n);
  if (loss < 0n || loss > total) {
    return failure(
      'INVALID_VALUE',
      'loss',
      `Expected a loss from 0 to the gains ${total} but received ${loss}`,
    );
  }
  if (loss === 0n) return success(gains.map(() => 0n));
  const shares = gains.map((gain) => (loss * gain) / total);
  const remainders = gains.map((gain, index) => ({ index, remainder: (loss * gain) % total }));
  remainders.sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  let left = loss - shares.reduce((sum, share) => sum + share, 0n);
  for (const { index } of remainders) {
    if (left === 0n) break;
    shares[index] = (shares[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return success(shares);
}
