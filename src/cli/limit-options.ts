import type { Command } from 'commander';
import { parseServerConfig } from '../config/server-config.js';
import type { ServerConfig } from '../config/server-config.js';
import { parseInteger } from './options.js';

/** What a server lets in, how long it lets wait, and what the accounts' margins rest on. */
export type LimitFlags = Pick<
  ServerConfig,
  | 'model'
  | 'allowApproximations'
  | 'maxEpochAgeMs'
  | 'connectionsMax'
  | 'callsInFlightMax'
  | 'batchesInFlightMax'
  | 'admittedBytesMax'
  | 'queueWaitMaxMs'
  | 'longWaitMaxMs'
  | 'drainNoticeMs'
  | 'drainGraceMs'
>;

/** Adds the options with the defaults of the server, so that those are printed at the start too. */
export function addLimitOptions(command: Command): Command {
  const defaults = parseServerConfig({ insecureLoopback: true });
  return command
    .option('--model <name>', 'model of accounts that name none', defaults.model)
    .option(
      '--allow-approximations',
      'let the gate rest on models with components whose rule is not public',
      defaults.allowApproximations,
    )
    .option(
      '--max-epoch-age-ms <ms>',
      'age of the newest market above which the gate refuses where a request does not say, 0 for any',
      parseInteger,
      defaults.maxEpochAgeMs,
    )
    .option(
      '--connections-max <count>',
      'connections at once; above, new ones are closed',
      parseInteger,
      defaults.connectionsMax,
    )
    .option(
      '--calls-in-flight-max <count>',
      'calls at once, all clients together',
      parseInteger,
      defaults.callsInFlightMax,
    )
    .option('--batches-in-flight-max <count>', 'batches at once', parseInteger, defaults.batchesInFlightMax)
    .option(
      '--admitted-bytes-max <bytes>',
      'portfolios and markets admitted and not yet answered',
      parseInteger,
      defaults.admittedBytesMax,
    )
    .option(
      '--queue-wait-max-ms <ms>',
      'longest wait of a single calculation for a thread or the event loop; one that would wait longer is refused',
      parseInteger,
      defaults.queueWaitMaxMs,
    )
    .option(
      '--long-wait-max-ms <ms>',
      'longest wait of a liquidation plan or a cascade for those before it',
      parseInteger,
      defaults.longWaitMaxMs,
    )
    .option(
      '--drain-notice-ms <ms>',
      'how long health says NOT_SERVING before calls are refused',
      parseInteger,
      defaults.drainNoticeMs,
    )
    .option(
      '--drain-grace-ms <ms>',
      'how long calls in flight may finish',
      parseInteger,
      defaults.drainGraceMs,
    );
}
