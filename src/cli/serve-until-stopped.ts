import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConfigError } from '../config/server-config.js';
import { KernelLoadError } from '../kernel/load-kernels.js';
import { createLog } from '../observability/log.js';
import { JournalRefusedError } from '../rpc/durable-accounts.js';
import { ChainRefusedError } from '../rpc/reserve-audit.js';
import type { RunningServer, StartOptions } from '../rpc/start-server.js';
import { MarketRefusedError } from '../rpc/publish-market.js';
import { startServer } from '../rpc/start-server.js';
import { InputError } from './exit.js';
import { messageOf } from './files.js';
import type { Output } from './output.js';
import { packageVersion } from './package.js';

/**
 * Starts a server, prints where it serves and what `afterwards` says about the address, and drains on SIGINT or SIGTERM. A
 * second signal ends the process at once. Logs go to stderr.
 */
export async function serveUntilStopped(
  options: StartOptions,
  output: Output,
  afterwards?: (address: string) => string,
): Promise<void> {
  // From before the first line on: whoever reads the address may send the signal in the same moment.
  const signal = firstSignal();
  const server = await start(options);
  const workers = options.workers === undefined ? '' : `, ${String(options.workers)} workers`;
  output.print(`margincube serves gRPC on ${server.address} (kernels ${server.isa}${workers})`);
  if (server.metricsAddress !== undefined) output.warn(`metrics on http://${server.metricsAddress}/metrics`);
  if (afterwards !== undefined) output.print(afterwards(server.address));
  await signal;
  output.warn('draining; once more ends at once');
  await server.stop();
  // A client that came back during the drain holds its connection, and with it the process: everything is answered, so end.
  setTimeout(() => {
    end(options.journal?.stopped !== undefined);
  }, EXIT_DELAY_MS);
}

/** LMDB's clean-up at the exit of a process waits for ever for a lock that a failed write has left locked. */
function end(writeFailed: boolean): void {
  if (writeFailed) process.kill(process.pid, 'SIGKILL');
  process.exit();
}

/** Time for the last log lines to be written. */
const EXIT_DELAY_MS = 200;

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const received = (): void => {
      process.off('SIGINT', received).off('SIGTERM', received);
      resolve();
    };
    process.on('SIGINT', received).on('SIGTERM', received);
  });
}

async function start(options: StartOptions): Promise<RunningServer> {
  try {
    return await startServer({
      ...options,
      version: packageVersion(),
      log: createLog(options.logLevel ?? 'info', process.stderr),
    });
  } catch (error) {
    if (
      error instanceof ConfigError ||
      error instanceof KernelLoadError ||
      error instanceof MarketRefusedError ||
      error instanceof JournalRefusedError ||
      error instanceof ChainRefusedError
    ) {
      throw new InputError(error.message);
    }
    // The address is the one thing of a server that the outside can refuse.
    if (messageOf(error).includes('No address added')) {
      const address = `${options.host ?? '127.0.0.1'}:${String(options.port ?? 0)}`;
      throw new InputError(`${address}: cannot listen: ${messageOf(error)}`);
    }
    throw error;
  }
}

/** `preferred` if nobody listens there, else 0: the system chooses. */
export async function freePort(host: string, preferred: number): Promise<number> {
  const probe = createServer();
  try {
    const listening = once(probe, 'listening');
    probe.listen(preferred, host);
    await listening;
    return preferred;
  } catch {
    return 0;
  } finally {
    probe.close();
  }
}
