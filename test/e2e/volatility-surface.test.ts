/** Volatilities from a calibrated surface, on the command line and over gRPC. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { calibrateMarket } from '../../src/market/volatility/calibrate-market.js';
import { marketOnSurfaces } from '../../src/market/volatility/surface-market.js';
import { importDeribitFiles } from '../../src/market/venues/deribit/import-files.js';
import { snapshotToJson } from '../../src/wire/documents.js';
import { codec } from '../../src/wire/schema.js';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';
import { callBytes, errorOf, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const data = dataFolder();
const PATH = '/margincube.v1.MarketDataService/GetVolatilitySurface';

describe.runIf(data)('volatilities from a surface', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-surface-'));
  const chains = path.join(data ?? '', 'deribit-chains');
  const chain = data === undefined ? '' : readdirSync(chains).find((file) => file.startsWith('20260115T'))!;
  const { snapshot } =
    data === undefined
      ? { snapshot: undefined as never }
      : unwrap(importDeribitFiles([path.join(chains, chain)], {}));
  const calibrated = data === undefined ? [] : calibrateMarket(loadKernels(), snapshot);
  let server: TestServer;

  beforeAll(async () => {
    const surfaces = calibrated.flatMap(({ surface }) => surface ?? []);
    const on = marketOnSurfaces(loadKernels(), snapshot, surfaces).snapshot;
    server = await startTestServer({ marketSnapshot: on, calibrated, workers: 1 });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const ask = (request: object): Promise<Buffer> =>
    callBytes(
      rawClient(server.address),
      PATH,
      codec('margincube.v1.GetVolatilitySurfaceRequest').encode(request),
    );

  it('are served with how well each slice fits', async () => {
    const { decode } = codec('margincube.v1.GetVolatilitySurfaceResponse');
    const all = decode(await ask({}));
    const bitcoin = decode(await ask({ underlying: 'BTC' }));
    const slices = calibrated.map(({ calibration }) => calibration.surface.slices.length);
    expect(all.slices).toHaveLength(slices.reduce((sum, count) => sum + count, 0));
    expect(bitcoin.slices).toHaveLength(slices[0]!);
    for (const { quote, quotesUsed, rmse, insideBidAsk } of bitcoin.slices) {
      expect(quote?.svi?.sigma).toBeGreaterThan(0);
      expect(quotesUsed).toBeGreaterThan(0);
      expect(rmse).toBeGreaterThan(0);
      expect(insideBidAsk).toBeGreaterThan(0.8);
    }
    expect((await errorOf(ask({ underlying: 'XYZ' }))).message).toContain('"XYZ" has no surface');
    server.publish(snapshot);
    expect((await errorOf(ask({}))).message).toContain('has no surface');
  });

  it('margin a book near the venue’s own marks, and say how much of it is doubt', async () => {
    const market = path.join(folder, 'market.json');
    const portfolio = path.join(folder, 'book.json');
    writeFileSync(market, JSON.stringify(snapshotToJson(snapshot)));
    const option = snapshot.instruments.find(
      ({ instrument }) => instrument.kind === 'OPTION' && /^BTC-27MAR26-100000-C$/.test(instrument.name),
    )!;
    writeFileSync(
      portfolio,
      JSON.stringify({
        accountId: 'a',
        positions: [{ instrument: option.instrument.name, quantity: -5 }],
        balances: [{ asset: 'BTC', units: '300000000', decimals: 8 }],
      }),
    );
    const files = ['--market', market, '--portfolio', portfolio];
    const report = async (...more: string[]) => {
      const { code, stdout, stderr } = await margincubeHere(['margin', ...files, ...more, '--json']);
      expect(code, stderr).toBe(0);
      const { outcomes } = JSON.parse(stdout) as {
        outcomes: {
          report: {
            initialMargin: number;
            dataConfidence: number;
            dataUncertainty?: { volatilityInitial: number; priceInitial: number };
          };
        }[];
      };
      return outcomes[0]!.report;
    };
    const venue = await report();
    const surface = await report('--volatility', 'surface');
    expect(venue.dataUncertainty).toBeUndefined();
    expect(Math.abs(surface.initialMargin / venue.initialMargin - 1)).toBeLessThan(0.02);
    expect(surface.dataUncertainty!.volatilityInitial).toBeGreaterThan(0);
    expect(surface.dataUncertainty!.volatilityInitial).toBeLessThan(surface.initialMargin / 4);
    expect(surface.dataConfidence).toBeGreaterThan(0.5);
    expect((await report('--data-uncertainty')).dataUncertainty!.priceInitial).toBeGreaterThanOrEqual(0);
    const { stdout: table } = await margincubeHere(['margin', ...files, '--volatility', 'surface']);
    expect(table).toMatch(/^doubt about data +model/m);
    expect(await margincubeHere(['margin', ...files, '--volatility', 'mine'])).toMatchObject({ code: 2 });
  });
});
