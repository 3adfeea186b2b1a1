import { Option } from 'commander';
import type { Command } from 'commander';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import type { CalibratedUnderlying } from '../../market/volatility/calibrate-market.js';
import { calibrateMarket } from '../../market/volatility/calibrate-market.js';
import { surfacesToJson } from '../../market/volatility/surface-json.js';
import { importDeribitFiles } from '../../market/venues/deribit/import-files.js';
import { calibrationToJson } from '../calibration-json.js';
import { renderCalibration } from '../calibration-table.js';
import { createKernels } from '../kernels.js';
import { EXIT, InputError } from '../exit.js';
import { writeText } from '../files.js';
import { formatTime } from '../format.js';
import { describeFailure } from '../margin-table.js';
import { readSnapshot } from '../market-file.js';
import { parseNames, parseTime } from '../options.js';
import type { Output } from '../output.js';
import { surfacePage } from '../plot/surface-page.js';
import { selectUnderlyings } from '../select-underlyings.js';

const EXAMPLES = `
Examples:
  $ margincube calibrate --chain 20260115T092130Z.csv.gz --plot surface.html
  $ margincube calibrate --chain responses/ --currency BTC --out surface.json
  $ margincube calibrate --market market.json --json

Fits one SVI slice per expiry to bid and ask, without butterfly or calendar arbitrage. Beside each slice stands the best
unconstrained SVI on the same quotes and weights: what the constraints cost. "min g" below 0 would be a butterfly, "min rise of
w" below 0 a calendar; "confidence" is the uncertainty of the slice in points of volatility. An expiry without enough quotes is
degraded or has no slice, with its reason; nothing is filled in unseen.
Exit codes: 0 done, 1 an underlying has no slice at all, 2 bad usage or input.
`;

interface CalibrateOptions {
  readonly market?: string;
  readonly chain?: readonly string[];
  readonly currency?: readonly string[];
  readonly time?: number;
  readonly out?: string;
  readonly plot?: string;
  readonly json?: boolean;
  readonly isa?: string;
}

export function addCalibrateCommand(program: Command, output: Output): void {
  program
    .command('calibrate')
    .summary('fit volatility surfaces to an option chain')
    .description(
      'Fits the volatility surface of every underlying of a chain and says how far each expiry can be trusted.',
    )
    .addOption(new Option('--market <file>', 'market snapshot with quotes, JSON').conflicts('chain'))
    .option(
      '--chain <path...>',
      'what "margincube import deribit" takes: a recorded chain (.csv, .csv.gz) or API responses',
    )
    .option('--currency <list>', 'only these underlyings, e.g. BTC,ETH', parseNames)
    .option('--time <time>', 'snapshot to take from a chain that holds several, ISO 8601', parseTime)
    .option('--out <file>', 'write the surfaces, JSON')
    .option('--plot <file>', 'write smiles and term structure as one HTML page')
    .option('--isa <level>', 'instruction level of the kernels: reference, baseline, v3, v4')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action((options: CalibrateOptions) => {
      const snapshot = readInput(options);
      const kernels = createKernels(options.isa);
      const calibrated = calibrateMarket(kernels, snapshot);
      if (calibrated.length === 0) throw new InputError('no underlying of this market has options');
      output.print(options.json ? calibrationToJson(calibrated) : render(snapshot, calibrated));
      if (options.out !== undefined) writeSurfaces(options.out, calibrated, output);
      if (options.plot !== undefined) {
        writeText(options.plot, surfacePage(kernels, calibrated));
        output.warn(`${options.plot}: open it in a browser`);
      }
      process.exitCode = calibrated.every(({ surface }) => surface !== undefined) ? EXIT.DONE : EXIT.FAILED;
    });
}

function readInput({ market, chain, currency, time }: CalibrateOptions): MarketSnapshot {
  const snapshot = readMarketOrChain(market, chain, time);
  return currency === undefined ? snapshot : selectUnderlyings(snapshot, currency);
}

function readMarketOrChain(
  market: string | undefined,
  chain: readonly string[] | undefined,
  time: number | undefined,
): MarketSnapshot {
  if (market !== undefined) return readSnapshot(market);
  if (chain === undefined) throw new InputError('expected --market FILE or --chain PATH');
  const imported = importDeribitFiles(chain, time === undefined ? {} : { snapshotTimeMs: time });
  if (!imported.ok) throw new InputError(`${imported.failure.field}: ${describeFailure(imported.failure)}`);
  return imported.value.snapshot;
}

function render({ venue, timeMs }: MarketSnapshot, calibrated: readonly CalibratedUnderlying[]): string {
  return [`${venue}, ${formatTime(timeMs)}`, ...calibrated.map(renderCalibration)].join('\n\n');
}

function writeSurfaces(file: string, calibrated: readonly CalibratedUnderlying[], output: Output): void {
  const surfaces = calibrated.flatMap(({ surface, calibration }) =>
    surface === undefined ? [] : [calibration.surface],
  );
  writeText(file, `${JSON.stringify(surfacesToJson(surfaces), null, 1)}\n`);
  const slices = surfaces.reduce((sum, surface) => sum + surface.slices.length, 0);
  output.warn(
    `${file}: ${String(slices)} slices of ${surfaces.map(({ underlying }) => underlying).join(', ')}`,
  );
}
