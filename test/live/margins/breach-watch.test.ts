/** The early warning on real books: excesses from scratch on moved markets, and the call that a shock brings forward. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import type { Portfolio } from '../../../src/domain/portfolio.js';
import { openBooks, openMargins } from '../../../src/engine/book-columns.js';
import { MarginEngine } from '../../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../../src/engine/margin-engine-types.js';
import { PROJECTED_DEVIATIONS } from '../../../src/engine/projected-excess.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { LiveMargins } from '../../../src/live/margins/live-margins.js';
import { MarketVolatility } from '../../../src/live/margins/market-volatility.js';
import { BREACH_HORIZON_MS } from '../../../src/live/state/breach-probability.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { publishMarket } from '../../../src/market/snapshot/shared-market.js';
import { decodePortfolio } from '../../../src/pool/calculate-slices.js';
import { model } from '../../support/margins.js';
import { cash, NOW_MS, optionName, sampleSnapshot } from '../../support/sample-market.js';
import { MODEL } from '../../support/test-server.js';

const engine = new MarginEngine(loadKernels());
const pm2 = model(MODEL);
const market = unwrap(resolveMarket({ ...sampleSnapshot(), epoch: 1 }));

const straddle = (usd: number): Portfolio => ({
  accountId: 'straddle',
  positions: (['CALL', 'PUT'] as const).map((type) => ({
    instrument: optionName(30, 100_000, type, true),
    quantity: -1,
  })),
  balances: [cash('USDC', usd)],
  openOrders: [],
  mmpGroups: [],
});

function reportOf(portfolio: Portfolio) {
  const [outcome] = engine.calculate({
    model: pm2,
    market,
    portfolios: [portfolio],
    options: DEFAULT_REPORT_OPTIONS,
  });
  return unwrap(outcome!);
}

/** The straddle with equity at this share of the way from maintenance to initial margin. */
function straddleAt(share: number): Portfolio {
  const { equity, initialMargin, maintenanceMargin } = reportOf(straddle(100_000));
  const wanted = maintenanceMargin + share * (initialMargin - maintenanceMargin);
  return straddle(Math.round(100_000 - equity + wanted));
}

describe('the watch for breaches', () => {
  it('moves spot and volatility as the liquidation surface does', () => {
    const portfolio = straddle(60_000);
    const deviation = new MarketVolatility().deviations(market, BREACH_HORIZON_MS);
    const projected = unwrap(engine.projectedExcess({ model: pm2, market, portfolio, deviation }));
    const [surface] = unwrap(
      engine.liquidationSurfaces({
        ...{ model: pm2, market, portfolio, allowApproximations: false },
        shocks: {
          spot: PROJECTED_DEVIATIONS.map((move) => Math.exp(move * (deviation[0] ?? NaN)) - 1),
          volatility: [0, 0.2],
        },
      }),
    );
    const [present, shocked] = surface!.levels;
    for (const [at, excess] of projected.excess.entries())
      expect(excess).toBeCloseTo(present!.maintenanceExcess[at]!, 6);
    expect(projected.excessAtHigherVolatility).toBeCloseTo(shocked!.maintenanceExcess[2]!, 6);
    expect(projected.excess[2]).toBeCloseTo(reportOf(portfolio).maintenanceExcess, 6);
  });

  it('calls a restricted account that a shock of volatility would close out, and nobody that is well', async () => {
    let nowMs = NOW_MS;
    const margins = new LiveMargins({
      layOut: (on, portfolio) => engine.layOut(on, portfolio),
      modelNamed: () => ({ reference: { name: 'of the test' }, model: pm2 }),
      calculate: (_handle, _name, shards) => {
        for (const { books, results } of shards)
          engine.calculateColumns({ model: pm2, market }, openBooks(books), openMargins(results));
        return Promise.resolve();
      },
      project: (_handle, _name, { bytes, offsets }, deviation) =>
        Promise.resolve(
          Array.from({ length: offsets.length - 1 }, (_, at) => {
            const from = offsets[at] ?? 0;
            const slice = Buffer.from(bytes, from, (offsets[at + 1] ?? 0) - from);
            const portfolio = unwrap(decodePortfolio(slice));
            return unwrap(engine.projectedExcess({ model: pm2, market, portfolio, deviation }));
          }),
        ),
      workers: 1,
      now: () => nowMs,
      onMargins: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    const accounts = { near: straddleAt(0.3), well: straddleAt(1.5) };
    for (const [accountId, portfolio] of Object.entries(accounts))
      margins.put({ accountId, seq: 1, model: MODEL, readPortfolio: () => portfolio });
    const run = async (): Promise<void> => {
      nowMs += 10_000;
      margins.onEpoch({ market, handle: publishMarket(market) });
      await margins.settled();
    };
    await run();
    expect(margins.get('near')).toMatchObject({ health: 'RESTRICTED' });
    expect(margins.get('near')?.projection).toMatchObject({ isWarned: true });
    expect(margins.get('well')).toMatchObject({ health: 'OK', breachProbability: undefined });
    await run();
    expect(margins.get('near')).toMatchObject({ health: 'CALL' });
    const { breachProbability = NaN } = margins.get('near')!;
    expect(breachProbability).toBeGreaterThan(0);
    expect(breachProbability).toBeLessThan(1);
    expect(margins.get('well')).toMatchObject({ health: 'OK' });
  });
});
