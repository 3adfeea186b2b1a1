import type { MarginCalculator } from '../engine/margin-engine-types.js';
import { listModels } from '../models/catalogue.js';
import type { CaseResult } from './case-result.js';
import { runBybitPmCases } from './bybit-pm-cases.js';
import { runDeribitPmCases } from './deribit-pm-cases.js';
import { runDeribitSmCases } from './deribit-sm-cases.js';
import { runDeriveAuctionCases } from './derive-auction-cases.js';
import { runDerivePm1Cases } from './derive-pm1-cases.js';
import { runDerivePm2Cases } from './derive-pm2-cases.js';
import { runDeriveSmCases } from './derive-sm-cases.js';
import { runFormulaExamples, runGridExamples } from './doc-examples-cases.js';
import { runOkxPmCases } from './okx-pm-cases.js';
import { runParadexPmCases, runParadexXmCases } from './paradex-cases.js';
import { runSpanCases } from './span-cases.js';
import type { ConformanceSummary } from './summary.js';
import { summarise } from './summary.js';

interface ConformanceSuite {
  readonly model: string;
  /** Below the folder of vectors. */
  readonly source: string;
  readonly run: (vectors: string, engine: MarginCalculator) => CaseResult[];
}

/** Every model that has published cases, and formulas that stand alone. */
const SUITES: readonly ConformanceSuite[] = [
  { model: 'derive-pm2', source: 'margin-models/derive-pm2', run: runDerivePm2Cases },
  { model: 'derive-pm1', source: 'margin-models/derive-pm1', run: runDerivePm1Cases },
  { model: 'derive-sm', source: 'margin-models/derive-sm', run: runDeriveSmCases },
  { model: 'deribit-pm', source: 'margin-models/deribit-pm', run: runDeribitPmCases },
  { model: 'deribit-sm', source: 'margin-models/deribit-sm', run: runDeribitSmCases },
  { model: 'derive-auction', source: 'margin-models/derive-auction', run: runDeriveAuctionCases },
  { model: 'okx-pm', source: 'margin-models/okx-pm', run: runOkxPmCases },
  { model: 'bybit-pm', source: 'margin-models/bybit-pm', run: runBybitPmCases },
  { model: 'paradex-pm', source: 'margin-models/paradex', run: runParadexPmCases },
  { model: 'paradex-xm', source: 'margin-models/paradex', run: runParadexXmCases },
  { model: 'span', source: 'margin-models/span', run: runSpanCases },
  { model: 'grid', source: 'margin-models/other', run: runGridExamples },
  { model: 'formulas', source: 'margin-models/other', run: runFormulaExamples },
];

/**
 * Compares every published case found below `vectors` with this engine; a model without cases there has 0, and so has a model
 * of the catalogue for which none are published.
 */
export function runConformance(vectors: string, engine: MarginCalculator): ConformanceSummary[] {
  const compared = SUITES.map(({ model, source, run }) => summarise(model, source, run(vectors, engine)));
  const without = listModels().filter(({ id }) => !SUITES.some(({ model }) => model === id));
  return [...compared, ...without.map(({ id }) => summarise(id, NONE_PUBLISHED, []))];
}

const NONE_PUBLISHED = 'none published';
