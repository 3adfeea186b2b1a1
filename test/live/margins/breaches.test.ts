/**
 * Everybody breaches within a minute (operations.md B.3): every change of state reaches every reader once and in order, however late
 * it reads, and a slow reader gets the latest margins instead of all of them.
 */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { openBooks, openMargins } from '../../../src/engine/book-columns.js';
import { MarginEngine } from '../../../src/engine/margin-engine.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { LiveMargins } from '../../../src/live/margins/live-margins.js';
import type { MarginUpdate } from '../../../src/live/margins/margin-subscription.js';
import { MarginSubscription } from '../../../src/live/margins/margin-subscription.js';
import type { Market } from '../../../src/market/snapshot/market.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { publishMarket } from '../../../src/market/snapshot/shared-market.js';
import { MARGIN_HEALTHS } from '../../../src/live/state/ladder.js';
import { model } from '../../support/margins.js';
import { NOW_MS, sampleSnapshot } from '../../support/sample-market.js';
import { MODEL } from '../../support/test-server.js';

const ACCOUNTS = process.env.MARGINCUBE_BREACHES === 'full' ? 100_000 : 1_500;
const EPOCHS = 6;

/** A market that has fallen by a share since the first epoch. */
function fallen(epoch: number, share: number, before?: Market): Market {
  const snapshot = sampleSnapshot();
  const factor = 1 - share;
  const market = {
    ...snapshot,
    epoch,
    underlyings: snapshot.underlyings.map((one) => ({ ...one, indexPrice: one.indexPrice * factor })),
    expiries: snapshot.expiries.map((one) => ({ ...one, forward: one.forward * factor })),
    instruments: snapshot.instruments.map((one) =>
      one.markPrice === undefined ? one : { ...one, markPrice: one.markPrice * factor },
    ),
  };
  return unwrap(resolveMarket(market, before));
}

describe('a fall that calls everybody', () => {
  it(
    `tells every reader of every change of ${String(ACCOUNTS)} accounts, once and in order`,
    { timeout: 900_000 },
    async () => {
      const engine = new MarginEngine(loadKernels());
      const resolved = model(MODEL);
      let market = fallen(1, 0);
      let nowMs = NOW_MS;
      const margins = new LiveMargins({
        layOut: (on, portfolio) => engine.layOut(on, portfolio),
        modelNamed: () => ({ reference: { name: 'of the test' }, model: resolved }),
        calculate: (_handle, _name, shards) => {
          for (const { books, results } of shards)
            engine.calculateColumns({ model: resolved, market }, openBooks(books), openMargins(results));
          return Promise.resolve();
        },
        workers: 1,
        now: () => nowMs,
        onMargins: () => undefined,
        onError: (error) => {
          throw error;
        },
      });
      for (let at = 0; at < ACCOUNTS; at += 1) {
        const accountId = `account-${String(at)}`;
        // Long a coin, with the money that a fall of a quarter takes away.
        const portfolio = {
          accountId,
          positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1, averageEntryPrice: 96_700 }],
          balances: [{ asset: 'USDC', units: String(20_000 + (at % 100)), decimals: 0 }],
          openOrders: [],
          mmpGroups: [],
        };
        margins.put({ accountId, seq: 1, model: MODEL, readPortfolio: () => portfolio });
      }
      const readers = { prompt: newReader(margins), slow: newReader(margins) };
      for (let epoch = 1; epoch <= EPOCHS; epoch += 1) {
        nowMs += 60_000 / EPOCHS;
        market = fallen(epoch, 0.05 * (epoch - 1), market);
        margins.onEpoch({ market, handle: publishMarket(market) });
        await margins.settled();
        readers.prompt.read();
        if (epoch === 1) readers.slow.read();
      }
      readers.slow.read();

      const last = [...margins.all()];
      expect(last).toHaveLength(ACCOUNTS);
      expect(new Set(last.map(({ health }) => health))).toEqual(new Set(['INSOLVENT']));
      for (const { updates } of Object.values(readers)) {
        const steps = new Map<string, string[]>();
        const sequences = new Map<number, number>();
        for (const { accountId, partition, sequence, previousHealth, health, enforcementId } of updates) {
          if (previousHealth === undefined) continue;
          expect(sequence).toBe((sequences.get(partition) ?? margins.changes.start) + 1);
          sequences.set(partition, sequence);
          expect(enforcementId).toMatch(/^[0-9a-f]{64}$/);
          steps.set(accountId, [...(steps.get(accountId) ?? [previousHealth]), health]);
        }
        expect(steps.size).toBe(ACCOUNTS);
        for (const way of steps.values()) {
          expect(way[0]).toBe('OK');
          expect(way.at(-1)).toBe('INSOLVENT');
          const codes = way.map((health) => MARGIN_HEALTHS.findIndex((one) => one === health));
          expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
        }
      }
      const plain = (updates: readonly MarginUpdate[]): number =>
        updates.filter(({ previousHealth }) => previousHealth === undefined).length;
      expect(plain(readers.slow.updates)).toBeLessThanOrEqual(2 * ACCOUNTS);
    },
  );
});

function newReader(margins: LiveMargins) {
  const subscription = new MarginSubscription(margins, { relativeChangeMin: 0, resume: [] });
  const updates: MarginUpdate[] = [];
  let epoch = 0;
  return {
    updates,
    read: () => {
      for (const batch of subscription.due()) {
        expect(batch.epoch).toBeGreaterThanOrEqual(epoch);
        expect(new Set(batch.updates.map(({ accountId }) => accountId)).size).toBe(batch.updates.length);
        epoch = batch.epoch;
        updates.push(...batch.updates);
      }
    },
  };
}
