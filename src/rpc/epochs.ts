import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { Market } from '../market/snapshot/market.js';
import type { PricePermissions } from '../market/oracles/price-permissions.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import { publishMarket } from '../market/snapshot/shared-market.js';

/** A published market in the forms that its readers need. */
export interface PublishedEpoch {
  readonly snapshot: MarketSnapshot;
  readonly market: Market;
  readonly handle: MarketHandle;
  /** The surfaces that its volatilities come from; absent where they are the venue's. */
  readonly calibrated?: readonly CalibratedUnderlying[];
  /** By underlying and asset: what its price allows; absent for a market that no feed made. */
  readonly permissions?: ReadonlyMap<string, PricePermissions>;
}

/** What a market was published with. */
export type EpochOrigin = Pick<PublishedEpoch, 'calibrated' | 'permissions'>;

interface Kept {
  readonly published: PublishedEpoch;
  pins: number;
}

/** A market that stays until it is released; a call pins one and answers from it alone. */
export interface PinnedEpoch extends PublishedEpoch {
  release(): void;
}

/** The current market and those that calls still read. References are counted on this thread only. */
export class EpochRegistry {
  readonly #kept = new Map<number, Kept>();
  #current: number;

  /** @param last number of the last epoch of an earlier run: the first one here comes after it. */
  constructor(last = 0) {
    this.#current = last;
  }

  /** Checks a market and makes it the current one. Its number is its own or the next, whichever is higher. */
  publish(snapshot: MarketSnapshot, origin: EpochOrigin = {}): Outcome<PublishedEpoch> {
    const epoch = Math.max(snapshot.epoch, this.#current + 1);
    const numbered = { ...snapshot, epoch };
    const market = resolveMarket(numbered, this.current?.market);
    if (!market.ok) return market;
    const published: PublishedEpoch = {
      snapshot: numbered,
      market: market.value,
      handle: publishMarket(market.value),
      ...origin,
    };
    const previous = this.#current;
    this.#kept.set(epoch, { published, pins: 0 });
    this.#current = epoch;
    this.#dropUnused(previous);
    return success(published);
  }

  get current(): PublishedEpoch | undefined {
    return this.#kept.get(this.#current)?.published;
  }

  /** Epochs that a call may name. */
  get known(): readonly number[] {
    return [...this.#kept.keys()];
  }

  /** For use before the next turn of the event loop; what waits must pin. Otherwise as `pin`. */
  find(epoch: number): PublishedEpoch | undefined {
    return this.#kept.get(epoch === 0 ? this.#current : epoch)?.published;
  }

  /** 0 is the current one; undefined for an epoch that was never published or is gone. */
  pin(epoch: number): PinnedEpoch | undefined {
    const number = epoch === 0 ? this.#current : epoch;
    const kept = this.#kept.get(number);
    if (kept === undefined) return undefined;
    kept.pins++;
    let isReleased = false;
    return {
      ...kept.published,
      release: () => {
        if (isReleased) return;
        isReleased = true;
        kept.pins--;
        this.#dropUnused(number);
      },
    };
  }

  #dropUnused(epoch: number): void {
    if (epoch !== this.#current && this.#kept.get(epoch)?.pins === 0) this.#kept.delete(epoch);
  }
}
