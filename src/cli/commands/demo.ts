import path from 'node:path';
import type { Command } from 'commander';
import { unwrap } from '../../domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../engine/margin-engine-types.js';
import type { Market } from '../../market/snapshot/market.js';
import { resolveModel } from '../../models/catalogue.js';
import { calculate } from '../calculate.js';
import { createEngine } from '../engine.js';
import { formatCount, formatTime } from '../format.js';
import type { MarginRow } from '../margin-table.js';
import { renderMargins } from '../margin-table.js';
import { readMarket, readSnapshot } from '../market-file.js';
import type { Output } from '../output.js';
import { PACKAGE_ROOT } from '../package.js';
import { readBook } from '../portfolio-file.js';
import { freePort, serveUntilStopped } from '../serve-until-stopped.js';

const EXAMPLES = `
Examples:
  $ margincube demo
  $ npm start
`;

const HOST = '127.0.0.1';
const PREFERRED_PORT = 50_051;
const SAMPLE_MARKET = path.join(PACKAGE_ROOT, 'examples/market.json');
const SAMPLE_BOOK = path.join(PACKAGE_ROOT, 'examples/portfolios.json');
/** One for coin-settled books, one for books settled in dollars. */
const MODELS = ['deribit-pm', 'derive-pm2'];

export function addDemoCommand(program: Command, output: Output): void {
  program
    .command('demo')
    .summary('margin the sample accounts, then serve gRPC on loopback')
    .description(
      'Prints the margins of the sample accounts under both models and serves gRPC on loopback until stopped.',
    )
    .addHelpText('after', EXAMPLES)
    .action(() => runDemo(output));
}

/** What `npm start` runs. */
export async function runDemo(output: Output): Promise<void> {
  const market = readMarket(SAMPLE_MARKET);
  output.print(describeMarket(market));
  output.print(`\n${renderMargins(sampleMargins(market))}\n`);
  const port = await freePort(HOST, PREFERRED_PORT);
  const settings = { host: HOST, port, insecureLoopback: true, logLevel: 'warn', drainNoticeMs: 0 } as const;
  await serveUntilStopped({ ...settings, marketSnapshot: readSnapshot(SAMPLE_MARKET) }, output, howToCall);
}

/** Every account under every model that margins its instruments; an account that none does is shown as failed. */
function sampleMargins(market: Market): MarginRow[] {
  const engine = createEngine(undefined);
  const book = readBook(SAMPLE_BOOK);
  const rows = MODELS.flatMap((name) => {
    const model = unwrap(resolveModel({ name }));
    return calculate(engine, model, market, book, DEFAULT_REPORT_OPTIONS);
  });
  const isOtherVenue = ({ outcome }: MarginRow): boolean =>
    !outcome.ok && outcome.failure.reason === 'UNSUPPORTED';
  return book.flatMap((_entry, index) => {
    const ofAccount = rows.filter((row) => row.index === index);
    const applicable = ofAccount.filter((row) => !isOtherVenue(row));
    return applicable.length > 0 ? applicable : ofAccount;
  });
}

function describeMarket({ table, timeMs }: Market): string {
  const counts = `${formatCount(table.instruments.length)} instruments, ${table.underlyings.join(' and ')}`;
  return `Sample market of ${formatTime(timeMs)}: ${counts}. Margins of the sample accounts:`;
}

function howToCall(address: string): string {
  const call = `{"calculation": {"model": {"name": "derive-pm2"}}, "portfolio": {"accountId": "me"}}`;
  return [
    '',
    'Call it from another terminal with any gRPC client, e.g.',
    `  grpcurl -plaintext -d '${call}' ${address} margincube.v1.MarginService/CalculateMargin`,
    `  npx buf curl --protocol grpc --http2-prior-knowledge -d '${call}' http://${address}/margincube.v1.MarginService/CalculateMargin`,
    'Ctrl-C stops it.',
  ].join('\n');
}
