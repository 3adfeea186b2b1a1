import { describe, expect, it } from 'vitest';
import { LoopLane } from '../../src/rpc/loop-lane.js';

function busy(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

describe('LoopLane', () => {
  it('is free until the time of a turn is used, and again in the next turn', async () => {
    const lane = new LoopLane();
    const took: number[] = [];
    const learn = (tookMs: number): void => void took.push(tookMs);
    expect(lane.isFree).toBe(true);
    expect(lane.run(() => 7, learn)).toBe(7);
    expect(lane.isFree).toBe(true);
    lane.run(() => {
      busy(6);
    }, learn);
    expect(took[1]).toBeGreaterThanOrEqual(5.9);
    expect(lane.isFree).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lane.isFree).toBe(true);
  });

  it('gives turns in the order of arrival, one in each turn of the event loop', async () => {
    const lane = new LoopLane();
    const order: string[] = [];
    const wait = async (name: string): Promise<void> => {
      await lane.turn();
      order.push(name);
    };
    const all = [wait('first'), wait('second'), wait('third')];
    expect(lane.isFree).toBe(false);
    const other = new Promise<void>((resolve) =>
      setImmediate(() => {
        order.push('another');
        resolve();
      }),
    );
    await Promise.all([...all, other]);
    expect(order).toEqual(['first', 'another', 'second', 'third']);
  });

  it('learns what failed work has cost', () => {
    const took: number[] = [];
    const fail = (): void => {
      throw new Error('no');
    };
    expect(() => {
      new LoopLane().run(fail, (tookMs) => took.push(tookMs));
    }).toThrow('no');
    expect(took).toHaveLength(1);
  });
});
