/** `margincube eod --vectors`: the P&L of every account in every scenario. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planShards, shardCountOf } from '../../src/batch/plan.js';
import { unwrap } from '../../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import {
  ACCOUNTS,
  books,
  eod,
  hashes,
  market,
  openSteps,
  OVERRIDES,
  removeFiles,
  request,
  rowsOf,
} from '../support/eod-venue.js';

const CHECKED = 20;

describe('scenario vectors', () => {
  let steps: Awaited<ReturnType<typeof openSteps>>;
  beforeAll(async () => {
    steps = await openSteps();
  }, 300_000);
  afterAll(removeFiles);

  it('are those of the engine, whatever the shards', { timeout: 300_000 }, async () => {
    expect(eod('vectors', '--vectors').code).toBe(0);
    await steps.runToEnd(request('vectors-of-three', { includeVectors: true, workers: 2 }), false, 3);
    expect(hashes('vectors-of-three')).toEqual(hashes('vectors'));
    const rows = new Map((await rowsOf('vectors', 'scenarios')).map((row) => [row.account_id, row]));
    expect(rows.size).toBe(ACCOUNTS);
    const engine = new MarginEngine(loadKernels());
    const model = unwrap(resolveModel({ name: 'es', overrides: OVERRIDES }));
    const options = { ...DEFAULT_REPORT_OPTIONS, includeScenarioVector: true };
    const outcomes = engine.calculate({ model, market, portfolios: books.slice(0, CHECKED), options });
    for (const [index, outcome] of outcomes.entries()) {
      const expected = unwrap(outcome).scenarioVector?.map(({ pnl }) => pnl);
      expect(expected).toHaveLength(OVERRIDES.draws.count);
      expect(rows.get(books[index]?.accountId)?.pnl).toEqual(expected);
    }
  });
});

describe('a plan with scenario vectors', () => {
  it('has shards whose vectors fit into memory', () => {
    const positions = Int32Array.from({ length: 6_000 }, (_, account) => (account < 3_000 ? 0 : 1_000));
    const cells = 10_000;
    const count = shardCountOf(positions.length, 3_000_000, cells);
    const shards = planShards(positions, count, cells);
    expect(shards.reduce((sum, { accountCount }) => sum + accountCount, 0)).toBe(6_000);
    for (const { accountCount } of shards) expect(accountCount * cells).toBeLessThan(10_000_000);
    expect(shardCountOf(6_000, 3_000_000, 0)).toBe(3);
  });
});
