/** The ladder: nested steps, no flapping on an edge, exact cures, and a log that keeps every change. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { ChangeLog } from '../../../src/live/state/change-log.js';
import { enforcementId, ruleOf } from '../../../src/live/state/enforcement.js';
import { CODE, cureAmount, MARGIN_HEALTHS, nextStep, stepOf } from '../../../src/live/state/ladder.js';

const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const signed = fc.double({ min: -1e9, max: 2e9, noNaN: true });
const margins = fc
  .tuple(amount, amount)
  .map(([a, b]) => ({ initial: Math.max(a, b), maintenance: Math.min(a, b) }));
/** Both requirements apart from 0 and from each other, so that every band has a width. */
const positive = fc.double({ min: 1, max: 1e9, noNaN: true });
const apart = fc
  .tuple(positive, positive)
  .map(([maintenance, span]) => ({ initial: maintenance + span, maintenance }));
const step = fc.integer({ min: 0, max: MARGIN_HEALTHS.length - 1 });

describe('the ladder', () => {
  test('has the steps of the published rule', () => {
    const of = (equity: number): string => MARGIN_HEALTHS[stepOf(equity, 200, 100)]!;
    expect([200, 199, 125, 124, 100, 99, 67, 66, 0, -1].map(of)).toEqual([
      'OK',
      'RESTRICTED',
      'RESTRICTED',
      'CALL',
      'CALL',
      'LIQUIDATE',
      'LIQUIDATE',
      'BACKSTOP',
      'BACKSTOP',
      'INSOLVENT',
    ]);
    expect(stepOf(0, 0, 0)).toBe(CODE.OK);
    expect(stepOf(-1, 0, 0)).toBe(CODE.INSOLVENT);
  });

  test('leaves a call at 0.4 of the way and a liquidation at 1.15 of maintenance', () => {
    expect(nextStep(CODE.CALL, 139, 200, 100)).toBe(CODE.CALL);
    expect(nextStep(CODE.CALL, 140, 200, 100)).toBe(CODE.RESTRICTED);
    expect(nextStep(CODE.LIQUIDATE, 114, 200, 100)).toBe(CODE.LIQUIDATE);
    expect(nextStep(CODE.LIQUIDATE, 115, 200, 100)).toBe(CODE.CALL);
    expect(nextStep(CODE.INSOLVENT, 500, 200, 100)).toBe(CODE.OK);
  });

  test('turns RESTRICTED into CALL on a warning, and never OK', () => {
    expect(nextStep(CODE.OK, 150, 200, 100, true)).toBe(CODE.CALL);
    expect(nextStep(CODE.OK, 250, 200, 100, true)).toBe(CODE.OK);
  });

  test.prop([margins, signed, signed, step])(
    'is monotone in equity',
    ({ initial, maintenance }, a, b, from) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(nextStep(from, low, initial, maintenance)).toBeGreaterThanOrEqual(
        nextStep(from, high, initial, maintenance),
      );
    },
  );

  test.prop([margins, signed, step])(
    'settles: the same numbers again change nothing',
    ({ initial, maintenance }, equity, from) => {
      const next = nextStep(from, equity, initial, maintenance);
      expect(nextStep(next, equity, initial, maintenance)).toBe(next);
      expect(next).toBeGreaterThanOrEqual(stepOf(equity, initial, maintenance));
    },
  );

  test.prop([apart, fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 50 })])(
    'does not flap between call and restricted, or between liquidation and call, within its band',
    ({ initial, maintenance }, wiggle) => {
      const span = initial - maintenance;
      const paths = [
        { edge: maintenance + 0.25 * span, half: 0.14 * span, from: CODE.CALL },
        { edge: maintenance, half: 0.149 * maintenance, from: CODE.LIQUIDATE },
      ];
      for (const { edge, half, from } of paths) {
        let at: number = from;
        let changes = 0;
        for (const share of wiggle) {
          const next = nextStep(at, edge + share * half, initial, maintenance);
          if (next < at) changes += 1;
          at = next;
        }
        expect(changes).toBe(0);
      }
    },
  );

  test.prop([margins, signed])(
    'is left with exactly the cash it asks for, and with no less',
    ({ initial, maintenance }, equity) => {
      const at = stepOf(equity, initial, maintenance);
      const cure = cureAmount(at, { equity, initialMargin: initial, maintenanceMargin: maintenance });
      expect(cure).toBeGreaterThanOrEqual(0);
      expect(at > CODE.OK || cure === 0).toBe(true);
      if (at === CODE.OK) return;
      // Sums of doubles lose the last digit.
      const dust = 1e-6 * (1 + Math.abs(equity) + initial);
      expect(nextStep(at, equity + cure + dust, initial, maintenance)).toBeLessThan(at);
    },
  );
});

describe('the log of changes', () => {
  const change = (partition: number, epoch: number) => ({
    accountId: `a${String(partition)}`,
    partition,
    accountSeq: 1,
    epoch,
    timeMs: 0,
    previous: 'OK' as const,
    health: 'CALL' as const,
    equity: 0,
    initialMargin: 1,
    maintenanceMargin: 1,
  });

  test.prop([fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }), fc.nat(20)])(
    'numbers every partition without a gap and lets a reader go on after what it has seen',
    (partitions, seen) => {
      const log = new ChangeLog(32);
      const all = partitions.map((partition, at) => log.append(change(partition, at)));
      for (const partition of new Set(partitions)) {
        const own = all.filter((one) => one.partition === partition);
        expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, at) => at + 1));
        const place = log.placeAfter(partition, seen);
        const wanted = own.filter(({ sequence }) => sequence > seen);
        if (place === undefined) {
          const isForgotten = all.indexOf(wanted[0]!) < log.begin;
          expect(isForgotten || seen > own.length).toBe(true);
          continue;
        }
        const read = [];
        for (let at = place; at < log.end; at += 1) read.push(log.at(at)!);
        expect(read.filter((one) => one.partition === partition)).toEqual(wanted);
      }
    },
  );

  test('knows a reader of the log of an earlier server, whatever that one had numbered', () => {
    const [before, after] = [new ChangeLog(32, 1_000), new ChangeLog(32, 2_000)];
    const { sequence: seen } = before.append(change(3, 0));
    const { sequence } = after.append(change(3, 0));
    expect([seen, sequence]).toEqual([1_001, 2_001]);
    expect(before.placeAfter(3, seen)).toBe(1);
    expect(after.placeAfter(3, seen)).toBeUndefined();
    expect(after.placeAfter(4, 0)).toBeUndefined();
    expect(after.placeAfter(3, 2_000)).toBe(0);
  });

  test('names an enforcement by its cause', () => {
    expect(enforcementId('a', 'CALL', 7)).toBe(enforcementId('a', 'CALL', 7));
    expect(
      new Set([
        enforcementId('a', 'CALL', 7),
        enforcementId('a', 'CALL', 8),
        enforcementId('b', 'CALL', 7),
        enforcementId('a', 'LIQUIDATE', 7),
      ]).size,
    ).toBe(4);
    expect(ruleOf(CODE.OK)).toBeUndefined();
    expect(ruleOf(CODE.RESTRICTED)).toBe('REDUCE_ONLY');
  });
});
