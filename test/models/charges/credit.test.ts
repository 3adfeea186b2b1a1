/** Credit charges: properties of market-and-risk.md 5.8 and 5.10, bad input of section 10. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { normalExpectedExcess, studentTExpectedExcess } from '../../../src/measures/expected-excess.js';
import { normalQuantile } from '../../../src/kernel/reference/normal.js';
import { outermostGroups } from '../../../src/models/charges/credit/affiliated-groups.js';
import { creditValuationAdjustment } from '../../../src/models/charges/credit/cva.js';
import {
  CREDIT_DEFAULTS,
  checkCreditParameters,
  defaultProbabilityOf,
} from '../../../src/models/charges/credit/default-probability.js';
import type { CreditParameters } from '../../../src/models/charges/credit/default-probability.js';
import { requiredFund, sizeDefaultFund } from '../../../src/models/charges/credit/default-fund.js';
import { runWaterfall, shareLossAmongWinners } from '../../../src/models/charges/credit/default-waterfall.js';
import { creditCharge, expectedExcess } from '../../../src/models/charges/credit/expected-excess.js';
import { exposureProfile } from '../../../src/models/charges/credit/exposure-profile.js';
import { residualHaircut } from '../../../src/models/charges/credit/residual-haircut.js';
import { saCcrExposure } from '../../../src/models/charges/credit/sa-ccr.js';
import { depegPnl, plainDepegCharge } from '../../../src/models/charges/credit/stablecoin-depeg.js';
import { checkTiers, tieredHaircut, tieredValue } from '../../../src/models/charges/credit/tiered-haircut.js';
import type { CollateralTier } from '../../../src/models/charges/credit/tiered-haircut.js';
import { withdrawalMaximum } from '../../../src/models/charges/credit/withdrawal.js';
import { dataFolder } from '../../support/folders.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };

describe('haircuts', () => {
  it('fall on what is unhedged: a coin against an inverse short of it pays nothing', () => {
    const btc = { balance: 2, liability: 0, shortDelta: 2, price: 90_000, haircut: 0.1 };
    expect(residualHaircut([btc])).toBe(0);
    expect(residualHaircut([{ ...btc, shortDelta: 0.5, liability: 1 }])).toBe(0.5 * 90_000 * 0.1);
    expect(
      residualHaircut([
        { ...btc, shortDelta: 5 },
        { ...btc, shortDelta: 0 },
      ]),
    ).toBe(18_000);
  });

  const tiers = [
    { from: 0, to: 1_000, ratio: 1 },
    { from: 1_000, to: 3_000, ratio: 0.5 },
    { from: 3_000, to: 5_000, ratio: 0.2 },
  ];

  it('by tier count every slice at its ratio and nothing above the last', () => {
    expect(tieredValue(500, tiers)).toBe(500);
    expect(tieredValue(4_000, tiers)).toBe(1_000 + 1_000 + 200);
    expect(tieredValue(50_000, tiers)).toBe(2_400);
    expect(tieredHaircut(50_000, tiers)).toBe(47_600);
    expect(tieredValue(-5, tiers)).toBe(0);
    expect(tieredHaircut(-5, tiers)).toBe(0);
    expect(tieredValue(50_000, [{ from: 0, to: null, ratio: 0.9 }])).toBe(45_000);
    expect(tieredValue(5, [])).toBe(0);
  });

  it('by tier never fall as value rises, nor count more than the value', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)];
          expect(tieredValue(low, tiers)).toBeLessThanOrEqual(tieredValue(high, tiers));
          expect(tieredHaircut(low, tiers)).toBeLessThanOrEqual(tieredHaircut(high, tiers) + 1e-9);
        },
      ),
      RUNS,
    );
  });

  it.each<[string, readonly CollateralTier[], string]>([
    ['a gap', [tiers[0]!, { from: 1_500, to: null, ratio: 0.5 }], 'tiers[1].from'],
    ['an overlap', [tiers[0]!, { from: 900, to: null, ratio: 0.5 }], 'tiers[1].from'],
    ['a first tier that begins later', [{ from: 10, to: null, ratio: 1 }], 'tiers[0].from'],
    [
      'a tier after the endless one',
      [
        { from: 0, to: null, ratio: 1 },
        { from: 0, to: 1, ratio: 1 },
      ],
      'tiers[1].from',
    ],
    ['an empty tier', [{ from: 0, to: 0, ratio: 1 }], 'tiers[0].to'],
    ['a ratio above 1', [{ from: 0, to: null, ratio: 1.1 }], 'tiers[0].ratio'],
    ['a ratio of NaN', [{ from: 0, to: null, ratio: NaN }], 'tiers[0].ratio'],
    [
      'a ratio that rises',
      [
        { from: 0, to: 1, ratio: 0.5 },
        { from: 1, to: null, ratio: 0.6 },
      ],
      'tiers[1].ratio',
    ],
  ])('by tier are refused for %s', (_, wrong, field) => {
    expect(checkTiers(wrong, 'tiers')).toMatchObject({ failure: { reason: 'INVALID_PARAMETER', field } });
  });

  const folder = dataFolder();
  it.skipIf(folder === undefined)('read the schedules of 483 assets', () => {
    const file = JSON.parse(
      readFileSync(path.join(folder ?? '', 'haircuts/binance_collateral_tiers.json'), 'utf8'),
    ) as { assets: Record<'vip_loan' | 'margin' | 'portfolio_margin', [number, number | null, number][]>[] };
    expect(file.assets.length).toBeGreaterThan(0);
    let schedules = 0;
    for (const asset of file.assets) {
      for (const name of ['vip_loan', 'margin', 'portfolio_margin'] as const) {
        const schedule = asset[name].map(([from, to, percent]) => ({ from, to, ratio: percent / 100 }));
        expect(checkTiers(schedule, name).ok).toBe(true);
        expect(tieredValue(1e7, schedule)).toBeLessThanOrEqual(1e7);
        schedules += 1;
      }
    }
    expect(schedules).toBe(3 * file.assets.length);
  });
});

describe('a stablecoin off its peg', () => {
  it('jumps by 3, 13 and 35 %, dampened, on what is held less what is owed', () => {
    const rows = depegPnl(1_500, 500, 1);
    expect(rows).toHaveLength(3);
    [-30, -65, -87.5].forEach((pnl, i) => {
      expect(rows[i]).toBeCloseTo(pnl, 10);
    });
    expect(depegPnl(500, 500, 1).every((pnl) => Math.abs(pnl) === 0)).toBe(true);
    expect(depegPnl(0, 500, 1).every((pnl) => pnl > 0)).toBe(true);
  });

  it('costs presets nothing down to 0.99, then four times the rest', () => {
    expect(plainDepegCharge(1_000, 0.99)).toBe(0);
    expect(plainDepegCharge(1_000, 0.95)).toBeCloseTo(160, 9);
    expect(plainDepegCharge(-1_000, 0.95)).toBe(0);
  });
});

describe('expected excess', () => {
  const pnl = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });

  it('falls with margin, rises with cost, and is at least what the mean loss exceeds', () => {
    fc.assert(
      fc.property(pnl, amount, amount, amount, (gains, cost, margin, more) => {
        const excess = unwrap(expectedExcess(gains, cost, margin));
        expect(unwrap(expectedExcess(gains, cost, margin + more))).toBeLessThanOrEqual(excess);
        expect(unwrap(expectedExcess(gains, cost + more, margin))).toBeGreaterThanOrEqual(excess);
        const mean = gains.reduce((sum, gain) => sum + cost - gain - margin, 0) / gains.length;
        expect(excess).toBeGreaterThanOrEqual(Math.max(0, mean) - 1e-6);
        const weights = gains.map(() => 3);
        expect(unwrap(expectedExcess(gains, cost, margin, weights))).toBeCloseTo(excess, 6);
      }),
      RUNS,
    );
  });

  it('of a sample agrees with its closed forms', () => {
    const n = 200_000;
    const gains = Float64Array.from({ length: n }, (_, i) => -normalQuantile((i + 0.5) / n));
    expect(
      unwrap(expectedExcess(gains, 0, 2.3263478740408408)) / normalExpectedExcess(2.3263478740408408, 1),
    ).toBeCloseTo(1, 3);
    // Per unit of standard deviation a t4 loss is dearer: .01042 against .00339 (margin at 99 %).
    expect(studentTExpectedExcess(3.746947387979196, 4) / Math.SQRT2).toBeCloseTo(0.01042, 5);
    expect(normalExpectedExcess(0, 2)).toBeCloseTo(2 / Math.sqrt(2 * Math.PI), 14);
  });

  it.each([
    ['pnl', [], 0, 0, undefined],
    ['pnl[1]', [1, NaN], 0, 0, undefined],
    ['closeOutCost', [1], -1, 0, undefined],
    ['margin', [1], 0, NaN, undefined],
    ['weights[0]', [1], 0, 0, [-1]],
    ['weights[1]', [1, 2], 0, 0, [1]],
    ['weights', [1, 2], 0, 0, [0, 0]],
  ])('refuses a wrong %s', (field, gains, cost, margin, weights) => {
    expect(expectedExcess(gains, cost, margin, weights)).toMatchObject({ failure: { field } });
  });

  it('is charged whole without recourse, and by default probability with it; the unknown are the worst', () => {
    expect(creditCharge(100, 'A', CREDIT_DEFAULTS)).toBe(100);
    const recourse = { ...CREDIT_DEFAULTS, recourse: 1 };
    expect(creditCharge(100, 'A', recourse)).toBeCloseTo(0.001, 12);
    expect(creditCharge(100, 'C', recourse)).toBeCloseTo(0.1, 12);
    for (const tier of [undefined, 'Z', 'toString']) expect(defaultProbabilityOf(tier, recourse)).toBe(1e-3);
    expect(creditCharge(100, 'B', { ...recourse, recourse: 0.5 })).toBeCloseTo(50 + 0.005, 12);
  });

  it.each<[string, Partial<CreditParameters>]>([
    ['defaultProbability.X', { defaultProbability: { X: 1 } }],
    ['defaultProbability.X', { defaultProbability: { A: 0, X: NaN } }],
    ['defaultProbability', { defaultProbability: {} }],
    ['lossGivenDefault', { lossGivenDefault: -0.1 }],
    ['lossGivenDefault', { lossGivenDefault: 1.1 }],
    ['recourse', { recourse: -0.1 }],
    ['recourse', { recourse: NaN }],
  ])('refuses a configuration with a wrong %s', (field, change) => {
    expect(checkCreditParameters({ ...CREDIT_DEFAULTS, ...change })).toMatchObject({
      failure: { reason: 'INVALID_PARAMETER', field },
    });
    expect(checkCreditParameters(CREDIT_DEFAULTS).ok).toBe(true);
  });
});

describe('exposure over time', () => {
  it('has its 95 % below its peak and weighs dates by their length', () => {
    const paths = Array.from({ length: 100 }, (_, i) => [i, 2 * i]).flat();
    const profile = unwrap(exposureProfile(paths, [10, 0], { durations: [3, 1] }));
    expect([...profile.potentialFutureExposure]).toEqual([84, 188]);
    expect([...profile.peak]).toEqual([89, 198]);
    const [first = 0, second = 0] = profile.expectedExposure;
    expect(profile.expectedPositiveExposure).toBeCloseTo((3 * first + second) / 4, 12);
  });

  it('refuses paths that do not fit the dates, and numbers that are none', () => {
    expect(exposureProfile([1, 2, 3], [0, 0])).toMatchObject({ failure: { field: 'values' } });
    expect(exposureProfile([], [0])).toMatchObject({ failure: { field: 'values' } });
    expect(exposureProfile([NaN], [0]).ok).toBe(false);
    expect(exposureProfile([1], [0], { confidence: 1 }).ok).toBe(false);
  });

  it('makes an adjustment of at most the loss of everything, and refuses a recovery of 1', () => {
    const input = { timesYears: [1, 2], expectedExposure: [10, 10], spread: 0.05, recovery: 0.4 };
    const { value } = unwrap(creditValuationAdjustment(input));
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(6);
    expect(unwrap(creditValuationAdjustment({ ...input, discountFactor: [0.5, 0.5] })).value).toBeCloseTo(
      value / 2,
      12,
    );
    expect(unwrap(creditValuationAdjustment({ ...input, spread: 0 })).value).toBe(0);
    for (const change of [
      { recovery: 1 },
      { recovery: NaN },
      { spread: -1 },
      { timesYears: [1, 1] },
      { timesYears: [0, 1] },
      { expectedExposure: [1] },
      { expectedExposure: [1, -1] },
      { discountFactor: [1, 0] },
    ]) {
      expect(creditValuationAdjustment({ ...input, ...change })).toMatchObject({ ok: false });
    }
  });

  it('at default is at least 5 % of the add-on, whatever the collateral', () => {
    const rich = saCcrExposure({ value: 0, collateral: 1e9, addOn: 5 });
    expect(rich).toEqual({ replacementCost: 0, multiplier: 0.05, exposureAtDefault: 1.4 * 0.05 * 5 });
  });
});

describe('groups, fund and waterfall', () => {
  it('finds the outermost group and refuses a cycle', () => {
    const groups = unwrap(
      outermostGroups(
        new Map([
          ['a', 'b'],
          ['b', 'c'],
          ['d', 'c'],
        ]),
      ),
    );
    expect(Object.fromEntries(groups)).toEqual({ a: 'c', b: 'c', d: 'c' });
    const cycle = new Map([
      ['x', 'a'],
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(outermostGroups(cycle)).toMatchObject({
      failure: { field: 'groups', message: expect.stringContaining('a in b in a') as string },
    });
    expect(outermostGroups(new Map([['a', 'a']])).ok).toBe(false);
  });

  it('sizes a fund that no surplus of another account lowers, rounded up', () => {
    const accounts = [
      { group: 'g', equity: 10, stressPnl: [-20.25] },
      { group: 'g', equity: 1_000, stressPnl: [5] },
      { group: 'h', equity: 1, stressPnl: [-2.1] },
      { group: 'i', equity: 1, stressPnl: [-1.5] },
    ];
    const sizing = unwrap(sizeDefaultFund(accounts, 1));
    expect(sizing.required).toBeCloseTo(10.25 + 1.1, 12);
    expect(sizing.bindingStress).toBe(0);
    expect(requiredFund(sizing, 'USDC', 1).units).toBe('114');
    expect(unwrap(sizeDefaultFund(accounts, 0))).toMatchObject({ required: 0, bindingStress: -1 });
    expect(sizeDefaultFund(accounts, 2)).toMatchObject({ failure: { field: 'accounts[0]' } });
  });

  const units = fc.bigInt({ min: 0n, max: 10n ** 24n });

  it('allocates every unit of a loss, in order', () => {
    fc.assert(
      fc.property(units, fc.array(units, { maxLength: 6 }), (loss, capacities) => {
        const layers = capacities.map((capacity, i) => ({ name: `layer ${i}`, capacity }));
        const { used, unallocated } = unwrap(runWaterfall(loss, layers));
        const paid = used.reduce((sum, { amount }) => sum + amount, 0n);
        expect(paid + unallocated).toBe(loss);
        used.forEach(({ amount }, i) => {
          expect(amount).toBeLessThanOrEqual(capacities[i]!);
          // A later layer pays only when the earlier ones are spent.
          if (amount > 0n && i > 0) expect(used[i - 1]!.amount).toBe(capacities[i - 1]);
        });
        const whole = [...layers, { name: 'deleveraging', capacity: loss }];
        expect(unwrap(runWaterfall(loss, whole)).unallocated).toBe(0n);
      }),
      RUNS,
    );
    expect(runWaterfall(-1n, []).ok).toBe(false);
    expect(runWaterfall(1n, [{ name: 'fund', capacity: -1n }])).toMatchObject({
      failure: { field: 'layers[0].capacity' },
    });
  });

  it('takes from winners what is lost, to the unit, and from nobody more than he gained', () => {
    fc.assert(
      fc.property(
        fc.array(units, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 1_000 }),
        (gains, share) => {
          const total = gains.reduce((sum, gain) => sum + gain, 0n);
          const loss = (total * BigInt(share)) / 1_000n;
          const shares = unwrap(shareLossAmongWinners(loss, gains));
          expect(shares.reduce((sum, one) => sum + one, 0n)).toBe(loss);
          shares.forEach((one, i) => {
            expect(one).toBeGreaterThanOrEqual(0n);
            expect(one).toBeLessThanOrEqual(gains[i]!);
          });
        },
      ),
      RUNS,
    );
    expect(shareLossAmongWinners(3n, [1n, 1n]).ok).toBe(false);
    expect(shareLossAmongWinners(-1n, [1n]).ok).toBe(false);
    expect(shareLossAmongWinners(1n, [-1n, 5n]).ok).toBe(false);
    expect(unwrap(shareLossAmongWinners(2n, [1n, 1n, 1n]))).toEqual([1n, 1n, 0n]);
  });
});

describe('a withdrawal', () => {
  it('leaves no negative excess and is within 2^-48 of the largest', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: -1e5, max: 1e6, noNaN: true }),
        fc.double({ min: 0.01, max: 3, noNaN: true }),
        (balance, excess, perUnit) => {
          // Kinked as a tiered haircut is: what leaves first costs less.
          const after = (x: number): number =>
            excess - perUnit * Math.min(x, 100) - 2 * perUnit * Math.max(0, x - 100);
          const allowed = withdrawalMaximum(balance, after);
          expect(allowed).toBeGreaterThanOrEqual(0);
          expect(allowed).toBeLessThanOrEqual(balance);
          if (excess < 0) expect(allowed).toBe(0);
          else expect(after(allowed)).toBeGreaterThanOrEqual(0);
          if (allowed < balance && excess >= 0)
            expect(after(allowed + balance * 1e-12 + 1e-300)).toBeLessThan(1e-3);
        },
      ),
      RUNS,
    );
  });

  it('of nothing, or from an account that cannot be margined, is nothing', () => {
    expect(withdrawalMaximum(0, () => 1)).toBe(0);
    expect(withdrawalMaximum(NaN, () => 1)).toBe(0);
    expect(withdrawalMaximum(10, () => NaN)).toBe(0);
    expect(withdrawalMaximum(10, (x) => (x === 0 ? NaN : 1))).toBe(0);
    expect(withdrawalMaximum(10, (x) => (x > 4 ? NaN : 1))).toBeCloseTo(4, 10);
    expect(withdrawalMaximum(10, () => 0)).toBe(10);
  });
});
