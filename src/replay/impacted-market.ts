import { impactFactor } from '../aggregation/market-impact.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import type { Market } from '../market/snapshot/market.js';
import { setMarks, type CrashPath } from './crash-path.js';
import type { DepthOf, VenueRules } from './replay-terms.js';
import { priceUnits } from './venue-ledger.js';

/** The market of a minute, and its marks in units of the ledger. */
export interface PricedMinute {
  readonly market: Market;
  readonly marks: readonly bigint[];
}

/** The recorded market, moved by what liquidations have sold so far. */
export class ImpactedMarket {
  readonly #path: CrashPath;
  readonly #depthOf: DepthOf;
  readonly #engine: MarginEngine;
  /** Coins sold whose impact has not gone yet, by underlying. */
  readonly #sold: Float64Array;

  constructor(terms: { readonly path: CrashPath; readonly depthOf: DepthOf; readonly engine: MarginEngine }) {
    this.#path = terms.path;
    this.#depthOf = terms.depthOf;
    this.#engine = terms.engine;
    this.#sold = new Float64Array(terms.path.underlyings.length);
  }

  /** The market of a minute under all impact so far, with marks from its volatilities. */
  priced(minute: number): PricedMinute {
    const impact = Float64Array.from(this.#path.underlyings, (underlying, u) =>
      impactFactor(this.#sold[u] ?? NaN, this.#depthOf(underlying, this.#path.spotUsd(u, minute))),
    );
    const market = this.#path.marketAt(minute, impact);
    const marks = this.#engine.marks(market);
    const units = Array.from(marks, priceUnits);
    setMarks(market, marks);
    return { market, marks: units };
  }

  /** Coins of an underlying that liquidations have sold; negative where they bought. */
  sell(underlying: number, coins: number): void {
    this.#sold[underlying] = (this.#sold[underlying] ?? NaN) + coins;
  }

  /** Impact goes like the square root of what is remembered as sold: it halves when that quarters. */
  decay({ stepMinutes, impactHalfLifeMinutes }: VenueRules): void {
    const kept = 0.25 ** (stepMinutes / impactHalfLifeMinutes);
    for (let u = 0; u < this.#sold.length; u += 1) this.#sold[u] = (this.#sold[u] ?? NaN) * kept;
  }
}
