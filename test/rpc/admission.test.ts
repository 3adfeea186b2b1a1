import { describe, expect, it } from 'vitest';
import { Admission } from '../../src/rpc/admission.js';
import { RpcError } from '../../src/rpc/errors.js';

const limits = {
  callsInFlightMax: 2,
  batchesInFlightMax: 1,
  admittedBytesMax: 100,
  queueWaitMaxMs: 10,
  longWaitMaxMs: 1_000,
  workers: 2,
};

describe('Admission', () => {
  it('refuses the call above the limit and takes one again after a release', () => {
    const admission = new Admission(limits);
    const release = admission.admitCall();
    admission.admitCall();
    expect(() => admission.admitCall()).toThrow(RpcError);
    release();
    release();
    admission.admitCall();
    expect(() => admission.admitCall()).toThrow(RpcError);
    expect(admission.callsInFlight).toBe(2);
  });

  it('admits calculations by their expected cost, as long as they wait no longer than is allowed', () => {
    const admission = new Admission(limits);
    const release = admission.admitWork('THREADS', 50, Infinity);
    expect(() => admission.admitWork('THREADS', 1, Infinity)).toThrow(/25 ms of work/);
    release();
    admission.admitWork('THREADS', 19, Infinity);
    admission.admitWork('THREADS', 1, Infinity);
    expect(() => admission.admitWork('THREADS', 5, 12)).toThrow(RpcError);
    admission.admitWork('THREADS', 5, 16);
  });

  it('counts work by the place where it waits, plans and cascades for longer', () => {
    const admission = new Admission(limits);
    admission.admitWork('LOOP', 11, Infinity);
    expect(() => admission.admitWork('LOOP', 1, Infinity)).toThrow(/11 ms of work waits for the event loop/);
    for (const place of ['PLANS', 'CASCADES'] as const) {
      admission.admitWork(place, 990, Infinity);
      admission.admitWork(place, 20, Infinity);
      expect(() => admission.admitWork(place, 1, Infinity)).toThrow(RpcError);
    }
    admission.admitWork('THREADS', 1, Infinity);
  });

  it('takes whatever comes when nothing waits, however the costs before it add up', () => {
    const admission = new Admission({ ...limits, workers: 1 });
    const releases = [0.1, 0.2, 0.3].map((ms) => admission.admitWork('THREADS', ms, Infinity));
    for (const release of releases) release();
    admission.admitWork('THREADS', 500, 1);
  });

  it('admits one large message on an empty server, and none beside another', () => {
    const admission = new Admission(limits);
    const release = admission.admitBytes(1_000);
    expect(() => admission.admitBytes(1)).toThrow(/100 bytes/);
    expect(() => admission.admitBatch()).toThrow(/100 bytes/);
    release();
    expect(admission.admittedBytes).toBe(0);
    admission.admitBytes(60);
    expect(() => admission.admitBytes(41)).toThrow(RpcError);
    admission.admitBytes(40);
  });

  it('counts the shards of an admitted batch without refusing them', () => {
    const admission = new Admission(limits);
    const release = admission.admitBatch();
    admission.holdBytes(500);
    admission.holdBytes(500);
    expect(admission.admittedBytes).toBe(1_000);
    expect(() => admission.admitBatch()).toThrow(/batches/);
    release();
  });
});
