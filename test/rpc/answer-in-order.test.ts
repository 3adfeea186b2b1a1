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

  it.each([
    ['at once', (request: Buffer): Buffer => request],
    ['later', (request: Buffer): Promise<Buffer> => Promise.resolve(request)],
  ])('that come %s are all written before the error that ends them, and none after it', async (_, answer) => {
    const { call, taken } = slowCall();
    const bad = 100;
    const answering = answerInOrder(call, (request) => {
      if (request.readUInt32LE() === bad) throw new Error('no message');
      return answer(request);
    });
    await expect(answering).rejects.toThrow('no message');
    await new Promise((resolve) => call.end(resolve));
    expect(taken).toEqual([...Array(bad).keys()]);
  });

  it('that come later than the error of one before them are not written', async () => {
    const { call, taken } = slowCall();
    const answering = answerInOrder(call, (request) =>
      request.readUInt32LE() === 100
        ? Promise.reject(new Error('the disk is full'))
        : Promise.resolve(request),
    );
    await expect(answering).rejects.toThrow('the disk is full');
    // As a call that fails: it ends, and is destroyed by a write after that, before its status is sent.
    await new Promise((resolve) => call.end(resolve));
    expect(call.destroyed || call.writableFinished).toBe(true);
    expect(call.errored).toBeNull();
    expect(taken).toEqual([...Array(100).keys()]);
  });
});
