import path from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { defaultWorkers } from '../../config/server-config.js';
import type { ServerSettings } from '../../config/server-config.js';
import type { Journal } from '../../journal/journal.js';
import { processEnvironment } from '../../journal/open-memory.js';
import type { MarketSnapshot } from '../../market/snapshot/market-snapshot.js';
import type { StartOptions } from '../../rpc/start-server.js';
import type { AttestedAsset } from '../../reserves/attested-asset.js';
import { DERIBIT_URL, DeribitConnector } from '../../live/connect/deribit-connector.js';
import type { ConnectorEvent } from '../../live/connect/deribit-connector.js';
import { HISTORY_KEEP_MS_DEFAULT, HISTORY_KEEP_MS_MAX } from '../../limits.js';
import { checkServe } from '../check-serve.js';
import { createKernels } from '../kernels.js';
import { InputError } from '../exit.js';
import { addLimitOptions, type LimitFlags } from '../limit-options.js';
import { layerOptions, shownOptions } from '../layered-options.js';
import { readSnapshot } from '../market-file.js';
import { messageOf } from '../files.js';
import { describeFailure } from '../margin-table.js';
import { parseInteger, parseNames, parsePositive } from '../options.js';
import type { Output } from '../output.js';
import { parseAssets } from '../reserves/audit-options.js';
import { auditSettings } from '../reserves/audit-settings.js';
import { serveUntilStopped } from '../serve-until-stopped.js';
import { onSurfaces, volatilityOption, type VolatilityOrigin } from '../volatility-source.js';

const MILLISECONDS_PER_HOUR = 3_600_000;

const EXAMPLES = `
Examples:
  $ margincube serve --insecure-loopback --market market.json --workers 2
  $ margincube serve --insecure-loopback --market market.json --journal accounts
  $ margincube serve --insecure-loopback --connect deribit --currency BTC,ETH
  $ margincube serve --market market.json --host 0.0.0.0 --tls-certificate server.pem --tls-key server.key \
      --tls-client-authority clients.pem --access access.json

Every option is also a key of --config and a variable: --tls-key, tlsKey, MARGINCUBE_TLS_KEY.

Health (grpc.health.v1.Health) is SERVING from the line on stdout until SIGINT or SIGTERM; then the server drains: it says
NOT_SERVING for --drain-notice-ms, finishes calls in flight within --drain-grace-ms and ends.
`;

interface ServeOptions extends LimitFlags {
  readonly config?: string;
  readonly check?: boolean;
  readonly metricsPort?: number;
  readonly metricsHost: string;
  readonly market?: string;
  readonly volatility: VolatilityOrigin;
  readonly workers: number;
  readonly host: string;
  readonly port: number;
  readonly insecureLoopback?: boolean;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly tlsClientAuthority?: string;
  readonly certificateCheckMs?: number;
  readonly access?: string;
  readonly logLevel: NonNullable<StartOptions['logLevel']>;
  readonly reflection: boolean;
  readonly journal?: string;
  readonly historyHours: number;
  readonly connect?: 'deribit';
  readonly connectUrl: string;
  readonly currency: readonly string[];
  readonly reservesKey?: string;
  readonly reservesSecret?: string;
  readonly reservesAssets?: readonly AttestedAsset[];
  readonly reservesHoldings?: string;
  readonly reservesChain?: string;
  readonly reservesEverySeconds: number;
  readonly reservesPrivate?: string;
  readonly reservesPrivateEverySeconds: number;
}

export function addServeCommand(program: Command, output: Output): void {
  const serve = program
    .command('serve')
    .summary('serve margins over gRPC')
    .description('Serves the contract margincube.v1 over gRPC with a pool of worker threads, until stopped.')
    .option(
      '--config <file>',
      'settings as JSON, in the words of these options; flags and environment come first',
    )
    .option('--check', 'check settings, certificates, policy, market and kernels, and end')
    .option('--market <file>', 'market snapshot of the first epoch; without it every call must bring its own')
    .addOption(
      new Option('--connect <venue>', 'margin the live market of a venue, from its public data')
        .choices(['deribit'])
        .conflicts('market'),
    )
    .option('--connect-url <url>', 'where the venue is reached', DERIBIT_URL)
    .option('--currency <list>', 'underlyings of --connect', parseNames, ['BTC', 'ETH'])
    .addOption(volatilityOption())
    .option('--workers <count>', 'threads that calculate', parseInteger, defaultWorkers())
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on, 0 lets the system choose', parseInteger, 50_051)
    .option('--insecure-loopback', 'serve this host without TLS; without --access to everybody on it')
    .option('--tls-certificate <file>', 'certificate chain of the server, PEM')
    .option('--tls-key <file>', 'its private key, PEM')
    .option(
      '--tls-client-authority <file>',
      'require client certificates that this authority has signed, PEM',
    )
    .option(
      '--certificate-check-ms <ms>',
      'how often certificate, key and authority are read again (default: 10000)',
      parseInteger,
    )
    .option('--access <file>', 'who may call what, JSON')
    .option(
      '--metrics-port <port>',
      'serve Prometheus metrics over HTTP, 0 lets the system choose',
      parseInteger,
    )
    .option('--metrics-host <address>', 'address of the metrics', '127.0.0.1')
    .option(
      '--journal <folder>',
      'keep accounts in this folder: recovered at the start, durable when acknowledged',
    )
    .option(
      '--history-hours <hours>',
      'how long the past of accounts can be asked for, with --journal',
      parsePositive,
      HISTORY_KEEP_MS_DEFAULT / MILLISECONDS_PER_HOUR,
    )
    .addOption(
      new Option('--log-level <level>', 'least severe log line, JSON on stderr')
        .choices(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
        .default('info'),
    )
    .option('--no-reflection', 'do not serve the schema to standard clients');
  addLimitOptions(serve)
    .option('--reserves-key <file>', 'attest what accounts are owed, signed with this Ed25519 key, PEM')
    .option('--reserves-secret <file>', 'secret from which the salts of accounts are made')
    .option('--reserves-assets <list>', 'assets of the attestation, e.g. BTC:8,USDC:6', parseAssets)
    .option('--reserves-holdings <file>', 'claimed reserves, JSON')
    .option('--reserves-chain <file>', 'newest attestation: written with each, continued at the next start')
    .option('--reserves-every-seconds <s>', 'from one attestation to the next', parsePositive, 5)
    .option('--reserves-private <asset>', 'attest this asset in the private tier too')
    .option('--reserves-private-every-seconds <s>', 'from one private tree to the next', parsePositive, 3_600)
    .addHelpText('after', EXAMPLES)
    .action(async (_flags: ServeOptions, command: Command) => {
      layerOptions(command, process.env);
      const shown = shownOptions(command.opts());
      const {
        config: _config,
        check,
        market,
        volatility,
        journal,
        connect,
        connectUrl,
        currency,
        ...others
      } = command.opts<ServeOptions>();
      const {
        reservesKey,
        reservesSecret,
        reservesAssets,
        reservesHoldings,
        reservesChain,
        reservesEverySeconds,
        historyHours,
        reservesPrivate,
        reservesPrivateEverySeconds,
        ...served
      } = others;
      const audit = auditSettings({
        ...{ reservesKey, reservesSecret, reservesAssets, reservesHoldings, reservesChain, reservesPrivate },
        everySeconds: reservesEverySeconds,
        privateEverySeconds: reservesPrivateEverySeconds,
      });
      if (market !== undefined && connect !== undefined)
        throw new InputError('--market: expected nothing beside --connect, which brings the market');
      const historyKeepMs = Math.round(historyHours * MILLISECONDS_PER_HOUR);
      if (historyKeepMs > HISTORY_KEEP_MS_MAX) {
        const most = String(HISTORY_KEEP_MS_MAX / MILLISECONDS_PER_HOUR);
        throw new InputError(
          `--history-hours: expected at most ${most} but received ${String(historyHours)}`,
        );
      }
      if (check === true) {
        const lines = checkServe(
          serverSettings(served),
          market === undefined ? undefined : readSnapshot(market),
        );
        output.print([`configuration: ${JSON.stringify(shown)}`, ...lines, 'ready to serve'].join('\n'));
        return;
      }
      output.warn(`configuration: ${JSON.stringify(shown)}`);
      const venue = connect === undefined ? undefined : await connectTo(connectUrl, currency, output);
      const snapshot = market === undefined ? venue?.snapshot : readSnapshot(market);
      const first = snapshot === undefined ? {} : firstEpoch(snapshot, volatility, output);
      const live = venue === undefined ? {} : { connector: venue.connector };
      const durable =
        journal === undefined
          ? {}
          : {
              journal: await openJournal(journal),
              // Of its own: changes of parameters are few and never forgotten.
              parameterJournal: await openJournal(path.join(journal, 'parameters')),
            };
      await serveUntilStopped(
        { ...serverSettings(served), historyKeepMs, ...first, ...live, ...audit, ...durable },
        output,
      );
    });
}

type ServerFlags = Pick<
  ServeOptions,
  | keyof LimitFlags
  | 'workers'
  | 'host'
  | 'port'
  | 'logLevel'
  | 'reflection'
  | 'insecureLoopback'
  | 'tlsCertificate'
  | 'tlsKey'
  | 'tlsClientAuthority'
  | 'certificateCheckMs'
  | 'access'
  | 'metricsPort'
  | 'metricsHost'
>;

/** The flags in the words of the server's configuration. */
function serverSettings({
  tlsCertificate,
  tlsKey,
  tlsClientAuthority,
  access,
  ...settings
}: ServerFlags): ServerSettings {
  // Half of TLS is never served as none.
  const isPartial = (tlsCertificate === undefined) !== (tlsKey === undefined);
  if (isPartial || (tlsClientAuthority !== undefined && tlsCertificate === undefined))
    throw new InputError('--tls-certificate, --tls-key: expected both beside any option of TLS');
  return {
    ...settings,
    ...(access === undefined ? {} : { accessFile: access }),
    ...(tlsCertificate === undefined || tlsKey === undefined
      ? {}
      : {
          tls: {
            certificateFile: tlsCertificate,
            privateKeyFile: tlsKey,
            ...(tlsClientAuthority === undefined ? {} : { clientAuthorityFile: tlsClientAuthority }),
          },
        }),
  };
}

/** The market of a venue as it is now, and what keeps it so. */
async function connectTo(
  url: string,
  currencies: readonly string[],
  output: Output,
): Promise<{ snapshot: MarketSnapshot; connector: DeribitConnector }> {
  const connector = new DeribitConnector({
    url,
    currencies,
    backoff: { firstMs: 1_000, mostMs: 60_000 },
    onEvent: (event) => {
      output.warn(`deribit: ${describeConnection(event)}`);
    },
  });
  let imported: Awaited<ReturnType<DeribitConnector['snapshot']>>;
  try {
    imported = await connector.snapshot();
  } catch (error) {
    throw new InputError(`--connect ${url}: ${messageOf(error)}`);
  }
  if (imported.ok) return { snapshot: imported.value.snapshot, connector };
  throw new InputError(`--connect ${url}: ${imported.failure.field}: ${describeFailure(imported.failure)}`);
}

function describeConnection(event: ConnectorEvent): string {
  switch (event.kind) {
    case 'CONNECTED':
      return `connected, ${String(event.channels)} channels`;
    case 'LISTED':
      return `listed: ${event.instruments.join(', ')}`;
    case 'DISCONNECTED':
      return `${event.cause}; connecting again in ${String(event.nextAttemptMs)} ms`;
    case 'GAP':
      return `${event.channel} has a gap; asking for its snapshot`;
    case 'MALFORMED':
      return `${event.channel} says what cannot be read`;
  }
}

async function openJournal(folder: string): Promise<Journal> {
  const { openDirectoryJournal } = await import('../../journal/open-directory.js');
  const opened = await openDirectoryJournal(folder, processEnvironment(Date.now));
  if (opened.ok) return opened.value;
  throw new InputError(`--journal ${folder}: ${opened.failure.reason}: ${opened.failure.message}`);
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
