import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { answerInOrder } from '../../src/rpc/answer-in-order.js';

const REQUESTS = 200;

/** A stream of requests whose reader takes one answer in a turn of the event loop. */
function slowCall(): { call: Duplex; taken: number[]; mostDrainListeners: () => number } {
  const taken: number[] = [];
  let most = 0;
  const call = new Duplex({
    objectMode: true,
    writableHighWaterMark: 2,
    read: () => undefined,
    write: (bytes: Buffer, _, done) => {
      most = Math.max(most, call.listenerCount('drain'));
      taken.push(bytes.readUInt32LE());
      setImmediate(done);
    },
  });
  for (let index = 0; index < REQUESTS; index += 1) call.push(numbered(index));
  call.push(null);
  return { call, taken, mostDrainListeners: () => most };
}

function numbered(index: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(index);
  return bytes;
}

describe('answers in order', () => {
  it.each([
    ['at once', (request: Buffer): Buffer => request],
    [
      'later',
      (request: Buffer): Promise<Buffer> => new Promise((resolve) => setTimeout(resolve, 5, request)),
    ],
  ])('that come %s wait for a slow reader together', async (_, answer) => {
    const { call, taken, mostDrainListeners } = slowCall();
    await answerInOrder(call, answer);
    await new Promise((resolve) => call.end(resolve));
    expect(taken).toEqual([...Array(REQUESTS).keys()]);
    expect(mostDrainListeners()).toBe(1);
  });
});
