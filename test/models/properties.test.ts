import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { model, reportOf } from '../support/margins.js';
import {
  book,
  cash,
  optionName,
  SAMPLE_EXPIRIES_DAYS,
  SAMPLE_STRIKES,
  sampleMarket,
  sampleSnapshot,
} from '../support/sample-market.js';

const market = sampleMarket();
const pm2 = model('derive-pm2');
const deribit = model('deribit-pm', { worstCaseDecimals: 15 });

function positions(isLinear: boolean): fc.Arbitrary<Position[]> {
  const option = fc.record({
    instrument: fc
      .tuple(
        fc.constantFrom(...SAMPLE_EXPIRIES_DAYS),
        fc.constantFrom(...SAMPLE_STRIKES),
        fc.constantFrom('CALL' as const, 'PUT' as const),
      )
      .map(([days, strike, type]) => optionName(days, strike, type, isLinear)),
    quantity: fc.double({ min: -50, max: 50, noNaN: true }),
  });
  const perpetual = fc.record({
    instrument: fc.constant(isLinear ? 'BTC-USDC-PERPETUAL' : 'BTC-PERPETUAL'),
    quantity: fc.double({ min: -5000, max: 5000, noNaN: true }),
  });
  return fc.uniqueArray(fc.oneof({ arbitrary: option, weight: 6 }, perpetual), {
    maxLength: 20,
    selector: (position) => position.instrument,
  });
}

const gross = (held: readonly Position[]): number =>
  held.reduce((sum, { quantity }) => sum + Math.abs(quantity), 0) * 96_650;

describe.each([
  ['derive-pm2', pm2, true, 'USDC', 1],
  ['deribit-pm', deribit, false, 'BTC', 96_650],
] as const)('%s', (_, resolved, isLinear, currency, unitUsd) => {
  const tolerance = (held: readonly Position[]): number => (1e-12 * (gross(held) + 1e6)) / unitUsd;

  it('an empty book needs nothing', () => {
    const report = reportOf(market, resolved, book([]));
    expect([report.initialMargin, report.maintenanceMargin, report.equity]).toEqual([0, 0, 0]);
    expect(report.bindingScenario).toBeUndefined();
  });

  test.prop([positions(isLinear)])(
    'margins are finite, not negative, the sums of their parts, and IM >= MM',
    (held) => {
      const report = reportOf(market, resolved, book(held, [cash(currency, 1000)]));
      const { initialMargin, maintenanceMargin } = report;
      expect(initialMargin).toBeGreaterThanOrEqual(maintenanceMargin);
      expect(maintenanceMargin).toBeGreaterThanOrEqual(0);
      const parts = report.components.reduce((sum, component) => sum + component.initial, 0);
      expect(Math.abs(parts - initialMargin)).toBeLessThanOrEqual(tolerance(held));
      expect(report.initialExcess).toBe(report.equity - initialMargin);
    },
  );

  test.prop([positions(isLinear), fc.infiniteStream(fc.nat())])(
    'the order of positions changes no bit',
    (held, keys) => {
      const shuffled = held
        .map((position) => ({ position, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ position }) => position);
      expect(reportOf(market, resolved, book(shuffled))).toEqual(reportOf(market, resolved, book(held)));
    },
  );

  test.prop([fc.array(positions(isLinear), { minLength: 1, maxLength: 6 })])(
    'a book gives the same bits alone, in a batch and in another order',
    (books) => {
      const portfolios = books.map((held) => book(held));
      const engine = new MarginEngine(createReferenceKernels());
      const calculate = (batch: typeof portfolios) =>
        engine.calculate({ model: resolved, market, portfolios: batch, options: DEFAULT_REPORT_OPTIONS });
      const together = calculate(portfolios);
      expect(calculate([...portfolios].reverse()).reverse()).toEqual(together);
      expect(portfolios.flatMap((portfolio) => calculate([portfolio]))).toEqual(together);
    },
  );

  test.prop([positions(isLinear), positions(isLinear)])(
    'netting: two books together need no more than apart',
    (a, b) => {
      const joined = new Map<string, number>();
      for (const { instrument, quantity } of [...a, ...b]) {
        joined.set(instrument, (joined.get(instrument) ?? 0) + quantity);
      }
      const together = book([...joined].map(([instrument, quantity]) => ({ instrument, quantity })));
      // The skew rows take -|change| per expiry after a discount that depends on the sign of the value: no such bound there.
      const free = isLinear ? withoutSkew() : withoutDeltaShock();
      const [ra, rb, rab] = [book(a), book(b), together].map((one) => reportOf(certain(), free, one));
      const bound = (ra?.initialMargin ?? NaN) + (rb?.initialMargin ?? NaN);
      expect(rab?.initialMargin).toBeLessThanOrEqual(bound + tolerance([...a, ...b]));
    },
  );

  test.prop([positions(isLinear)])('a position closed out leaves no scenario loss', (held) => {
    const report = reportOf(market, resolved, book(held.map((position) => ({ ...position, quantity: 0 }))));
    expect(report.initialMargin).toBe(0);
  });
});

describe('derive-pm2', () => {
  test.prop([positions(true), fc.double({ min: 0.01, max: 100, noNaN: true })])(
    'is homogeneous: a book n times as large needs n times the margin',
    (held, factor) => {
      const one = reportOf(market, pm2, book(held));
      const many = reportOf(market, pm2, book(held.map((p) => ({ ...p, quantity: p.quantity * factor }))));
      const bound = 1e-12 * (gross(held) + 1) * factor;
      expect(Math.abs(many.initialMargin - factor * one.initialMargin)).toBeLessThanOrEqual(bound);
      expect(Math.abs(many.maintenanceMargin - factor * one.maintenanceMargin)).toBeLessThanOrEqual(bound);
    },
  );

  test.prop([positions(true), fc.double({ min: 0, max: 1, noNaN: true })])(
    'less confidence never lowers IM',
    (held, factor) => {
      const expiries = sampleSnapshot().expiries.map((expiry) => ({
        ...expiry,
        volatilityConfidence: (expiry.volatilityConfidence ?? 1) * factor,
      }));
      const before = reportOf(market, pm2, book(held));
      const after = reportOf(sampleMarket({ expiries }), pm2, book(held));
      expect(after.initialMargin).toBeGreaterThanOrEqual(before.initialMargin);
      expect(after.maintenanceMargin).toBe(before.maintenanceMargin);
    },
  );

  test.prop([positions(true), fc.double({ min: 0.5, max: 1, noNaN: true })])(
    'a cheaper stable coin never lowers IM',
    (held, priceUsd) => {
      const assets = [{ asset: 'USDC', priceUsd, confidence: 1 }];
      const before = reportOf(market, pm2, book(held));
      const after = reportOf(sampleMarket({ assets }), pm2, book(held));
      expect(after.initialMargin).toBeGreaterThanOrEqual(before.initialMargin);
    },
  );

  it('a short straddle and its hedge: the perpetual hedge lowers the margin of a short call', () => {
    const call = { instrument: optionName(30, 100_000, 'CALL', true), quantity: -10 };
    const naked = reportOf(market, pm2, book([call]));
    const hedged = reportOf(market, pm2, book([call, { instrument: 'BTC-USDC-PERPETUAL', quantity: 4 }]));
    expect(hedged.initialMargin).toBeLessThan(naked.initialMargin);
    expect(naked.bindingScenario?.spotShock).toBeGreaterThan(0);
  });

  it('names a parameter that does not exist and one out of its range', async () => {
    const { resolveModel } = await import('../../src/models/catalogue.js');
    const unknown = resolveModel({ name: 'derive-pm2', overrides: { volatility: { rangeUpp: 1 } } });
    expect(unknown.ok ? '' : unknown.failure.field).toBe('parameters.volatility.rangeUpp');
    const out = resolveModel({ name: 'derive-pm2', overrides: { lossFactor: { initial: 11 } } });
    expect(out.ok ? '' : `${out.failure.reason} ${out.failure.field}`).toBe(
      'INVALID_PARAMETER parameters.lossFactor.initial',
    );
    const model = resolveModel({ name: 'derive-pm3' });
    expect(model.ok ? [] : model.failure.closestMatches).toContain('derive-pm2');
  });

  it('warns of the swapped static discounts of the 2025 script', () => {
    expect(model('derive-pm2@script-2025').warnings).toHaveLength(2);
    expect(pm2.warnings).toEqual([]);
  });
});

describe('deribit-pm', () => {
  it('a book in two coins is margined in dollars and only where approximations are allowed', () => {
    const held = book([
      { instrument: 'BTC-PERPETUAL', quantity: 9665 },
      { instrument: 'ETH-PERPETUAL', quantity: -9665 },
    ]);
    const options = { allowApproximations: true };
    const report = reportOf(market, deribit, held, options);
    expect(report.currency).toBe('USD');
    const btc = reportOf(market, deribit, book(held.positions.slice(0, 1)), options);
    const eth = reportOf(market, deribit, book(held.positions.slice(1)), options);
    expect(report.initialMargin).toBeLessThanOrEqual(
      btc.initialMargin * 96_650 * 1.16 + eth.initialMargin * 3_336 * 1.18,
    );
    // BTC gains offset nothing, ETH gains 60 %: the joint loss is below the sum of losses and above the unbounded netting.
    expect(report.initialMargin).toBeGreaterThan(0);
  });

  it('a long perpetual loses most at the lower end of the range', () => {
    const report = reportOf(market, deribit, book([{ instrument: 'BTC-PERPETUAL', quantity: 9670 }]));
    expect(report.bindingScenario).toMatchObject({ index: 0, spotShock: -0.16 });
    expect(report.bindingScenario?.pnl).toBeCloseTo(1 - 1 / 0.84, 12);
  });
});

function withoutSkew() {
  const scenarios = (pm2.parameters as { scenarios: { volShock: string }[] }).scenarios.filter(
    ({ volShock }) => volShock !== 'LINEAR' && volShock !== 'ABS',
  );
  return model('derive-pm2', { scenarios });
}

/** The delta shock grows faster than delta, and dampening takes off a constant once per book: no bound on sums there. */
const THRESHOLDS_OFF = { maxDeltaShock: 0, extendedDampenerUsd: 0 };

function withoutDeltaShock() {
  return model('deribit-pm', {
    worstCaseDecimals: 15,
    currencies: { BTC: THRESHOLDS_OFF, ETH: THRESHOLDS_OFF },
  });
}

/** The sample market with every confidence at 1, so that one book's doubt cannot spread to another's. */
function certain() {
  const snapshot = sampleSnapshot();
  return sampleMarket({
    underlyings: snapshot.underlyings.map((quote) => ({ ...quote, confidence: 1 })),
    expiries: snapshot.expiries.map((quote) => ({ ...quote, forwardConfidence: 1, volatilityConfidence: 1 })),
    instruments: snapshot.instruments.map((quote) => ({ ...quote, priceConfidence: 1 })),
  });
}
