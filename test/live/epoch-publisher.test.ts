/** When epochs are published, by a clock and timers of the test's. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { EPOCHS_PER_SECOND_MAX } from '../../src/limits.js';
import { EpochPublisher } from '../../src/live/feed/epoch-publisher.js';
import { venueFeed } from '../../src/market/feed/feed-config.js';
import { createMarketFeed } from '../../src/market/feed/market-feed.js';
import { NOW_MS, sampleSnapshot } from '../support/sample-market.js';

const INTERVAL_MS = 1_000 / EPOCHS_PER_SECOND_MAX;

/** A publisher in a world whose time passes when the test says so. */
class World {
  nowMs = NOW_MS;
  readonly published: { readonly atMs: number; readonly timeMs: number; readonly price: number }[] = [];
  #timer: { readonly leftMs: number; readonly run: () => void } | undefined;
  #sequence = 0;
  readonly #publisher = new EpochPublisher(
    unwrap(createMarketFeed(venueFeed(sampleSnapshot()), sampleSnapshot())),
    {
      now: () => this.nowMs,
      later: (run, leftMs) => {
        const timer = { leftMs, run };
        this.#timer = timer;
        return () => {
          if (this.#timer === timer) this.#timer = undefined;
        };
      },
      publish: ({ snapshot: { timeMs, underlyings } }) => {
        const price = underlyings.find(({ name }) => name === 'BTC')?.indexPrice ?? NaN;
        this.published.push({ atMs: this.nowMs, timeMs, price });
      },
    },
  );

  say(price: number): void {
    this.#sequence += 1;
    const origin = { source: 'sample', sequence: this.#sequence };
    const update = {
      kind: 'INDEX',
      underlying: 'BTC',
      exchange: 'sample',
      timeMs: this.nowMs,
      price,
    } as const;
    expect(this.#publisher.apply(update, origin)).toBeUndefined();
  }

  poke(): void {
    this.#publisher.poke();
  }

  /** Lets time pass, millisecond by millisecond. */
  pass(ms: number): void {
    for (let step = 0; step <= ms; step += 1) {
      while (this.#timer !== undefined && this.#timer.leftMs <= 0) {
        const { run } = this.#timer;
        this.#timer = undefined;
        run();
      }
      if (step === ms) return;
      this.nowMs += 1;
      if (this.#timer !== undefined) this.#timer = { ...this.#timer, leftMs: this.#timer.leftMs - 1 };
    }
  }
}

describe('epochs', () => {
  it('follow the first update of a quiet feed at once, and many updates at the bounded rate with the newest in each', () => {
    const world = new World();
    world.say(96_651);
    world.pass(0);
    expect(world.published).toHaveLength(1);
    let price = 96_651;
    for (let ms = 0; ms < 500; ms += 1) {
      world.pass(1);
      const epochs = world.published.length;
      price += 0.01;
      world.say(price);
      world.pass(0);
      if (world.published.length > epochs) expect(world.published.at(-1)?.price).toBeCloseTo(price, 6);
    }
    expect(world.published.length).toBeGreaterThanOrEqual(500 / INTERVAL_MS);
    expect(world.published.length).toBeLessThanOrEqual(500 / INTERVAL_MS + 1);
    world.published.slice(1).forEach(({ atMs }, at) => {
      expect(atMs - world.published[at]!.atMs).toBeGreaterThanOrEqual(INTERVAL_MS);
    });
  });

  it('come once a second while nobody says anything, so that the age of a feed shows', () => {
    const world = new World();
    world.say(96_651);
    world.pass(5_000);
    expect(world.published).toHaveLength(6);
  });

  it('go on when the clock goes back, and move no market back', () => {
    const world = new World();
    world.say(96_651);
    world.pass(2_000);
    const before = world.published.at(-1)!;
    world.nowMs -= 3_600_000;
    world.poke();
    world.pass(INTERVAL_MS);
    const after = world.published.at(-1)!;
    expect(after.atMs).toBeLessThan(before.atMs);
    expect(after.timeMs).toBe(before.timeMs);
  });
});
