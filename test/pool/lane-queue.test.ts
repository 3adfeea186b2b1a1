import { Piscina } from 'piscina';
import { describe, expect, it } from 'vitest';
import type { Lane } from '../../src/pool/lane-queue.js';
import { inLane, LaneQueue } from '../../src/pool/lane-queue.js';

type Task = Parameters<LaneQueue['push']>[0];

function task(lane: Lane, name: string): Task {
  return inLane({ name }, lane) as unknown as Task;
}

function drain(queue: LaneQueue): string[] {
  const names: string[] = [];
  for (let next = queue.shift(); next !== null; next = queue.shift())
    names.push((next as unknown as { name: string }).name);
  return names;
}

describe('a queue with lanes', () => {
  it('gives single calculations, then what is live, then batches, each in their order', () => {
    const queue = new LaneQueue();
    for (const [lane, name] of [
      ['batch', 'b1'],
      ['live', 'l1'],
      ['batch', 'b2'],
      ['single', 's1'],
      ['single', 's2'],
    ] as const)
      queue.push(task(lane, name));
    expect(queue.size).toBe(5);
    expect(queue.sizeOf('batch')).toBe(2);
    expect(drain(queue)).toEqual(['s1', 's2', 'l1', 'b1', 'b2']);
    expect(queue.size).toBe(0);
  });

  it('never lets a batch stand still', () => {
    const queue = new LaneQueue();
    for (let n = 0; n < 20; n += 1) queue.push(task('single', 's'));
    for (let n = 0; n < 3; n += 1) queue.push(task('batch', 'b'));
    const order = drain(queue);
    expect(order.indexOf('b')).toBe(7);
    expect(order.lastIndexOf('b')).toBeLessThan(order.length);
    expect(order).toHaveLength(23);
  });

  it('keeps the place of what no thread had room for, and the turn of a batch', () => {
    const queue = new LaneQueue();
    for (const name of ['s1', 's2']) queue.push(task('single', name));
    const first = queue.shift();
    if (first !== null) queue.unshift(first);
    expect(drain(queue)).toEqual(['s1', 's2']);
    for (let n = 0; n < 20; n += 1) queue.push(task('single', 's'));
    queue.push(task('batch', 'b'));
    for (let n = 0; n < 7; n += 1) queue.shift();
    for (let n = 0; n < 3; n += 1) {
      const due = queue.shift();
      expect((due as unknown as { name: string } | null)?.name).toBe('b');
      if (due !== null) queue.unshift(due);
    }
  });

  it('takes a task out, and takes tasks without a lane', () => {
    const queue = new LaneQueue();
    const gone = task('single', 'gone');
    queue.push(gone);
    queue.push({ name: 'plain', [Piscina.queueOptionsSymbol]: null } as unknown as Task);
    queue.remove(gone);
    expect(drain(queue)).toEqual(['plain']);
  });
});
