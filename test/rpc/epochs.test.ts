import { describe, expect, it } from 'vitest';
import { EpochRegistry } from '../../src/rpc/epochs.js';
import { sampleSnapshot } from '../support/sample-market.js';

describe('EpochRegistry', () => {
  it('numbers markets upwards from their own number', () => {
    const epochs = new EpochRegistry();
    expect(epochs.pin(0)).toBeUndefined();
    epochs.publish(sampleSnapshot({ epoch: 0 }));
    expect(epochs.current?.market.epoch).toBe(1);
    epochs.publish(sampleSnapshot({ epoch: 40 }));
    epochs.publish(sampleSnapshot({ epoch: 3 }));
    expect(epochs.current?.snapshot.epoch).toBe(41);
  });

  it('keeps a pinned epoch until its last release', () => {
    const epochs = new EpochRegistry();
    epochs.publish(sampleSnapshot({ epoch: 5 }));
    const first = epochs.pin(0);
    const second = epochs.pin(5);
    epochs.publish(sampleSnapshot({ epoch: 6 }));
    expect(epochs.known).toEqual([5, 6]);
    first?.release();
    first?.release();
    expect(epochs.pin(5)?.market.epoch).toBe(5);
    second?.release();
    expect(epochs.known).toEqual([5, 6]);
  });

  it('forgets an epoch that nobody uses', () => {
    const epochs = new EpochRegistry();
    epochs.publish(sampleSnapshot({ epoch: 5 }));
    epochs.publish(sampleSnapshot({ epoch: 6 }));
    expect(epochs.pin(5)).toBeUndefined();
    const pinned = epochs.pin(6);
    epochs.publish(sampleSnapshot({ epoch: 7 }));
    pinned?.release();
    expect(epochs.known).toEqual([7]);
  });

  it('keeps the current market when a new one is refused', () => {
    const epochs = new EpochRegistry();
    epochs.publish(sampleSnapshot({ epoch: 5 }));
    const refused = epochs.publish(sampleSnapshot({ epoch: 6, timeMs: NaN }));
    expect(refused).toMatchObject({ ok: false, failure: { field: 'market.time' } });
    expect(epochs.current?.market.epoch).toBe(5);
  });

  it('shares the table of instruments between epochs that have the same', () => {
    const epochs = new EpochRegistry();
    epochs.publish(sampleSnapshot({ epoch: 5 }));
    const table = epochs.current?.market.table;
    epochs.publish(sampleSnapshot({ epoch: 6 }));
    expect(epochs.current?.market.table).toBe(table);
  });
});
