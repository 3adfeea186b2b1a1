/** Debian's Python with grpcio, which is built on the C core: a client that shares no code with this server. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** The system's own: packages of Debian are not seen by others. */
export const PYTHON = '/usr/bin/python3';

/** Whether grpcio and protobuf are there; absent they are a visible line, and in CI an error. */
export function hasGrpcio(): boolean {
  const { status } = spawnSync(PYTHON, ['-c', 'import grpc, google.protobuf']);
  if (status === 0) return true;
  const missing = `${PYTHON} has no grpcio and protobuf: apt-get install python3-grpcio python3-protobuf`;
  if (process.env.CI === 'true') throw new Error(`${missing}; CI must not skip its tests`);
  process.stderr.write(`SKIPPED: ${missing}\n`);
  return false;
}

/** Runs a file to its end and gives what it printed; rejects with `stderr` when it fails. */
export async function runPython(file: string, ...args: readonly string[]): Promise<string> {
  // Nothing is written beside the file.
  const { stdout } = await promisify(execFile)(PYTHON, ['-B', file, ...args]);
  return stdout;
}
