/** `h2load` (Debian's nghttp2-client) with real gRPC messages: it costs less than the server that it loads. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Length of a message and whether it is compressed, before every message of gRPC. */
const PREFIX_BYTES = 5;
const MICROS_PER_MILLISECOND = 1_000;
/** Of what it prints: nothing per call. */
const OUTPUT_BYTES_MAX = 2 ** 24;

export interface H2load {
  /** `http://host:port/package.Service/Method`, or `https:`. */
  readonly url: string;
  /** One message, not framed; every call sends it. */
  readonly request: Buffer;
  readonly calls: number;
  readonly connections: number;
  /** Open calls of one connection at most. */
  readonly streamsPerConnection: number;
  /** Beside those that gRPC asks for. */
  readonly headers?: readonly string[];
  /** Of all connections together; absent: as fast as answers come. */
  readonly callsPerSecond?: number;
  /** Whether to keep how long every call took; memory and disk go with their number. */
  readonly keepLatencies?: boolean;
}

export interface H2loadOutcome {
  readonly callsPerSecond: number;
  /** From request to the end of the response; empty unless asked for. */
  readonly latenciesMs: readonly number[];
}

export function isH2loadInstalled(): boolean {
  return spawnSync('h2load', ['--version']).status === 0;
}

/** Rejects unless every call got a response; whether it was the right one is for the server's metrics to say. */
export async function h2load(load: H2load): Promise<H2loadOutcome> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-load-'));
  try {
    const [message, log] = [path.join(folder, 'request'), path.join(folder, 'log')];
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(load.request.length, 1);
    writeFileSync(message, Buffer.concat([prefix, load.request]));
    const { calls, connections, streamsPerConnection, headers = [], callsPerSecond, keepLatencies } = load;
    const { stdout } = await promisify(execFile)(
      'h2load',
      [
        ...[
          '-n',
          String(calls),
          '-c',
          String(connections),
          '-m',
          String(streamsPerConnection),
          '-d',
          message,
        ],
        ...['content-type: application/grpc', 'te: trailers', ...headers].flatMap((header) => ['-H', header]),
        ...(callsPerSecond === undefined ? [] : ['--rps', String(callsPerSecond / connections)]),
        ...(keepLatencies === true ? ['--log-file', log] : []),
        load.url,
      ],
      { maxBuffer: OUTPUT_BYTES_MAX },
    );
    const succeeded = Number(/(\d+) succeeded/.exec(stdout)?.[1]);
    if (succeeded !== calls)
      throw new Error(`h2load: ${String(succeeded)} of ${String(calls)} requests succeeded`);
    return {
      callsPerSecond: Number(/([\d.]+) req\/s/.exec(stdout)?.[1]),
      latenciesMs: keepLatencies === true ? latenciesOf(log) : [],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lines are `start in microseconds, HTTP status, microseconds until the end of the response`. */
function latenciesOf(log: string): number[] {
  return readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split('\t')[2]) / MICROS_PER_MILLISECOND);
}
