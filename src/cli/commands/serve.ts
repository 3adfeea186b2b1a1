import { Option } from 'commander';
import type { Command } from 'commander';
import { defaultWorkers } from '../../config/server-config.js';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import type { StartOptions } from '../../rpc/start-server.js';
import { createKernels } from '../engine.js';
import { readSnapshot } from '../market-file.js';
import { parseInteger } from '../options.js';
import type { Output } from '../output.js';
import { serveUntilStopped } from '../serve-until-stopped.js';
import { onSurfaces, volatilityOption, type VolatilityOrigin } from '../volatility-source.js';

const EXAMPLES = `
Examples:
  $ margincube serve --market market.json --workers 2
  $ margincube serve --market market.json --host 0.0.0.0 --port 50051 --log-level warn

Health (grpc.health.v1.Health) is SERVING from the line on stdout until SIGINT or SIGTERM; then the server drains: it says
NOT_SERVING for --drain-notice-ms, finishes calls in flight within --drain-grace-ms and ends.
`;

interface ServeOptions {
  readonly market?: string;
  readonly volatility: VolatilityOrigin;
  readonly workers: number;
  readonly host: string;
  readonly port: number;
  readonly logLevel: NonNullable<StartOptions['logLevel']>;
  readonly reflection: boolean;
  readonly drainNoticeMs?: number;
  readonly drainGraceMs?: number;
}

export function addServeCommand(program: Command, output: Output): void {
  program
    .command('serve')
    .summary('serve margins over gRPC')
    .description('Serves the contract margincube.v1 over gRPC with a pool of worker threads, until stopped.')
    .option('--market <file>', 'market snapshot of the first epoch; without it every call must bring its own')
    .addOption(volatilityOption())
    .option('--workers <count>', 'threads that calculate', parseInteger, defaultWorkers())
    .option('--host <address>', 'address to listen on; there is no TLS yet', '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 lets the system choose', parseInteger, 50_051)
    .addOption(
      new Option('--log-level <level>', 'least severe log line, JSON on stderr')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
        .default('info'),
    )
    .option('--no-reflection', 'do not serve the schema to standard clients')
    .option(
      '--drain-notice-ms <ms>',
      'how long health says NOT_SERVING before calls are refused',
      parseInteger,
    )
    .option('--drain-grace-ms <ms>', 'how long calls in flight may finish', parseInteger)
    .addHelpText('after', EXAMPLES)
    .action(async ({ market, volatility, ...settings }: ServeOptions) => {
      const first = market === undefined ? {} : firstEpoch(readSnapshot(market), volatility, output);
      await serveUntilStopped({ ...settings, ...first }, output);
    });
}

function firstEpoch(
  marketSnapshot: MarketSnapshot,
  volatility: VolatilityOrigin,
  output: Output,
): Pick<StartOptions, 'marketSnapshot' | 'calibrated'> {
  if (volatility === 'venue') return { marketSnapshot };
  const { snapshot, calibrated } = onSurfaces(createKernels(undefined), marketSnapshot, output);
  return { marketSnapshot: snapshot, calibrated };
}
