import { Writable } from 'node:stream';
import { afterEach, expect, it, vi } from 'vitest';
import type { AnswerStream } from '../../src/rpc/paced-stream.js';
import { PacedStream } from '../../src/rpc/paced-stream.js';

afterEach(() => {
  vi.useRealTimers();
});

it('waits out an interval of many days, which a request may ask for, without looking every millisecond', () => {
  vi.useFakeTimers();
  const sent: unknown[] = [];
  const call = new Writable({
    objectMode: true,
    write: (message, _, done) => {
      sent.push(message);
      done();
    },
  });
  const stream = new PacedStream(call as AnswerStream, 2 ** 32 - 1, () => [Buffer.from('news')].values());
  const timers = vi.spyOn(globalThis, 'setTimeout');
  stream.poke();
  stream.poke();
  vi.advanceTimersByTime(1_000);
  expect(timers).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2 ** 32);
  expect(sent).toHaveLength(2);
  stream.end();
});

it('asks for nothing while the connection has not taken two messages, and for the newest once it has', async () => {
  const taken: { message: string; done: () => void }[] = [];
  const call = new Writable({
    objectMode: true,
    write: (message: Buffer, _, done) => {
      taken.push({ message: String(message), done });
    },
  });
  let newest = 0;
  const stream = new PacedStream(call as AnswerStream, 0, () => [Buffer.from(String(newest))].values());
  for (newest = 1; newest <= 10; newest += 1) stream.poke();
  for (let at = 0; at < 3; at += 1) {
    await vi.waitUntil(() => taken.length > at);
    taken[at]?.done();
  }
  expect(taken.map(({ message }) => message)).toEqual(['1', '2', '11']);
  stream.end();
});
