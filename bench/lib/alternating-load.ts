import type { ServerProcess } from './server-process.js';
import type { CallTarget, UnaryLoad } from './unary-load.js';

const REQUESTS_PER_TURN = 1_000;
const ROUNDS = 30;
/** Rounds that compile and fill caches. */
const WARMUP_ROUNDS = 8;

/** One turn of one server. */
export interface Turn {
  readonly callsPerSecond: number;
  /** Processor time of the server's process, all threads. */
  readonly cpuMicrosPerCall: number;
}

/**
 * The same load on every server in short turns, one server at a time, so that whatever else the machine does hits all of them
 * alike: ratios are to be taken within a round.
 *
 * @returns turns by server, in the order of the rounds
 */
export async function alternatingLoad(
  load: UnaryLoad,
  servers: readonly (CallTarget & ServerProcess)[],
  request: Buffer,
): Promise<readonly (readonly Turn[])[]> {
  const turns: Turn[][] = servers.map(() => []);
  for (let round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
    for (const [index, server] of servers.entries()) {
      await server.use('start');
      const callsPerSecond = await load.run(server, request, REQUESTS_PER_TURN);
      const { cpuMs } = await server.use('stop');
      const cpuMicrosPerCall = (cpuMs * 1_000) / REQUESTS_PER_TURN;
      if (round >= 0) turns[index]?.push({ callsPerSecond, cpuMicrosPerCall });
    }
  }
  return turns;
}
