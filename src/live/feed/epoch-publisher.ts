import type { ComposedMarket, MarketFeed, UpdateOrigin } from '../../market/feed/market-feed.js';
import type { MarketUpdate, Refusal } from '../../market/feed/market-update.js';
import { EPOCHS_PER_SECOND_MAX } from '../../limits.js';

/**
 * The market's own time moves in steps of this: an underlying of which nothing was said keeps its times to expiry, so that its
 * repriced rows stay good; and a feed that has stopped still shows its age once a step.
 */
export const VALUATION_STEP_MS = 1_000;

const EPOCH_INTERVAL_MS = 1_000 / EPOCHS_PER_SECOND_MAX;

/** What the publisher needs of the world; clocks and timers are given to it. */
export interface PublisherWorld {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Calls back once, `delayMs` later. Returns how to call it off. */
  readonly later: (callback: () => void, delayMs: number) => () => void;
  /** Makes a market the current epoch. */
  readonly publish: (market: ComposedMarket, moved: ReadonlySet<string>) => void;
}

/**
 * Turns updates into epochs at a bounded rate: what arrives between two epochs is in the second one, whatever its number. The
 * first update of a quiet feed is published at once.
 */
export class EpochPublisher {
  #lastPublishedMs = -Infinity;
  #lastValuationMs = 0;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(
    readonly feed: MarketFeed,
    private readonly world: PublisherWorld,
  ) {}

  /** Takes one update and sees to it that an epoch follows. */
  apply(update: MarketUpdate, origin: UpdateOrigin): Refusal | undefined {
    const refused = this.feed.apply(update, origin, this.world.now());
    if (refused === undefined) this.poke();
    return refused;
  }

  /** Something other than the feed has changed, e.g. a surface. */
  poke(): void {
    if (this.#isStopped) return;
    const waitMs = this.#lastPublishedMs + EPOCH_INTERVAL_MS - this.world.now();
    // A clock that goes back by an hour must not hold up the market for one.
    this.#schedule(Math.min(Math.max(0, waitMs), EPOCH_INTERVAL_MS));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #schedule(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.world.later(() => {
      this.#publish();
    }, delayMs);
  }

  #publish(): void {
    const nowMs = this.world.now();
    const step = Math.floor(nowMs / VALUATION_STEP_MS) * VALUATION_STEP_MS;
    // A clock that goes back moves no market back.
    this.#lastValuationMs = Math.max(this.#lastValuationMs, step);
    this.#lastPublishedMs = nowMs;
    const moved = this.feed.takeMoved();
    this.world.publish(this.feed.compose(nowMs, this.#lastValuationMs), moved);
    this.#schedule(VALUATION_STEP_MS);
  }
}
