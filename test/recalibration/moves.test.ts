/** Moves of parameters and what stands on top of them: the properties of market-and-risk.md 7. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import {
  asymmetricMove,
  boundedMove,
  checkRecord,
  type MoveLimits,
  type ParameterRecord,
} from '../../src/recalibration/governance/parameter-record.js';
import {
  firstAllowance,
  nextAllowance,
  PHASE_IN_SECONDS,
} from '../../src/recalibration/governance/phase-in.js';
import {
  bufferedSeries,
  HOUSE_BUFFER,
  PLAIN_BUFFER,
  stressMixture,
} from '../../src/recalibration/procyclicality/buffer.js';
import { procyclicality } from '../../src/recalibration/procyclicality/metrics.js';
import {
  firstGovernedValue,
  nextGovernedValue,
  type GovernedValue,
} from '../../src/recalibration/proposals/governed-value.js';
import { returnStream } from '../../src/recalibration/regime/run-length.js';
import { EwmaVariance } from '../../src/recalibration/signals/ewma.js';

const LIMITS: MoveLimits = {
  lo: 0.05,
  hi: 0.6,
  maxRelativeChange: 0.2,
  minDelaySeconds: 3_600,
  deadband: 0.02,
};
const RECORD: ParameterRecord = {
  ...LIMITS,
  id: 'underlyings.BTC.gridRange',
  value: 0.15,
  source: 'a test',
  approvedBy: ['ann', 'bob'],
  effectiveAtSeconds: 0,
};
const DAY = 86_400;
const share = fc.double({ min: 0.05, max: 0.6, noNaN: true });

describe('a record', () => {
  it('that contradicts itself is refused by the path of its field', () => {
    expect(checkRecord(RECORD).ok).toBe(true);
    for (const [field, value] of [
      ['value', NaN],
      ['value', 0.04],
      ['lo', 0.7],
      ['hi', Infinity],
      ['maxRelativeChange', 0],
      ['minDelaySeconds', -1],
      ['deadband', 0.2],
      ['approvedBy', ['ann', 'ann']],
    ] as const) {
      const found = checkRecord({ ...RECORD, [field]: value });
      expect(found.ok, field).toBe(false);
      if (!found.ok)
        expect(found.failure.field).toMatch(field === 'lo' ? /\.hi$/ : new RegExp(`\\.${field}$`));
    }
  });
});

describe('a move', () => {
  it('stays in its limits and changes by no more than its share', () => {
    fc.assert(
      fc.property(
        share,
        fc.double({ min: -1, max: 2, noNaN: true }),
        fc.integer({ min: 0, max: 10_000 }),
        (old, proposed, now) => {
          const { value, reason } = unwrap(
            boundedMove({ value: old, lastMoveSeconds: 0 }, proposed, now, LIMITS),
          );
          expect(value).toBeGreaterThanOrEqual(LIMITS.lo);
          expect(value).toBeLessThanOrEqual(LIMITS.hi);
          expect(Math.abs(value - old)).toBeLessThanOrEqual(old * LIMITS.maxRelativeChange * (1 + 1e-12));
          if (now < LIMITS.minDelaySeconds) expect([value, reason]).toEqual([old, 'tooSoon']);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  it('down is slower than up, and only while the market is calm', () => {
    fc.assert(
      fc.property(
        share,
        fc.double({ min: 0.05, max: 0.6, noNaN: true }),
        fc.boolean(),
        (old, proposed, isCalm) => {
          const start = { value: old, lastMoveSeconds: 0 };
          const { value } = unwrap(asymmetricMove(start, proposed, DAY, LIMITS, isCalm));
          if (!isCalm) expect(value).toBeGreaterThanOrEqual(old);
          expect(value).toBeGreaterThanOrEqual(old * 0.95 - 1e-12);
          if (proposed > old) expect(value).toBe(unwrap(boundedMove(start, proposed, DAY, LIMITS)).value);
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it('down is no faster in many small steps than in one', () => {
    let value = 0.4;
    for (let hour = 1; hour <= 24; hour += 1) {
      const start = { value, lastMoveSeconds: (hour - 1) * 3_600 };
      ({ value } = unwrap(asymmetricMove(start, 0.05, hour * 3_600, LIMITS, true)));
    }
    expect(value).toBeGreaterThanOrEqual(0.4 * 0.95);
  });

  it('refuses NaN, a lower limit above the upper, and a clock that goes back', () => {
    const start = { value: 0.15, lastMoveSeconds: 100 };
    const fieldOf = (...call: Parameters<typeof boundedMove>): string => {
      const move = boundedMove(...call);
      return move.ok ? '' : move.failure.field;
    };
    expect(fieldOf(start, NaN, 5_000, LIMITS)).toBe('proposed');
    expect(fieldOf(start, 0.2, 5_000, { ...LIMITS, lo: 0.7 })).toBe('lo');
    expect(fieldOf(start, 0.2, 99, LIMITS)).toBe('now');
  });
});

describe('a parameter that follows its signal', () => {
  it('changes its direction at most once an hour in a market that does not change', () => {
    const draw = returnStream({ degreesOfFreedom: 4 }, 8);
    const fast = new EwmaVariance(0.94, 1);
    const limits = { ...LIMITS, lo: 0.1, hi: 10 };
    let current: GovernedValue = firstGovernedValue(1, 0, limits);
    const moves: { atSeconds: number; sign: number }[] = [];
    for (let minute = 1; minute <= 20_000; minute += 1) {
      unwrap(fast.observe(draw()));
      const { next } = unwrap(nextGovernedValue(current, fast.deviation, minute * 60, 'CALM', limits));
      const sign = Math.sign(next.value - current.value);
      if (sign !== 0) moves.push({ atSeconds: minute * 60, sign });
      current = next;
    }
    const turns = moves.filter(({ sign }, at) => at > 0 && sign !== moves[at - 1]?.sign);
    expect(moves.length).toBeGreaterThan(10);
    turns.forEach(({ atSeconds }, at) => {
      expect(atSeconds - (turns[at - 1]?.atSeconds ?? -Infinity)).toBeGreaterThanOrEqual(3_600);
    });
  });

  it('holds while the signal is missing, and never goes below its floor', () => {
    const tools = { stressed: 0.5, stressWeight: 0.25, floor: 0.2 };
    let current = firstGovernedValue(0.1, 0, LIMITS, tools);
    const missing = unwrap(nextGovernedValue(current, undefined, DAY, 'CALM', LIMITS, tools));
    expect(missing.next).toBe(current);
    for (let day = 1; day <= 200; day += 1) {
      current = unwrap(nextGovernedValue(current, 0.01, day * DAY, 'CALM', LIMITS, tools)).next;
      expect(current.value).toBeGreaterThanOrEqual(0.2 - 1e-12);
    }
    expect(current.value).toBeLessThan(0.32);
  });
});

describe('the buffer', () => {
  const bases = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 2, maxLength: 60 });

  it('is never below the base, in both forms', () => {
    fc.assert(
      fc.property(bases, (series) => {
        for (const terms of [PLAIN_BUFFER, HOUSE_BUFFER])
          bufferedSeries(series, terms).forEach((held, at) => {
            expect(held).toBeGreaterThanOrEqual(series[at] ?? NaN);
          });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it('is gone on day 23 in a market that rises by 1 % a day in the plain form, and stays in the house form', () => {
    const rising = Array.from({ length: 200 }, (_, day) => 10 * 1.01 ** day);
    const plain = bufferedSeries(rising, PLAIN_BUFFER);
    const gone = plain.findIndex((held, at) => held === rising[at]);
    expect(gone).toBe(23);
    expect(plain.slice(gone)).toEqual(rising.slice(gone));
    const house = bufferedSeries(rising, HOUSE_BUFFER);
    expect((house[199] ?? NaN) / (rising[199] ?? NaN)).toBeCloseTo(1.25, 12);
  });

  it('and stressed observations both flatten a crash', () => {
    const crash = [10, 10, 10, 12, 18, 25, 20, 15, 12, 10, 10];
    const flat = (series: readonly number[]): number => unwrap(procyclicality(series, 1)).peakToTrough;
    expect(flat(bufferedSeries(crash, PLAIN_BUFFER))).toBeLessThan(flat(crash));
    expect(flat(crash.map((x) => stressMixture(x, 22, 0.25)))).toBeLessThan(flat(crash));
  });

  it('metrics refuse what has no ratio', () => {
    expect(procyclicality([1, 0], 1)).toMatchObject({ ok: false, failure: { field: 'series[1]' } });
    expect(procyclicality([1, 2], 2)).toMatchObject({ ok: false, failure: { field: 'steps' } });
  });
});

describe('the phase-in', () => {
  const money = fc.double({ min: 0, max: 1e6, noNaN: true });

  it('never rises, is gone after four hours, and never takes a requirement below the old one', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_600 }), money, money), { maxLength: 30 });
    fc.assert(
      fc.property(money, money, steps, (requirementNew, requirementOld, path) => {
        let allowance = firstAllowance(requirementNew, requirementOld);
        let elapsed = 0;
        for (const [seconds, above, below] of path) {
          elapsed += seconds;
          const next = nextAllowance(allowance, above, below, elapsed);
          expect(next.now).toBeLessThanOrEqual(allowance.now);
          expect(next.now).toBeLessThanOrEqual(Math.max(0, above - below));
          expect(above - next.now).toBeGreaterThanOrEqual(Math.min(above, below) - 1e-9);
          if (elapsed >= PHASE_IN_SECONDS) expect(next.now).toBe(0);
          allowance = next;
        }
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('risk that is added later pays in full at once', () => {
    const start = firstAllowance(150, 100);
    const later = nextAllowance(start, 1_500, 1_000, 0);
    expect(1_500 - later.now).toBe(1_450);
  });

  it('ends when the coverage test is red, and with numbers that are none', () => {
    expect(nextAllowance(firstAllowance(150, 100), 150, 100, 60, true).now).toBe(0);
    expect(firstAllowance(NaN, 100).now).toBe(0);
  });
});
