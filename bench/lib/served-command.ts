/** `margincube serve` in a process of its own, as an operator starts it, and what its metrics say. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeSnapshot } from '../../src/cli/market-file.js';
import { sampleMarketSnapshot } from './sample-books.js';

const MARGINCUBE = fileURLToPath(new URL('../../src/cli/margincube.js', import.meta.url));
const BYTES_PER_MEBIBYTE = 2 ** 20;

/** A look at the metrics of a server. */
export interface ServerSample {
  readonly takenAtMs: number;
  /** Calls that have ended, by the name of their gRPC code. */
  readonly endedByCode: ReadonlyMap<string, number>;
  /** Portfolios that were margined, well or not. */
  readonly portfoliosDone: number;
  readonly residentMiB: number;
  readonly heapUsedMiB: number;
}

export interface ServedCommand {
  /** `host:port`. */
  readonly address: string;
  sample(): Promise<ServerSample>;
  stop(): Promise<void>;
}

/** Serves the sample market; log lines are made as in production and thrown away. Rejects when it ends before it serves. */
export async function startServedCommand(args: readonly string[]): Promise<ServedCommand> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-served-'));
  const market = path.join(folder, 'market.json');
  writeSnapshot(market, sampleMarketSnapshot());
  const metricsPort = await freePort();
  const given = ['serve', '--market', market, '--port', '0', '--metrics-port', String(metricsPort), ...args];
  const child = spawn(process.execPath, [MARGINCUBE, ...given, '--drain-notice-ms', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const address = await new Promise<string>((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [, found] = /serves gRPC on (\S+)/.exec(printed) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', (code) => {
      reject(new Error(`margincube ${given.join(' ')} ended with ${String(code)} before it served`));
    });
  });
  return {
    address,
    sample: async () =>
      sampleOf(await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text()),
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}

/** Free now; nobody else of a benchmark takes it in between. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function sampleOf(text: string): ServerSample {
  const endedByCode = new Map<string, number>();
  let portfoliosDone = 0;
  for (const [, count] of text.matchAll(/^margin_portfolios_total\{.*\} (\d+)$/gm))
    portfoliosDone += Number(count);
  for (const [, code = '', count] of text.matchAll(
    /^grpc_server_handled_total\{.*grpc_code="(\w+)".*\} (\d+)$/gm,
  ))
    endedByCode.set(code, (endedByCode.get(code) ?? 0) + Number(count));
  const mebibytes = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]) / BYTES_PER_MEBIBYTE;
  return {
    takenAtMs: Date.now(),
    endedByCode,
    portfoliosDone,
    residentMiB: mebibytes('process_resident_memory_bytes'),
    heapUsedMiB: mebibytes('nodejs_heap_size_used_bytes'),
  };
}
