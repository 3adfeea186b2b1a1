import type { PriceOracle } from '../oracles/price-oracle.js';
import { permissionsOf } from '../oracles/price-permissions.js';
import type { PricePermissions } from '../oracles/price-permissions.js';
import { PRICE_CONFIDENCE_RANGE, confidenceScore } from '../snapshot/confidence-range.js';

/** A price as the market states it. */
export interface GuardedPrice {
  readonly value: number;
  /** In [0, 1]. */
  readonly confidence: number;
  readonly permissions: PricePermissions;
  /** The value is an older one, because the present one may not be used. */
  readonly isFrozen: boolean;
}

/**
 * The price of an oracle behind its status ladder: a price that may not be used leaves the last usable one in force, at no
 * confidence, and says so.
 */
export class PriceGuard {
  #lastUsable: number;
  #stated: number;

  /** @param start price and score until the oracle has one of its own */
  constructor(
    private readonly oracle: PriceOracle | undefined,
    start: { readonly value: number; readonly confidence: number },
  ) {
    this.#lastUsable = start.value;
    this.#stated = start.confidence;
  }

  at(nowMs: number): GuardedPrice {
    const price = this.oracle?.price(nowMs);
    if (price === undefined || price.value === null || price.confidence === null) {
      // What nobody has published yet stands as the market stated it, like every price of a market without a feed.
      const permissions = permissionsOf({ value: this.#lastUsable, status: 'Valid', breaker: 'NORMAL' });
      return { value: this.#lastUsable, confidence: this.#stated, permissions, isFrozen: false };
    }
    const permissions = permissionsOf(price);
    if (permissions.initialMargin === 'FROZEN')
      return { value: this.#lastUsable, confidence: 0, permissions, isFrozen: true };
    this.#lastUsable = price.value;
    const score = confidenceScore(price.confidence, price.value, PRICE_CONFIDENCE_RANGE);
    return { value: price.value, confidence: score, permissions, isFrozen: false };
  }
}
