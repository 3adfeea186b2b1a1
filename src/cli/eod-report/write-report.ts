import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { quotedFile } from '../../domain/sql-text.js';
import { fileHash } from '../../batch/output/files.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { Market } from '../../market/snapshot/market.js';
import { InputError } from '../exit.js';
import { readJson, writeText } from '../files.js';
import { formatCount, formatTime } from '../format.js';
import { htmlPage } from '../plot/page.js';
import { gridHeatMap, smileChart } from './charts.js';
import { failureSection } from './failures.js';
import { figure, paragraph, REPORT_STYLE } from './html.js';
import { modelTotals, type ModelTotals } from './model-figures.js';
import { modelSection } from './model-section.js';
import { provenanceSection } from './provenance.js';
import { REPORT_FILE } from './report-file.js';
import { openRun, type RunDatabase } from './run-database.js';
import { smilesOf } from './smiles.js';
import { venueGrid, type NetPosition } from './venue-grid.js';

export interface ReportSource {
  /** Folder of a finished run. */
  readonly folder: string;
  /** The market of the run. */
  readonly market: Market;
  /** Positions of the run (account_id, instrument, quantity), for the loss by scenario; absent: the report says so. */
  readonly positionsFile?: string;
}

/** Writes `report.html` into the folder and returns its path. Aggregates in DuckDB, so that any number of accounts fits. */
export async function writeReport(kernels: Kernels, source: ReportSource): Promise<string> {
  const { folder, market } = source;
  const manifest = readJson(path.join(folder, 'manifest.json'), 'the manifest of a run');
  requireMarketOf(manifest, market, folder);
  if (source.positionsFile !== undefined) await requirePositionsOf(manifest, source.positionsFile);
  const run = await openRun(folder, market);
  try {
    const models = await modelTotals(run);
    const sections: string[] = [];
    for (const totals of models) sections.push(await modelSection(run, totals));
    const body = [
      introduction(market, models),
      ...sections,
      await scenarioSection(kernels, run, source),
      smileSection(market),
      await failureSection(run),
      provenanceSection(manifest),
    ];
    const file = path.join(folder, REPORT_FILE);
    writeText(
      `${file}.tmp`,
      htmlPage(`End-of-day margins, ${formatTime(market.timeMs)}`, REPORT_STYLE, body),
    );
    renameSync(`${file}.tmp`, file);
    return file;
  } finally {
    run.close();
  }
}

/** A page of another market would show smiles and prices that the margins never saw. */
function requireMarketOf(manifest: unknown, { hash }: Market, folder: string): void {
  const ran = MANIFEST.safeParse(manifest);
  if (ran.success && ran.data.identity.marketHash === hash) return;
  throw new InputError(
    `${path.join(folder, 'manifest.json')}: expected a run on the market ${hash} but received ${
      ran.success ? ran.data.identity.marketHash : 'a manifest without identity.marketHash'
    }`,
  );
}

const MANIFEST = z.object({ identity: z.object({ marketHash: z.string() }) });

/** The heat map of other positions would stand beside margins that have nothing to do with it. */
async function requirePositionsOf(manifest: unknown, file: string): Promise<void> {
  const ran = INPUTS.safeParse(manifest);
  const expected = ran.success ? ran.data.identity.inputs.portfolios : 'unknown';
  const received = existsSync(file) ? await fileHash(file) : 'no such file';
  if (received === expected) return;
  throw new InputError(
    `--portfolios ${file}: expected the positions of the run (SHA-256 ${expected}) but received ${received}`,
  );
}

const INPUTS = z.object({ identity: z.object({ inputs: z.object({ portfolios: z.string() }) }) });

function introduction({ venue, hash, table }: Market, models: readonly ModelTotals[]): string {
  const margined = Math.max(0, ...models.map(({ accounts }) => accounts));
  const text = [
    `${formatCount(margined)} accounts on ${venue}`,
    `${formatCount(table.instruments.length)} instruments of ${table.underlyings.join(', ')}`,
    `market ${hash.slice(0, 12)}`,
    'sums in US dollars at the prices of this market',
  ].join(' · ');
  return paragraph(text, 'soft');
}

async function scenarioSection(kernels: Kernels, run: RunDatabase, source: ReportSource): Promise<string> {
  const head = '<section id="scenarios"><h2>Loss by scenario</h2>';
  if (source.positionsFile === undefined)
    return `${head}${paragraph('The positions of the run were not given to this report: no heat map.', 'soft')}</section>`;
  const net = await run.rows<NetPosition>(
    `SELECT instrument, sum(quantity)::DOUBLE AS net FROM ${quotedFile(source.positionsFile)} WHERE instrument IS NOT NULL GROUP BY instrument ORDER BY instrument`,
  );
  const chart = figure(
    'All positions of all accounts together',
    'US dollars; every contract revalued at moved spot and volatility, no time passing',
    gridHeatMap(venueGrid(kernels, source.market, net)),
    true,
  );
  return `${head}${chart}</section>`;
}

function smileSection(market: Market): string {
  const charts = [...smilesOf(market)].map(([underlying, lines]) =>
    figure(underlying, 'out-of-the-money options, nearest expiry in amber', smileChart(underlying, lines)),
  );
  const none = paragraph('The market has no options with a volatility.', 'soft');
  return `<section id="smiles"><h2>Smiles used</h2>${charts.length === 0 ? none : `<div class="charts">${charts.join('')}</div>`}</section>`;
}
