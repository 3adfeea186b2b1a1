import { describe, expect, it } from 'vitest';
import { casePasses, passes, type CaseResult } from '../../src/conformance/case-result.js';
import { runBybitPmCases } from '../../src/conformance/bybit-pm-cases.js';
import { runDeribitPmCases } from '../../src/conformance/deribit-pm-cases.js';
import { runDeribitSmCases } from '../../src/conformance/deribit-sm-cases.js';
import { runDeriveAuctionCases } from '../../src/conformance/derive-auction-cases.js';
import { runDerivePm1Cases } from '../../src/conformance/derive-pm1-cases.js';
import { runDeriveSmCases } from '../../src/conformance/derive-sm-cases.js';
import { runDerivePm2Cases } from '../../src/conformance/derive-pm2-cases.js';
import { runFormulaExamples, runGridExamples } from '../../src/conformance/doc-examples-cases.js';
import { runOkxPmCases } from '../../src/conformance/okx-pm-cases.js';
import { runParadexPmCases, runParadexXmCases } from '../../src/conformance/paradex-cases.js';
import { runSpanCases } from '../../src/conformance/span-cases.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { vectorsFolder } from '../support/folders.js';

function complaints(results: readonly CaseResult[]): string[] {
  return results
    .filter((result) => !casePasses(result))
    .map((result) => {
      const missed = result.checks.filter((check) => !passes(check)).slice(0, 3);
      const lines = missed.map(
        (check) => `${check.quantity}: expected ${String(check.expected)}, got ${String(check.actual)}`,
      );
      return `${result.name}: ${result.error ?? lines.join('; ')}`;
    });
}

const vectors = vectorsFolder() ?? '';

describe.skipIf(vectors === '')('published cases', () => {
  const engine = new MarginEngine(createReferenceKernels());

  it('derive-pm2 matches initial margin, maintenance margin and every scenario', () => {
    const results = runDerivePm2Cases(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it('derive-pm1 matches both published sets', () => {
    const results = runDerivePm1Cases(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it('derive-sm matches both published sets', () => {
    const results = runDeriveSmCases(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it('deribit-pm matches every cell and margin', () => {
    const results = runDeribitPmCases(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it('deribit-sm matches observed positions and worked examples', () => {
    const results = runDeribitSmCases(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });

  it.each([
    ['derive-auction', runDeriveAuctionCases],
    ['span', runSpanCases],
    ['grid', runGridExamples],
    ['formulas', runFormulaExamples],
    ['okx-pm', runOkxPmCases],
    ['bybit-pm', runBybitPmCases],
    ['paradex-pm', runParadexPmCases],
    ['paradex-xm', runParadexXmCases],
  ])('%s matches every published case', (_, run) => {
    const results = run(vectors, engine);
    expect(complaints(results)).toEqual([]);
    expect(results.length).toBeGreaterThan(0);
  });
});
